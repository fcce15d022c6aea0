import controls from "../theme/controls.module.css";
import styles from "./Bookings.module.css";
import { wordsOf } from "./status";

export function StatusPill({ status }: { status: string }) {
  const { word, tone, Shape } = wordsOf(status);
  return (
    <span className={`${controls.pill} ${controls[tone]} ${styles.status}`} title={status}>
      <Shape size={12} aria-hidden />
      {word}
    </span>
  );
}
