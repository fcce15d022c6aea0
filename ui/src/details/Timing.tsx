// Where the time of an exchange went.

import type { ExchangeDetails } from "../api/types";
import { took } from "../traffic/format";
import styles from "./Details.module.css";
import own from "./Timing.module.css";

export function Timing({ exchange: { timing } }: { exchange: ExchangeDetails }) {
  const parts = [
    { name: "Reading the request", us: timing.read_us, tone: "read" },
    { name: "Deciding and storing", us: timing.decide_us, tone: "decide" },
    { name: "Delay that was asked for", us: timing.delay_us, tone: "delay" },
  ].filter((part) => part.us > 0);
  const total = Math.max(1, timing.total_us);
  return (
    <section className={styles.card} aria-label="Timing">
      <header className={styles.cardHead}>
        <h3>Timing</h3>
        <span className={styles.cardAside}>{took(timing.total_us)} in all</span>
      </header>
      <div className={own.timeline} aria-hidden>
        {parts.map((part) => (
          <span key={part.tone} data-tone={part.tone} style={{ flexGrow: part.us / total }} />
        ))}
      </div>
      <dl className={own.timings}>
        {parts.map((part) => (
          <div key={part.tone}>
            <dt data-tone={part.tone}>{part.name}</dt>
            <dd>{took(part.us)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
