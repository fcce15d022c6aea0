// "Payment": which payment bookings ask for, who handles it, and what the payment processor says.

import { CreditCard, Send, Ticket } from "lucide-react";
import { useId, useState } from "react";
import { useEngine } from "../api/engine";
import { useWindow } from "../app/window-state";
import { sendPaid } from "../payments/send";
import { ChoiceRow, Segmented } from "./ChoiceGroup";
import type { SectionProps } from "./ControlRoom";
import styles from "./ControlRoom.module.css";
import {
  authorisationPatch,
  CARD_TYPES,
  CHALLENGE_PARAMETERS,
  OUTCOMES,
  PAYMENTS,
  PROCESSORS,
  speaksOfChallenges,
} from "./presets";

export function PaymentSection(props: SectionProps) {
  const { behaviour, ask, pending } = props;
  const id = useId();
  const { mode, processed_by } = behaviour.payment;
  return (
    <>
      <div role="radiogroup" aria-labelledby={id} className={styles.group}>
        <div className={styles.groupHead}>
          <span id={id} className={styles.label}>
            Payment
          </span>
          <span className={styles.aside}>seen by the guest</span>
        </div>
        <div className={styles.pair}>
          {PAYMENTS.map((choice) => (
            <ChoiceRow
              key={choice.value}
              name={id}
              choice={choice}
              checked={mode === choice.value}
              pending={pending === choice.value}
              tone={choice.value === "inventory" ? "normal" : "changed"}
              onChoose={() => ask(choice.value, { payment: { mode: choice.value } })}
            />
          ))}
        </div>
      </div>
      <Segmented
        small
        inline
        neutral="PROCESSED_BY_PARTNER"
        label="Processed by"
        choices={PROCESSORS}
        value={processed_by}
        pending={pending}
        onChoose={(processor) => ask(processor, { payment: { processed_by: processor } })}
      />
      <Outcome {...props} />
      <Try {...props} />
    </>
  );
}

function Outcome({ behaviour, ask, pending }: SectionProps) {
  const { authorisation, rejected_card_type, threeds1_parameters } = behaviour.payment;
  const chosen = OUTCOMES.find(({ value }) => value === authorisation);
  return (
    <>
      <label className={styles.selectLabel} data-changed={authorisation !== "approve" || undefined}>
        <span className={styles.smallLabel}>Processor says</span>
        <select
          className={styles.select}
          value={authorisation}
          data-pending={pending === "authorisation" || undefined}
          onChange={(event) => ask("authorisation", authorisationPatch(event.target.value))}
        >
          {OUTCOMES.map(({ value, title }) => (
            <option key={value} value={value}>
              {title}
            </option>
          ))}
        </select>
      </label>
      {chosen?.code && <code className={styles.code}>{chosen.code}</code>}
      {authorisation === "reject_card_type" && (
        <Segmented
          small
          label="Card that is not taken"
          choices={CARD_TYPES}
          value={rejected_card_type ?? "VISA"}
          pending={pending}
          onChoose={(card) => ask(card, { payment: { rejected_card_type: card } })}
        />
      )}
      {speaksOfChallenges(behaviour) && (
        <Segmented
          small
          label="3-D Secure parameters"
          neutral="complete"
          choices={CHALLENGE_PARAMETERS}
          value={threeds1_parameters}
          pending={pending}
          onChoose={(parameters) => ask(parameters, { payment: { threeds1_parameters: parameters } })}
        />
      )}
    </>
  );
}

/** The payment that is chosen, in one true request; and the dialog with every other. */
function Try({ behaviour }: SectionProps) {
  const engine = useEngine();
  const window = useWindow();
  const [sending, setSending] = useState(false);
  async function send(): Promise<void> {
    if (sending) return;
    setSending(true);
    const { text, bad } = await sendPaid(engine, { payment: behaviour.payment.mode });
    window.say(text, bad);
    setSending(false);
  }
  return (
    <div className={styles.links}>
      <button type="button" className={styles.allCauses} aria-disabled={sending || undefined} onClick={send}>
        <span className={styles.link}>
          <Send size={13} aria-hidden />
          Send a sample with this payment
        </span>
      </button>
      <button type="button" className={styles.allCauses} onClick={() => window.dialog.set("payments")}>
        <span className={styles.link}>
          <CreditCard size={13} aria-hidden />
          Test tokens and samples…
        </span>
      </button>
      <button type="button" className={styles.allCauses} onClick={() => window.dialog.set("payment-options")}>
        <span className={styles.link}>
          <Ticket size={13} aria-hidden />
          Packs and memberships…
        </span>
      </button>
    </div>
  );
}
