// What happened to a booking, and to its money, each entry with the exchange that did it.

import type { ReactNode } from "react";
import type { Price } from "../api/inventory";
import type { BookingDetails } from "../api/types";
import { useWindow } from "../app/window-state";
import details from "../details/Details.module.css";
import { money } from "../inventory/money";
import controls from "../theme/controls.module.css";
import { dateAndTime } from "../traffic/format";
import { timeOf } from "./diagram/words";
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

/** A line of a booking's account. */
export interface LedgerEntry {
  kind: string;
  amount: Price;
  at: string;
  exchange_id: number | null;
}

const KINDS: Record<string, string> = {
  authorised: "Authorised: the card is good for it",
  captured: "Captured: taken from the card",
  held: "Held on the card for a fee",
  released: "Released: let go again",
  refunded: "Refunded: given back",
  fee_charged: "No-show fee taken",
  option_used: "Paid by a payment option",
  credited: "Credited instead of money",
};

export function Ledger({ entries }: { entries: LedgerEntry[] }) {
  return (
    <section className={details.card} aria-label="Ledger">
      <header className={details.cardHead}>
        <h3>Ledger</h3>
        <span className={details.cardAside}>made up: no card is ever charged</span>
      </header>
      <ol className={styles.history}>
        {entries.map((entry, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: entries are only ever added at the end
          <Entry key={index} at={entry.at} exchange={entry.exchange_id}>
            <strong className={styles.amount}>{money(entry.amount)}</strong>{" "}
            {KINDS[entry.kind] ?? entry.kind.replaceAll("_", " ")}
          </Entry>
        ))}
      </ol>
    </section>
  );
}

function Entry({ at, exchange, children }: { at: string; exchange: number | null; children: ReactNode }) {
  const window = useWindow();
  return (
    <li>
      <p>{children}</p>
      <p className={styles.when}>
        <time dateTime={at} title={dateAndTime(at)}>
          {dateAndTime(at)} ({timeOf(at)})
        </time>
        {exchange !== null && (
          <button type="button" className={controls.quiet} onClick={() => window.showExchange(exchange)}>
            Show the exchange
          </button>
        )}
      </p>
    </li>
  );
}
