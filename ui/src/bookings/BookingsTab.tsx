// All bookings, the newest first, asked for again whenever the engine says that some changed.

import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { inWords } from "../api/client";
import { useEngine } from "../api/engine";
import { useObservable } from "../api/observable";
import { useWindow } from "../app/window-state";
import { Cell, VirtualGrid } from "../grid/VirtualGrid";
import controls from "../theme/controls.module.css";
import { dateAndTime, shortDate, shortLabel, type Tone } from "../traffic/format";
import styles from "../traffic/Traffic.module.css";

const COLUMNS = [
  { key: "status", title: "Status" },
  { key: "guest", title: "Guest" },
  { key: "service", title: "Service" },
  { key: "start", title: "Start" },
  { key: "made", title: "Made", end: true },
];
const TEMPLATE = "7rem minmax(6rem, 1.2fr) minmax(6rem, 1fr) 7.5rem 7.5rem";

/** At most one fetch per this time, however fast bookings come in. */
const REFRESH_MS = 500;

export function bookingTone(status: string): Tone {
  if (status === "CONFIRMED") return "ok";
  if (status.startsWith("PENDING")) return "pending";
  if (status === "FAILED") return "bad";
  if (status === "CANCELED") return "neutral";
  return "warn";
}

export function BookingsTab() {
  const engine = useEngine();
  const window = useWindow();
  const version = useObservable(engine.bookingsVersion);
  const selectedId = useObservable(window.booking);
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["bookings"],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => engine.api.bookings(pageParam, signal),
    getNextPageParam: (page) => page.next,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version is the reason to fetch
  useEffect(() => {
    const timer = setTimeout(() => void refetch(), REFRESH_MS);
    return () => clearTimeout(timer);
  }, [version, refetch]);
  const bookings = useMemo(() => data?.pages.flatMap((page) => page.bookings) ?? [], [data]);
  const selected = bookings.findIndex((booking) => booking.booking_id === selectedId);

  if (error && !data) {
    return (
      <p className={controls.refusal} role="alert">
        {inWords(error)}
      </p>
    );
  }
  if (!data) return <p className={styles.emptyLine}>Fetching the bookings…</p>;
  if (bookings.length === 0) {
    return (
      <div className={styles.empty}>
        <h3>No bookings yet</h3>
        <p>Each CreateBooking that is answered with a booking puts one here.</p>
        <button type="button" className={controls.button} onClick={() => window.tab.set("traffic")}>
          Go to the traffic
        </button>
      </div>
    );
  }
  const select = (index: number) => window.booking.set(bookings[index]?.booking_id ?? null);
  return (
    <VirtualGrid
      label="Bookings, newest first"
      columns={COLUMNS}
      template={TEMPLATE}
      count={bookings.length}
      rowKey={(index) => bookings[index]?.booking_id ?? index}
      renderCells={(index) => {
        const booking = bookings[index];
        if (!booking) return null;
        return (
          <>
            <Cell>
              <span className={`${controls.pill} ${controls[bookingTone(booking.status)]}`}>
                {shortLabel(booking.status)}
              </span>
            </Cell>
            <Cell>
              <span className={styles.call}>{booking.guest || "no name given"}</span>
            </Cell>
            <Cell title={`merchant ${booking.merchant_id}, service ${booking.service_id}`}>
              {booking.service_id}
            </Cell>
            <Cell title={dateAndTime(booking.start_at)}>{shortDate(booking.start_at)}</Cell>
            <Cell end>
              <span className={styles.took}>{shortDate(booking.created_at)}</span>
            </Cell>
          </>
        );
      }}
      selected={selected}
      onSelect={select}
      onOpen={(index, by) => {
        select(index);
        window.detailsOpen.set(true);
        if (by === "keyboard") requestAnimationFrame(() => document.getElementById("details")?.focus());
      }}
      onEscape={() => {
        if (window.booking.get() === null) return false;
        window.booking.set(null);
        window.detailsOpen.set(false);
        return true;
      }}
      onNearEnd={() => {
        if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
      }}
    />
  );
}
