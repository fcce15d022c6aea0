import type { NotificationState } from "../api/outbox";
import controls from "../theme/controls.module.css";
import styles from "./Outbox.module.css";
import { STATES } from "./words";

/** A word, a shape and a colour. */
export function StatePill({ state }: { state: NotificationState }) {
  const { word, tone, Shape } = STATES[state];
  return (
    <span className={`${controls.pill} ${controls[tone]} ${styles.pill}`}>
      <Shape size={11} strokeWidth={2.5} aria-hidden />
      {word}
    </span>
  );
}
