// A slot: what holds for it, who booked it, and what of it can be changed.

import { Trash2 } from "lucide-react";
import type { InventorySlot, Merchant, Service } from "../api/inventory";
import { useWindow } from "../app/window-state";
import own from "../bookings/BookingDetails.module.css";
import styles from "../details/Details.module.css";
import controls from "../theme/controls.module.css";
import { plural } from "../traffic/format";
import { dayOfSeconds, longDay, span, timeOfDay } from "./day";
import { depositWords, feeWords, money } from "./money";
import { SlotForm } from "./SlotForm";
import { MADE_BY, who } from "./words";

interface Props {
  slot: InventorySlot;
  service: Service | undefined;
  merchant: Merchant | undefined;
}

export function SlotDetails({ slot, service, merchant }: Props) {
  const window = useWindow();
  const full = slot.spots_open <= 0;
  return (
    <>
      <header className={styles.heading}>
        <div className={styles.titleLine}>
          <h2>
            {timeOfDay(slot.start_sec)} {service?.name ?? slot.service_id}
          </h2>
          <span className={`${controls.pill} ${full ? controls.bad : controls.ok}`}>
            {full ? "full" : `${slot.spots_open} of ${slot.spots_total} left`}
          </span>
        </div>
        <p className={styles.meta}>
          <span>{longDay(dayOfSeconds(slot.start_sec))}</span>
          <span>{span(slot.duration_sec)}</span>
          {who(slot) && <span>{who(slot)}</span>}
        </p>
      </header>
      <div className={styles.panel}>
        <section className={styles.card} aria-label="What holds for it">
          <header className={styles.cardHead}>
            <h3>What holds for it</h3>
          </header>
          <dl className={own.facts}>
            <dt>At</dt>
            <dd>{merchant?.name ?? slot.merchant_id}</dd>
            <dt>Price</dt>
            <dd>{money(service?.price)}</dd>
            <dt>Cancel until</dt>
            <dd>{cancelUntil(slot, service)}</dd>
            <dt>No-show fee</dt>
            <dd>
              {from(feeWords(slot.terms?.no_show_fee ?? service?.no_show_fee), slot.terms?.no_show_fee)}
            </dd>
            <dt>Deposit</dt>
            <dd>{from(depositWords(slot.terms?.deposit ?? service?.deposit), slot.terms?.deposit)}</dd>
            <dt>Tag</dt>
            <dd>{slot.availability_tag ? <code>{slot.availability_tag}</code> : "none"}</dd>
            <dt>Made</dt>
            <dd>{MADE_BY[slot.made_by] ?? slot.made_by}</dd>
          </dl>
        </section>
        <section className={styles.card} aria-label="Bookings">
          <header className={styles.cardHead}>
            <h3>Bookings</h3>
            <span className={styles.cardAside}>{plural(slot.bookings.length, "booking")}</span>
          </header>
          {slot.bookings.length === 0 ? (
            <p className={styles.nothing}>Nobody booked it yet.</p>
          ) : (
            <ul className={own.history}>
              {slot.bookings.map((id) => (
                <li key={id}>
                  <button type="button" className={controls.quiet} onClick={() => window.showBooking(id)}>
                    <code>{id}</code>
                  </button>
                </li>
              ))}
            </ul>
          )}
        </section>
        <section className={styles.card} aria-label="Change it">
          <header className={styles.cardHead}>
            <h3>Change it</h3>
            <span className={styles.cardTools}>
              <button
                type="button"
                className={`${controls.quiet} ${own.danger}`}
                onClick={() => window.dialog.set("delete-slot")}
              >
                <Trash2 size={14} aria-hidden />
                Delete…
              </button>
            </span>
          </header>
          <SlotForm slot={slot} service={service} />
        </section>
      </div>
    </>
  );
}

function from(words: string, ownTerm: unknown): string {
  return ownTerm ? `${words} (this slot’s own)` : words;
}

function cancelUntil(slot: InventorySlot, service: Service | undefined): string {
  const ownLimit = slot.terms?.last_online_cancellable_sec;
  const limit = ownLimit ?? Number(slot.start_sec) - Number(service?.min_advance_online_canceling_sec ?? 0);
  const words = `${longDay(dayOfSeconds(limit))}, ${timeOfDay(limit)}`;
  if (ownLimit !== undefined && ownLimit !== null) return `${words} (this slot’s own)`;
  return Number(limit) === Number(slot.start_sec) ? "its start" : words;
}
