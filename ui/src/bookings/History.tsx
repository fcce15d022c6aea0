// What happened to a booking, each step with the exchange that did it.

import type { BookingDetails } from "../api/types";
import details from "../details/Details.module.css";
import { Entry } from "./Entry";
import styles from "./History.module.css";
import { StatusPill } from "./StatusPill";

export function Timeline({ booking }: { booking: BookingDetails }) {
  return (
    <section className={details.card} aria-label="What happened">
      <header className={details.cardHead}>
        <h3>What happened</h3>
      </header>
      <ol className={styles.history}>
        {booking.timeline.map((entry) => (
          <Entry key={`${entry.at}-${entry.event}`} at={entry.at} exchange={entry.exchange_id}>
            {entry.text} <StatusPill status={entry.status} />
          </Entry>
        ))}
      </ol>
    </section>
  );
}
