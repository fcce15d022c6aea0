// What became of a booking's money, entry by entry with the exchange that caused it, and what that adds up to. All of
// it is made up: no card is ever charged.

import type { BookingDetails, LedgerBalance } from "../api/types";
import details from "../details/Details.module.css";
import { micros, money } from "../inventory/money";
import { Entry } from "./Entry";
import styles from "./History.module.css";

const KINDS: Record<BookingDetails["ledger"][number]["kind"], string> = {
  authorised: "Authorised",
  captured: "Captured",
  held: "Held",
  released: "Released",
  refunded: "Refunded",
  fee_charged: "Fee charged",
  option_used: "Payment option used",
  option_returned: "Payment option given back",
  credited: "Credited",
};

const SUMS: [Exclude<keyof LedgerBalance, "currency_code">, string][] = [
  ["captured_micros", "captured"],
  ["fee_micros", "taken as a fee"],
  ["refunded_micros", "given back"],
  ["credited_micros", "credited by a payment option"],
  ["authorised_micros", "authorised"],
  ["held_micros", "held on the card"],
];

const inCurrency = (price_micros: string, currency_code: string) => money({ price_micros, currency_code });

export function Ledger({ booking }: { booking: BookingDetails }) {
  const { ledger, balances } = booking;
  if (ledger.length === 0) return null;
  return (
    <section className={details.card} aria-label="Ledger">
      <header className={details.cardHead}>
        <h3>Ledger</h3>
        <span className={details.cardAside}>made up: no card is ever charged</span>
      </header>
      <ol className={styles.history}>
        {ledger.map((entry, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: entries are only ever added at the end
          <Entry key={index} at={entry.at} exchange={entry.exchange_id}>
            <strong className={styles.amount}>
              {KINDS[entry.kind]}{" "}
              {entry.currency_code !== "" && inCurrency(entry.amount_micros, entry.currency_code)}
            </strong>{" "}
            {entry.text}
          </Entry>
        ))}
      </ol>
      {balances.map((balance) => (
        <p key={balance.currency_code} className={styles.balance}>
          The guest has paid <strong>{inCurrency(balance.balance_micros, balance.currency_code)}</strong>
          {partsOf(balance).length > 0 && `: ${partsOf(balance).join(", ")}`}.
        </p>
      ))}
    </section>
  );
}

function partsOf(balance: LedgerBalance): string[] {
  return SUMS.filter(([field]) => micros({ price_micros: balance[field], currency_code: "" }) !== 0).map(
    ([field, words]) => `${inCurrency(balance[field], balance.currency_code)} ${words}`,
  );
}
