// "Answer bookings with": a booking, or one of the protocol's failures. Common causes stand here, every
// other one is in the causes dialog and joins the list while it is in force.

import { useId } from "react";
import type { CauseInfo } from "../api/types";
import { useWindow } from "../app/window-state";
import controls from "../theme/controls.module.css";
import { ChoiceRow } from "./ChoiceGroup";
import type { SectionProps } from "./ControlRoom";
import styles from "./ControlRoom.module.css";
import { Chance, HowLong, HowOften } from "./Odds";
import { CARD_TYPE_CAUSE, CARD_TYPES, COMMON_CAUSES, cardTypePatch, causePatch } from "./presets";

interface Props extends SectionProps {
  causes: CauseInfo[];
  secondsLeft: number | null;
}

export function FailureSection({ behaviour, ask, pending, causes, secondsLeft }: Props) {
  const id = useId();
  const window = useWindow();
  const { failure } = behaviour;
  const common = COMMON_CAUSES.flatMap((group) => group.causes);
  const groups =
    failure && !common.includes(failure.cause)
      ? [...COMMON_CAUSES, { heading: "Chosen from all causes", causes: [failure.cause] }]
      : COMMON_CAUSES;
  const left = failure?.times;

  const options = failure && (
    <div className={styles.optionDetails}>
      <HowOften
        value={failure.times}
        pending={pending}
        onSet={(choice, times) => ask(choice, { failure: { times } })}
      />
      <Chance
        value={failure.probability}
        pending={pending}
        onSet={(choice, probability) => ask(choice, { failure: { probability } })}
      />
      <HowLong
        value={secondsLeft}
        pending={pending}
        onSet={(choice, seconds) => ask(choice, { failure: { ...failure } }, seconds ?? undefined)}
      />
      {failure.cause === CARD_TYPE_CAUSE && (
        <label className={styles.selectLabel}>
          <span className={styles.smallLabel}>Rejected card</span>
          <select
            className={styles.select}
            value={failure.rejected_card_type ?? ""}
            onChange={(event) => ask("card", cardTypePatch(failure, event.target.value))}
          >
            {!CARD_TYPES.some((card) => card.value === failure.rejected_card_type) && (
              <option value={failure.rejected_card_type ?? ""}>
                {failure.rejected_card_type ?? "Choose…"}
              </option>
            )}
            {CARD_TYPES.map((card) => (
              <option key={card.value} value={card.value}>
                {card.title}
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  );

  return (
    <>
      <div role="radiogroup" aria-labelledby={id} className={styles.group}>
        <div className={styles.groupHead}>
          <span id={id} className={styles.label}>
            Answer bookings with
          </span>
          {left != null && <span className={styles.aside}>{left} left</span>}
        </div>
        <ChoiceRow
          name={id}
          choice={{ value: "booking", title: "A booking" }}
          checked={failure === null}
          pending={pending === "booking"}
          onChoose={() => ask("booking", causePatch(null))}
        />
        {groups.map((group) => (
          <div key={group.heading}>
            <p className={styles.heading}>{group.heading}</p>
            {group.causes.map((cause) => (
              <ChoiceRow
                key={cause}
                name={id}
                choice={{ value: cause, title: titleOf(cause, causes), code: cause }}
                checked={failure?.cause === cause}
                pending={pending === cause}
                tone="changed"
                onChoose={() => ask(cause, causePatch(cause))}
              >
                {options}
              </ChoiceRow>
            ))}
          </div>
        ))}
      </div>
      <button type="button" className={styles.allCauses} onClick={() => window.dialog.set("causes")}>
        <span>All {causes.length || 15} causes…</span>
        <kbd className={controls.kbd}>F</kbd>
      </button>
    </>
  );
}

export function titleOf(cause: string, causes: CauseInfo[]): string {
  return causes.find((info) => info.cause === cause)?.title ?? cause;
}
