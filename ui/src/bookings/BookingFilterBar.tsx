// Above the list: words for the guest's name or the booking's id, and the state. The engine does the searching.

import { Search, X } from "lucide-react";
import { useObservable } from "../api/observable";
import { ANY_BOOKING, useWindow } from "../app/window-state";
import controls from "../theme/controls.module.css";
import { plural } from "../traffic/format";
import styles from "./Bookings.module.css";
import { STATUSES } from "./status";

interface Props {
  found: number;
  hasMore: boolean;
  /** Enter, or the arrow down: on to what was found. */
  onLeave(): void;
}

export function BookingFilterBar({ found, hasMore, onLeave }: Props) {
  const window = useWindow();
  const filter = useObservable(window.bookingFilter);
  const narrowed = filter !== ANY_BOOKING && (filter.words !== "" || filter.status !== null);
  return (
    <div className={styles.tools}>
      <span className={styles.searchField}>
        <Search size={14} aria-hidden />
        <input
          type="search"
          className={controls.field}
          aria-label="Guest or booking id"
          placeholder="Guest or id"
          value={filter.words}
          onChange={(event) => window.bookingFilter.set({ ...filter, words: event.target.value })}
          onKeyDown={(event) => {
            if (event.key === "Enter" || event.key === "ArrowDown") {
              event.preventDefault();
              onLeave();
            } else if (event.key === "Escape" && filter.words !== "") {
              event.preventDefault();
              window.bookingFilter.set({ ...filter, words: "" });
            }
          }}
        />
      </span>
      <select
        className={controls.field}
        aria-label="State"
        value={filter.status ?? ""}
        onChange={(event) =>
          window.bookingFilter.set({
            ...filter,
            status: STATUSES.find(([status]) => status === event.target.value)?.[0] ?? null,
          })
        }
      >
        <option value="">All states</option>
        {STATUSES.map(([status, { word }]) => (
          <option key={status} value={status}>
            {word}
          </option>
        ))}
      </select>
      {narrowed && (
        <button
          type="button"
          className={controls.icon}
          aria-label="Show all bookings"
          title="Show all bookings"
          onClick={() => window.bookingFilter.set(ANY_BOOKING)}
        >
          <X size={15} aria-hidden />
        </button>
      )}
      <span role="status" className={narrowed ? styles.found : "visually-hidden"}>
        {narrowed && `${plural(found, "booking")}${hasMore ? " so far" : ""}`}
      </span>
    </div>
  );
}
