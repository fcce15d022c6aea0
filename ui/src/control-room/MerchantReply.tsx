// What becomes of a booking that waits for the merchant: by hand, or by itself after some time.

import { useId, useState } from "react";
import type { CauseInfo } from "../api/types";
import { span } from "../clock/time";
import controls from "../theme/controls.module.css";
import { Segmented } from "./ChoiceGroup";
import type { SectionProps } from "./ControlRoom";
import styles from "./ControlRoom.module.css";
import { titleOf } from "./FailureSection";
import { canFailPending, REPLIES, REPLY_DELAYS, replyPatch, USUAL_FAIL_CAUSE } from "./presets";

/** A year of the engine's clock, as the engine has it. */
const LONGEST_SEC = 31_536_000;

export function MerchantReply({ behaviour, ask, pending, causes }: SectionProps & { causes: CauseInfo[] }) {
  const id = useId();
  const { decision, after_sec, cause } = behaviour.merchant_reply;
  const after = after_sec ?? 0;
  const delays = REPLY_DELAYS.some(({ value }) => value === String(after))
    ? REPLY_DELAYS
    : [...REPLY_DELAYS, { value: String(after), title: span(after) }];
  const wait = (sec: number) => ask(String(sec), replyPatch(decision, { after_sec: sec, cause }));
  return (
    <>
      <Segmented
        label="Merchant’s reply"
        aside="to pending bookings"
        neutral="manual"
        choices={REPLIES}
        value={decision}
        pending={pending}
        onChoose={(choice) => ask(choice, replyPatch(choice, { after_sec, cause }))}
      />
      {decision === "fail" && (
        <>
          <label className={styles.selectLabel}>
            <span className={styles.smallLabel}>Cause</span>
            <select
              className={styles.select}
              value={cause ?? USUAL_FAIL_CAUSE}
              onChange={(event) =>
                ask("cause", replyPatch("fail", { after_sec, cause: event.target.value as typeof cause }))
              }
            >
              {causes.filter(canFailPending).map((info) => (
                <option key={info.cause} value={info.cause}>
                  {titleOf(info.cause, causes)}
                </option>
              ))}
            </select>
          </label>
          <code className={styles.code}>{cause ?? USUAL_FAIL_CAUSE}</code>
        </>
      )}
      {decision !== "manual" && (
        <>
          <Segmented
            small
            label="After"
            choices={delays}
            value={String(after)}
            pending={pending}
            onChoose={(sec) => wait(Number(sec))}
          />
          <Seconds key={after} id={id} after={after} onSet={wait} />
        </>
      )}
    </>
  );
}

/** Any other time; set by Enter or by leaving the field, and not letter by letter. */
function Seconds({ id, after, onSet }: { id: string; after: number; onSet(sec: number): void }) {
  const [text, setText] = useState(String(after));
  const [invalid, setInvalid] = useState(false);
  function set(): void {
    const wanted = Number(text);
    const fits = /^\d+$/.test(text) && wanted <= LONGEST_SEC;
    setInvalid(!fits);
    if (fits && wanted !== after) onSet(wanted);
  }
  return (
    <>
      <form
        className={styles.seconds}
        onSubmit={(event) => {
          event.preventDefault();
          set();
        }}
      >
        <label htmlFor={id} className={styles.smallLabel}>
          or after so many seconds
        </label>
        <input
          id={id}
          className={styles.number}
          inputMode="numeric"
          autoComplete="off"
          value={text}
          aria-invalid={invalid || undefined}
          aria-describedby={invalid ? `${id}-problem` : undefined}
          onChange={(event) => setText(event.target.value)}
          onBlur={set}
        />
      </form>
      {invalid && (
        <p id={`${id}-problem`} className={controls.refusal} role="alert">
          A whole number of seconds, up to a year (31536000).
        </p>
      )}
    </>
  );
}
