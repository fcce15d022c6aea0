// "Network": four ways for meetings, and behind them every kind of fault with its amounts, for which calls,
// how often, how likely and for how long.

import { ChevronDown } from "lucide-react";
import { useEffect, useId } from "react";
import { useObservable } from "../api/observable";
import type { Fault, Method } from "../api/types";
import { useWindow } from "../app/window-state";
import { faultInWords } from "../sentence/sentence";
import controls from "../theme/controls.module.css";
import { ChoiceRow, Segmented } from "./ChoiceGroup";
import type { SectionProps } from "./ControlRoom";
import styles from "./ControlRoom.module.css";
import {
  amountPatch,
  KINDS,
  kindPatch,
  METHODS,
  NETWORKS,
  networkOf,
  networkPatch,
  toggled,
  WHENS,
} from "./faults";
import { NumberField } from "./NumberField";
import { Chance, HowLong, HowOften } from "./Odds";

/** Where the keyboard goes to set a fault. */
export const FAULT_KINDS = "fault-kinds";

interface Props extends SectionProps {
  secondsLeft: number | null;
}

export function NetworkSection(props: Props) {
  const { behaviour, ask, pending } = props;
  const { faultsOpen } = useWindow();
  const open = useObservable(faultsOpen);
  const { fault } = behaviour;
  const network = networkOf(behaviour);
  const left = fault?.times;
  // None of the four says what holds then.
  const isOther = network === null;
  useEffect(() => {
    if (isOther) faultsOpen.set(true);
  }, [isOther, faultsOpen]);
  return (
    <>
      <Segmented
        label="Network"
        neutral="fast"
        choices={NETWORKS}
        value={network ?? ""}
        pending={pending}
        aside={left != null ? `${left} left` : undefined}
        onChoose={(choice) => ask(choice, networkPatch(choice))}
      />
      {fault && <p className={styles.hint}>{faultInWords(fault)}</p>}
      <button
        type="button"
        className={styles.allCauses}
        aria-expanded={open}
        aria-controls={FAULT_KINDS}
        onClick={() => faultsOpen.set(!open)}
      >
        <span className={styles.link}>
          <ChevronDown size={14} aria-hidden className={styles.chevron} />
          All kinds and amounts
        </span>
        <kbd className={controls.kbd}>N</kbd>
      </button>
      <div id={FAULT_KINDS} hidden={!open}>
        {open && <Kinds {...props} />}
      </div>
    </>
  );
}

function Kinds({ behaviour, ask, pending, secondsLeft }: Props) {
  const id = useId();
  const { fault } = behaviour;
  return (
    <div role="radiogroup" aria-label="What goes wrong" className={styles.group}>
      {KINDS.map((kind) => (
        <ChoiceRow
          key={kind.value}
          name={id}
          choice={kind}
          checked={fault?.kind === kind.value}
          pending={pending === kind.value}
          tone="changed"
          onChoose={() => ask(kind.value, kindPatch(kind))}
        >
          {fault && (
            <FaultOptions fault={fault} kind={kind} ask={ask} pending={pending} secondsLeft={secondsLeft} />
          )}
        </ChoiceRow>
      ))}
    </div>
  );
}

interface OptionsProps extends Pick<Props, "ask" | "pending" | "secondsLeft"> {
  fault: Fault;
  kind: (typeof KINDS)[number];
}

function FaultOptions({ fault, kind, ask, pending, secondsLeft }: OptionsProps) {
  return (
    <div className={styles.optionDetails}>
      {kind.amounts.map(({ field, label, unit, least, most }) => (
        <NumberField
          key={field}
          label={label}
          unit={unit}
          value={fault[field] ?? 0}
          least={least}
          most={field === "jitter_ms" ? (fault.ms ?? most) : most}
          onSet={(amount) => amount !== null && ask(field, amountPatch(fault, field, amount))}
        />
      ))}
      {kind.hasWhen && (
        <Segmented
          small
          label="The request is"
          choices={WHENS}
          value={fault.when ?? "before"}
          pending={pending}
          onChoose={(when) => ask(when, { fault: { when } })}
        />
      )}
      <HowOften
        value={fault.times}
        pending={pending}
        onSet={(choice, times) => ask(choice, { fault: { times } })}
      />
      <Chance
        value={fault.probability}
        pending={pending}
        onSet={(choice, probability) => ask(choice, { fault: { probability } })}
      />
      <HowLong
        value={secondsLeft}
        pending={pending}
        onSet={(choice, seconds) => ask(choice, { fault: { ...fault } }, seconds ?? undefined)}
      />
      <WhichCalls
        methods={fault.methods ?? null}
        onSet={(methods) => ask("methods", { fault: { methods } })}
      />
    </div>
  );
}

function WhichCalls({ methods, onSet }: { methods: Method[] | null; onSet(methods: Method[] | null): void }) {
  return (
    <details className={styles.calls}>
      <summary>
        <span className={styles.smallLabel}>For which calls</span>
        <span className={styles.aside}>{callsInWords(methods)}</span>
      </summary>
      <label className={styles.check}>
        <input type="checkbox" checked={methods === null} onChange={() => methods && onSet(null)} />
        All calls
      </label>
      {METHODS.map((group) => (
        <fieldset key={group.heading}>
          <legend className={styles.heading}>{group.heading}</legend>
          {group.methods.map((method) => (
            <label key={method} className={styles.check}>
              <input
                type="checkbox"
                checked={methods?.includes(method) ?? false}
                onChange={() => onSet(toggled(methods, method))}
              />
              <code>{method}</code>
            </label>
          ))}
        </fieldset>
      ))}
    </details>
  );
}

function callsInWords(methods: Method[] | null): string {
  if (methods === null) return "all";
  return methods.length === 1 ? (methods[0] ?? "") : `${methods.length} methods`;
}
