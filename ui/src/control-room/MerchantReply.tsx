// What becomes of a booking that waits for the merchant: by hand, or by itself after some time.

import type { CauseInfo } from "../api/types";
import { span } from "../clock/time";
import { Segmented } from "./ChoiceGroup";
import type { SectionProps } from "./ControlRoom";
import styles from "./ControlRoom.module.css";
import { titleOf } from "./FailureSection";
import { NumberField } from "./NumberField";
import { canFailPending, REPLIES, REPLY_DELAYS, replyPatch, USUAL_FAIL_CAUSE } from "./presets";

/** A year of the engine's clock, as the engine has it. */
const LONGEST_SEC = 31_536_000;

export function MerchantReply({ behaviour, ask, pending, causes }: SectionProps & { causes: CauseInfo[] }) {
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
          <NumberField
            label="or after so many seconds"
            value={after}
            least={0}
            most={LONGEST_SEC}
            onSet={(sec) => wait(sec ?? 0)}
          />
        </>
      )}
    </>
  );
}
