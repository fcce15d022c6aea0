// What the partner and the aggregator each hold of one booking, side by side; where they differ is marked.

import { EqualNot } from "lucide-react";
import type { ReactNode } from "react";
import type { BookingDetails } from "../api/types";
import { useWindow } from "../app/window-state";
import details from "../details/Details.module.css";
import { span } from "../inventory/day";
import controls from "../theme/controls.module.css";
import { dateAndTime } from "../traffic/format";
import styles from "./BothSides.module.css";
import { StatusPill } from "./StatusPill";

type Side = Pick<
  BookingDetails,
  "status" | "start_sec" | "duration_sec" | "party_size" | "prepayment_status"
>;

const at = (seconds: string) => dateAndTime(new Date(Number(seconds) * 1000).toISOString());

const ROWS: { field: BookingDetails["differs"][number]; title: string; show(side: Side): ReactNode }[] = [
  {
    field: "status",
    title: "State",
    show: ({ status }) => (
      <>
        <StatusPill status={status} /> <code>{status}</code>
      </>
    ),
  },
  { field: "start_sec", title: "Start", show: ({ start_sec }) => at(start_sec) },
  { field: "duration_sec", title: "Lasts", show: ({ duration_sec }) => span(duration_sec) },
  { field: "party_size", title: "Guests", show: ({ party_size }) => party_size ?? "not said" },
  {
    field: "prepayment_status",
    title: "Prepayment",
    show: ({ prepayment_status }) =>
      prepayment_status === null ? "not said" : <code>{prepayment_status}</code>,
  },
];

export function BothSides({ booking }: { booking: BookingDetails }) {
  const window = useWindow();
  const { aggregator, differs } = booking;
  function showNotifications(): void {
    window.filterText.set(`booking:${booking.booking_id} direction:outbound`);
    window.tab.set("traffic");
  }
  return (
    <section className={details.card} aria-label="Both sides">
      <header className={details.cardHead}>
        <h3>Both sides</h3>
        <span className={details.cardAside}>
          {aggregator && (differs.length === 0 ? "they agree" : `they differ in ${differs.length}`)}
        </span>
      </header>
      {aggregator === null ? (
        <p className={details.nothing}>The aggregator knows nothing of this booking.</p>
      ) : (
        <>
          <table className={styles.sides}>
            <thead>
              <tr>
                <td />
                <th scope="col">Partner holds</th>
                <th scope="col">Aggregator was told</th>
              </tr>
            </thead>
            <tbody>
              {ROWS.map(({ field, title, show }) => {
                const differ = differs.includes(field);
                return (
                  <tr key={field} data-differs={differ || undefined}>
                    <th scope="row">{title}</th>
                    <td>{show(booking)}</td>
                    <td>
                      {show(aggregator)}
                      {differ && (
                        <span className={styles.mark}>
                          <EqualNot size={13} aria-hidden /> differs
                        </span>
                      )}
                    </td>
                  </tr>
                );
              })}
              {aggregator.cause && (
                <tr>
                  <th scope="row">Cause</th>
                  <td>
                    <span className={styles.faint}>in the timeline</span>
                  </td>
                  <td>
                    <code>{aggregator.cause}</code>
                  </td>
                </tr>
              )}
              <tr>
                <th scope="row">Last change</th>
                <td>{dateAndTime(booking.updated_at)}</td>
                <td>{dateAndTime(aggregator.updated_at)}</td>
              </tr>
            </tbody>
          </table>
          <div className={styles.below}>
            <p>
              {differs.length > 0
                ? "The notification of the last change is still on its way, or it was refused."
                : "What was said over the wire has reached the other side."}
            </p>
            <span>
              <button type="button" className={controls.quiet} onClick={() => window.tab.set("outbox")}>
                Open the outbox
              </button>
              <button type="button" className={controls.quiet} onClick={showNotifications}>
                Show what was sent
              </button>
            </span>
          </div>
        </>
      )}
    </section>
  );
}
