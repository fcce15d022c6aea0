// The left column: what the partner answers. Each control is one PATCH of the behaviour, and each shows
// what the engine said last. There is no state of its own here.

import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { BehaviourPatch } from "../api/client";
import { useEngine } from "../api/engine";
import { useObservable } from "../api/observable";
import type { Behaviour, CauseInfo } from "../api/types";
import { useWindow } from "../app/window-state";
import { useCountdown } from "../clock/use-countdown";
import { RuleList } from "../rules/RuleList";
import controls from "../theme/controls.module.css";
import { Segmented } from "./ChoiceGroup";
import styles from "./ControlRoom.module.css";
import { FailureSection } from "./FailureSection";
import { MerchantReply } from "./MerchantReply";
import { NetworkSection } from "./NetworkSection";
import { PaymentSection } from "./PaymentSection";
import { CONFIRMATIONS, UNKNOWN_INVENTORY, VALIDATION_WORDS, VALIDATIONS } from "./presets";

export type Ask = (choice: string, patch: BehaviourPatch, expiresInSec?: number) => void;

export interface SectionProps {
  behaviour: Behaviour;
  ask: Ask;
  /** The choice of this section that waits for the engine. */
  pending: string | null;
}

export function ControlRoom({ causes }: { causes: CauseInfo[] }) {
  const engine = useEngine();
  const said = useObservable(engine.said);
  const asked = useObservable(engine.asked);
  const secondsLeft = useCountdown();
  const behaviour = said?.status.behaviour.in_force;
  // Of all that is changed, some may undo itself and the rest stay.
  const leftOf = (field: keyof Behaviour) =>
    said?.status.behaviour.expiring.includes(field) ? secondsLeft : null;
  if (!behaviour) {
    return (
      <aside className={styles.room} aria-label="Control room">
        <p className={styles.waiting}>Waiting for the engine…</p>
      </aside>
    );
  }

  const section = (name: string, body: (props: SectionProps) => ReactNode) => {
    const [pendingSection, pendingChoice] = asked.pending?.split("/") ?? [];
    const refusal = asked.refused?.by.split("/")[0] === name ? asked.refused.sentence : null;
    return (
      <section className={styles.section}>
        {body({
          behaviour,
          ask: (choice, patch, expiresInSec) => void engine.change(`${name}/${choice}`, patch, expiresInSec),
          pending: pendingSection === name ? (pendingChoice ?? null) : null,
        })}
        {refusal && (
          <p className={controls.refusal} role="alert">
            <CircleAlert size={14} aria-hidden />
            {refusal}
          </p>
        )}
      </section>
    );
  };

  return (
    <aside className={styles.room} aria-label="Control room">
      <h2 className="visually-hidden">Control room</h2>
      {section("confirmation", Confirmation)}
      {section("reply", (props) => (
        <MerchantReply {...props} causes={causes} />
      ))}
      {section("failure", (props) => (
        <FailureSection {...props} causes={causes} secondsLeft={leftOf("failure")} />
      ))}
      {section("payment", (props) => (
        <PaymentSection {...props} />
      ))}
      {section("fault", (props) => (
        <NetworkSection {...props} secondsLeft={leftOf("fault")} />
      ))}
      <RuleList />
      {section("inventory", UnknownInventory)}
      {section("validation", Validation)}
      <OverrideHelp />
    </aside>
  );
}

function Confirmation({ behaviour, ask, pending }: SectionProps) {
  return (
    <Segmented
      label="Confirmation"
      neutral="inventory"
      choices={CONFIRMATIONS}
      value={behaviour.confirmation}
      pending={pending}
      onChoose={(confirmation) => ask(confirmation, { confirmation })}
    />
  );
}

function UnknownInventory({ behaviour, ask, pending }: SectionProps) {
  return (
    <>
      <Segmented
        inline
        small
        neutral="accept"
        label="Unknown inventory"
        choices={UNKNOWN_INVENTORY}
        value={behaviour.unknown_inventory}
        pending={pending}
        onChoose={(choice) => ask(choice, { unknown_inventory: choice })}
      />
      <p className={styles.hint}>
        {behaviour.unknown_inventory === "accept"
          ? "New merchant, service and slot ids just work."
          : "Ids that the inventory lacks are refused."}
      </p>
    </>
  );
}

function Validation({ behaviour, ask, pending }: SectionProps) {
  return (
    <>
      <Segmented
        inline
        small
        neutral="warn"
        label="Check requests"
        choices={VALIDATIONS}
        value={behaviour.validation}
        pending={pending}
        onChoose={(validation) => ask(validation, { validation })}
      />
      <p className={styles.hint}>{VALIDATION_WORDS[behaviour.validation]}</p>
    </>
  );
}

function OverrideHelp() {
  const window = useWindow();
  return (
    <button type="button" className={styles.allCauses} onClick={() => window.dialog.set("overrides")}>
      <span>Override one request…</span>
    </button>
  );
}
