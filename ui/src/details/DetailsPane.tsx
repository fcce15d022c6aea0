// The right column. In narrow windows it lies over the table and Esc closes it; wider, it is always there
// and says what it is for while nothing is selected.

import { MousePointerClick, X } from "lucide-react";
import { useObservable } from "../api/observable";
import { useWindow } from "../app/window-state";
import { BookingDetails } from "../bookings/BookingDetails";
import controls from "../theme/controls.module.css";
import styles from "./DetailsPane.module.css";
import { ExchangeDetails } from "./ExchangeDetails";

export function DetailsPane() {
  const window = useWindow();
  const tab = useObservable(window.tab);
  const exchange = useObservable(window.exchange);
  const booking = useObservable(window.booking);
  const open = useObservable(window.detailsOpen);
  const chosen = tab === "traffic" ? exchange !== null : booking !== null;

  function close(): void {
    window.detailsOpen.set(false);
    document.querySelector<HTMLElement>('[role="grid"]')?.focus();
  }

  return (
    <aside
      id="details"
      className={styles.pane}
      aria-label="Details"
      tabIndex={-1}
      data-open={(open && chosen) || undefined}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.preventDefault();
        close();
      }}
    >
      <button
        type="button"
        className={`${controls.icon} ${styles.close}`}
        aria-label="Close the details"
        onClick={close}
      >
        <X size={16} aria-hidden />
      </button>
      {tab === "traffic" && exchange !== null && <ExchangeDetails id={exchange} />}
      {tab === "bookings" && booking !== null && <BookingDetails id={booking} />}
      {!chosen && (
        <div className={styles.unchosen}>
          <MousePointerClick size={22} aria-hidden />
          {tab === "traffic" ? (
            <p>Select a row to see both bodies, the headers, and why the answer came out so.</p>
          ) : (
            <p>Select a booking to see it as it stands on the wire, and what happened to it.</p>
          )}
        </div>
      )}
    </aside>
  );
}
