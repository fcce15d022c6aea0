// The right column. In narrow windows it lies over the table and Esc closes it; wider, it is always there
// and says what it is for while nothing is selected.

import { MousePointerClick, X } from "lucide-react";
import { useObservable } from "../api/observable";
import { type TabName, useWindow } from "../app/window-state";
import { BookingDetails } from "../bookings/BookingDetails";
import { InventoryDetails } from "../inventory/InventoryDetails";
import { NotificationDetails } from "../outbox/NotificationDetails";
import { ScenarioDetails } from "../scenarios/ScenarioDetails";
import controls from "../theme/controls.module.css";
import styles from "./DetailsPane.module.css";
import { ExchangeDetails } from "./ExchangeDetails";

const FOR_WHAT: Record<TabName, string> = {
  traffic: "Select a row to see both bodies, the headers, and why the answer came out so.",
  bookings: "Select a booking to see who said what to whom, and to act as the merchant.",
  outbox: "Select a notification to see its body, its mask, and every attempt to deliver it.",
  scenarios: "Select a scenario to see what it shows, what is wrong with it, and its file.",
  inventory: "Select a merchant, a service or a slot to see its terms and change them.",
};

export function DetailsPane() {
  const window = useWindow();
  const tab = useObservable(window.tab);
  const exchange = useObservable(window.exchange);
  const booking = useObservable(window.booking);
  const notification = useObservable(window.notification);
  const open = useObservable(window.detailsOpen);
  const place = useObservable(window.place);
  const scenario = useObservable(window.scenario);
  const walking = useObservable(window.walking);
  const chosen = {
    traffic: exchange !== null,
    bookings: booking !== null,
    outbox: notification !== null,
    inventory: place.merchant !== null,
    scenarios: scenario !== null,
  }[tab];

  // A walk-through shows its own details.
  if (tab === "scenarios" && walking) return null;

  function close(): void {
    window.detailsOpen.set(false);
    const grids = document.querySelectorAll<HTMLElement>('[role="grid"]');
    // Of several, the last one shows what the details are about.
    if (tab === "scenarios") document.querySelector<HTMLElement>("[data-chosen] button")?.focus();
    else [...grids].at(-1)?.focus();
  }

  return (
    <aside
      id="details"
      className={styles.pane}
      aria-label="Details"
      tabIndex={-1}
      data-open={(open && chosen) || undefined}
      data-wide={(tab === "bookings" && chosen) || undefined}
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
      {tab === "outbox" && notification !== null && <NotificationDetails id={notification} />}
      {tab === "inventory" && place.merchant !== null && <InventoryDetails />}
      {tab === "scenarios" && scenario !== null && <ScenarioDetails key={scenario} name={scenario} />}
      {!chosen && (
        <div className={styles.unchosen}>
          <MousePointerClick size={22} aria-hidden />
          <p>{FOR_WHAT[tab]}</p>
        </div>
      )}
    </aside>
  );
}
