// All bookings, the newest first, narrowed by state, guest or id. Beside the wide details of one there is room for
// few columns; alone, the list shows them all.

import { useEffect, useRef, useState } from "react";
import { useEngine } from "../api/engine";
import { useObservable } from "../api/observable";
import type { BookingSummary } from "../api/types";
import { ANY_BOOKING, useWindow } from "../app/window-state";
import { ShortDate } from "../clock/ShortDate";
import { Cell, type GridHandle, VirtualGrid } from "../grid/VirtualGrid";
import controls from "../theme/controls.module.css";
import { dateAndTime } from "../traffic/format";
import traffic from "../traffic/Traffic.module.css";
import { BookingFilterBar } from "./BookingFilterBar";
import styles from "./Bookings.module.css";
import { StatusPill } from "./StatusPill";
import { useBookings } from "./use-bookings";
import { useWidth } from "./use-width";

interface BookingColumn {
  key: string;
  title: string;
  width: string;
  /** Shown from this width of the list on, in rem. */
  from: number;
  end?: boolean;
}

const COLUMNS: BookingColumn[] = [
  { key: "status", title: "State", width: "6.75rem", from: 0 },
  { key: "guest", title: "Guest", width: "minmax(5rem, 1.1fr)", from: 0 },
  { key: "service", title: "Service", width: "minmax(5rem, 1fr)", from: 30 },
  { key: "start", title: "Start", width: "7.5rem", from: 23 },
  { key: "id", title: "Booking", width: "minmax(6rem, 0.9fr)", from: 44 },
  { key: "made", title: "Made", width: "6.75rem", from: 37, end: true },
];

function BookingCell({ booking, column }: { booking: BookingSummary; column: string }) {
  switch (column) {
    case "status":
      return (
        <Cell>
          <StatusPill status={booking.status} />
        </Cell>
      );
    case "guest":
      return (
        <Cell
          title={`${booking.guest || "no name given"} · ${dateAndTime(booking.start_at)} · ${booking.booking_id}`}
        >
          <span className={traffic.call}>{booking.guest || "no name given"}</span>
        </Cell>
      );
    case "service":
      return (
        <Cell title={`merchant ${booking.merchant_id}, service ${booking.service_id}`}>
          <span className={styles.text}>{booking.service_id}</span>
        </Cell>
      );
    case "start":
      return (
        <Cell title={dateAndTime(booking.start_at)}>
          <ShortDate at={booking.start_at} />
        </Cell>
      );
    case "id":
      return (
        <Cell title={booking.booking_id}>
          <code className={styles.code}>{booking.booking_id}</code>
        </Cell>
      );
    default:
      return (
        <Cell end>
          <span className={traffic.took}>
            <ShortDate at={booking.created_at} />
          </span>
        </Cell>
      );
  }
}

export function BookingsTab() {
  const engine = useEngine();
  const window = useWindow();
  const filter = useObservable(window.bookingFilter);
  const selectedId = useObservable(window.booking);
  const total = useObservable(engine.said)?.status.counts.bookings ?? 0;
  const { rows, hasMore, problem, loadMore } = useBookings(filter);
  const grid = useRef<GridHandle>(null);
  const [host, width] = useWidth();
  const columns = COLUMNS.filter((column) => column.from <= width);
  const narrowed = filter.words.trim() !== "" || filter.status !== null;
  const bookings = rows ?? [];
  const selected = bookings.findIndex((booking) => booking.booking_id === selectedId);
  const select = (index: number) => {
    const booking = bookings[index];
    if (booking) window.booking.set(booking.booking_id);
  };

  // Enter goes to the first row, also when the answer with that row is still on its way.
  const [entered, setEntered] = useState(false);
  useEffect(() => {
    if (!entered || !rows) return;
    setEntered(false);
    grid.current?.focus();
  }, [entered, rows]);

  return (
    <div ref={host} className={traffic.tab}>
      {(total > 0 || narrowed) && (
        <BookingFilterBar found={bookings.length} hasMore={hasMore} onLeave={() => setEntered(true)} />
      )}
      {problem && (
        <p className={controls.refusal} role="alert">
          {problem}
        </p>
      )}
      {!problem && rows === null && <p className={traffic.emptyLine}>Fetching the bookings…</p>}
      {rows?.length === 0 && <NoBookings narrowed={narrowed} />}
      {bookings.length > 0 && (
        <VirtualGrid
          ref={grid}
          label="Bookings, newest first"
          columns={columns}
          template={columns.map((column) => column.width).join(" ")}
          minWidth="0"
          count={bookings.length}
          rowKey={(index) => bookings[index]?.booking_id ?? index}
          renderCells={(index) => {
            const booking = bookings[index];
            return (
              booking && columns.map(({ key }) => <BookingCell key={key} booking={booking} column={key} />)
            );
          }}
          selected={selected}
          onSelect={select}
          onOpen={(index, by) => {
            select(index);
            window.openDetails(by);
          }}
          onEscape={() => window.leave(window.booking.get() !== null, () => window.booking.set(null))}
          onNearEnd={loadMore}
        />
      )}
    </div>
  );
}

function NoBookings({ narrowed }: { narrowed: boolean }) {
  const window = useWindow();
  return narrowed ? (
    <div className={traffic.empty}>
      <h3>No booking is like that</h3>
      <p>Neither a guest’s name nor an id has these words in it, in that state.</p>
      <button type="button" className={controls.button} onClick={() => window.bookingFilter.set(ANY_BOOKING)}>
        Show all bookings
      </button>
    </div>
  ) : (
    <div className={traffic.empty}>
      <h3>No bookings yet</h3>
      <p>Each CreateBooking that is answered with a booking puts one here.</p>
      <button type="button" className={controls.button} onClick={() => window.tab.set("traffic")}>
        Go to the traffic
      </button>
    </div>
  );
}
