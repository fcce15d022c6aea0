import type { ReactNode } from "react";
import { useWindow } from "../app/window-state";
import controls from "../theme/controls.module.css";
import { dateAndTime } from "../traffic/format";
import styles from "./History.module.css";

/** One line of a history: what, when, and the exchange that did it. */
export function Entry({
  at,
  exchange,
  children,
}: {
  at: string;
  exchange: number | null;
  children: ReactNode;
}) {
  const window = useWindow();
  return (
    <li>
      <p>{children}</p>
      <p className={styles.when}>
        <time dateTime={at}>{dateAndTime(at, "medium")}</time>
        {exchange !== null && (
          <button type="button" className={controls.quiet} onClick={() => window.showExchange(exchange)}>
            Show the exchange
          </button>
        )}
      </p>
    </li>
  );
}
