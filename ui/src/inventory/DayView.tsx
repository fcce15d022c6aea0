// A day of slots, in the order of their start: places left, who, how it is confirmed, what is paid.

import { CalendarDays, ChevronLeft, ChevronRight, Plus } from "lucide-react";
import { useState } from "react";
import { inWords } from "../api/client";
import { useEngine } from "../api/engine";
import type { InventorySlot, Merchant, Service } from "../api/inventory";
import { useObservable } from "../api/observable";
import { useWindow } from "../app/window-state";
import { Cell, VirtualGrid } from "../grid/VirtualGrid";
import controls from "../theme/controls.module.css";
import { plural } from "../traffic/format";
import { Capacity } from "./Capacity";
import { bounds, dayAfter, dayOfSeconds, isDay, longDay, timeOfDay } from "./day";
import styles from "./Inventory.module.css";
import { paymentMarks } from "./money";
import { useDay, useSlots } from "./use-inventory";
import { who } from "./words";

const COLUMNS = [
  { key: "time", title: "Time" },
  { key: "places", title: "Places left" },
  { key: "who", title: "What and who" },
  { key: "mode", title: "Confirmed" },
  { key: "payment", title: "Payment" },
];
const TEMPLATE = "2.75rem 6.75rem minmax(5rem, 1fr) 4rem minmax(4rem, 0.7fr)";

/** The engine counts seconds; what they are called depends on where this window is. */
const ZONE = new Intl.DateTimeFormat().resolvedOptions().timeZone;

export function DayView({ merchant, services }: { merchant: Merchant; services: Service[] }) {
  const window = useWindow();
  const place = useObservable(window.place);
  const day = useDay();
  const slots = useSlots(merchant.merchant_id, place.service, day);
  const service = services.find((row) => row.service_id === place.service);
  const selected = slots.rows.findIndex((row) => row.slot_id === place.slot);
  const select = (index: number) => {
    const row = slots.rows[index];
    if (row) window.place.set({ ...place, slot: row.slot_id });
  };
  return (
    <section className={styles.day} aria-label="Day view">
      <DayBar day={day} />
      <div className={styles.dayTitle}>
        <strong>{longDay(day)}</strong>
        <span>
          {service ? service.name : `all services of ${merchant.name}`}
          {slots.rows.length > 0 &&
            ` · ${plural(slots.rows.length, "slot")}${slots.hasMore ? " so far" : ""}`}
        </span>
        <button
          type="button"
          className={`${controls.quiet} ${styles.terms}`}
          onClick={() => {
            window.place.set({ ...place, slot: null });
            window.openDetails("keyboard");
          }}
        >
          {service ? "Terms of the service" : "About the merchant"}
        </button>
      </div>
      {slots.problem && (
        <p className={controls.refusal} role="alert">
          {slots.problem}
        </p>
      )}
      {slots.fetching && <p className={styles.line}>Fetching the slots…</p>}
      {!slots.fetching && !slots.problem && slots.rows.length === 0 && (
        <NoSlots merchant={merchant.merchant_id} service={place.service} day={day} />
      )}
      {slots.rows.length > 0 && (
        <VirtualGrid
          label="Slots of the day"
          columns={COLUMNS}
          template={TEMPLATE}
          minWidth="26rem"
          count={slots.rows.length}
          rowKey={(index) => slots.rows[index]?.slot_id ?? index}
          renderCells={(index) => {
            const row = slots.rows[index];
            return (
              row && (
                <SlotCells
                  slot={row}
                  service={services.find((it) => it.service_id === row.service_id)}
                  named={place.service === null}
                />
              )
            );
          }}
          selected={selected}
          onSelect={select}
          onOpen={(index, by) => {
            select(index);
            window.openDetails(by);
          }}
          onEscape={() =>
            window.leave(window.place.get().slot !== null, () => window.place.set({ ...place, slot: null }))
          }
          onNearEnd={slots.loadMore}
        />
      )}
    </section>
  );
}

function SlotCells({
  slot,
  service,
  named,
}: {
  slot: InventorySlot;
  service: Service | undefined;
  named: boolean;
}) {
  const what = named ? (service?.name ?? slot.service_id) : "";
  const text = [what, who(slot)].filter(Boolean).join(" · ") || slot.availability_tag || "anybody";
  const later = slot.confirmation_mode === "CONFIRMATION_MODE_ASYNCHRONOUS";
  const payment = paymentMarks(slot, service).join(", ");
  return (
    <>
      <Cell>
        <span className={styles.time}>{timeOfDay(slot.start_sec)}</span>
      </Cell>
      <Cell>
        <Capacity open={slot.spots_open} total={slot.spots_total} />
      </Cell>
      <Cell title={text}>
        <span className={styles.name}>{text}</span>
      </Cell>
      <Cell title={slot.confirmation_mode}>{later ? "later" : "at once"}</Cell>
      <Cell title={payment || "nothing to pay in advance"}>
        <span className={styles.faint}>{payment || "on arrival"}</span>
      </Cell>
    </>
  );
}

function DayBar({ day }: { day: string }) {
  const window = useWindow();
  const go = (to: string | null) => {
    window.day.set(to);
    window.place.update((place) => ({ ...place, slot: null }));
  };
  return (
    <div className={styles.dayBar}>
      <button
        type="button"
        className={controls.icon}
        aria-label="Day before"
        onClick={() => go(dayAfter(day, -1))}
      >
        <ChevronLeft size={17} aria-hidden />
      </button>
      <input
        type="date"
        className={controls.field}
        aria-label="Day"
        value={day}
        onChange={(event) => isDay(event.target.value) && go(event.target.value)}
      />
      <button
        type="button"
        className={controls.icon}
        aria-label="Day after"
        onClick={() => go(dayAfter(day, 1))}
      >
        <ChevronRight size={17} aria-hidden />
      </button>
      <button type="button" className={controls.quiet} onClick={() => go(null)}>
        Today
      </button>
      <span className={styles.zone}>times in {ZONE}</span>
      <button
        type="button"
        className={`${controls.button} ${styles.add}`}
        onClick={() => window.dialog.set("add-slot")}
      >
        <Plus size={14} aria-hidden />
        Add a slot…
      </button>
    </div>
  );
}

/** The next day that has slots, or, behind the last, the first one that has any. */
function NoSlots({ merchant, service, day }: { merchant: string; service: string | null; day: string }) {
  const engine = useEngine();
  const window = useWindow();
  const [looking, setLooking] = useState(false);
  const [none, setNone] = useState(false);
  const narrowed = { merchant_id: merchant, ...(service === null ? {} : { service_id: service }) };

  async function find(): Promise<void> {
    setLooking(true);
    try {
      const { to } = bounds(day);
      const next = await engine.api.slots({ ...narrowed, from_sec: to }, 1, null);
      const first = next.slots[0] ?? (await engine.api.slots(narrowed, 1, null)).slots[0];
      if (first) window.day.set(dayOfSeconds(first.start_sec));
      else setNone(true);
    } catch (error) {
      window.say(inWords(error), true);
    } finally {
      setLooking(false);
    }
  }

  return (
    <div className={styles.empty}>
      <h3>No slots on this day</h3>
      <div className={styles.ways}>
        <button type="button" className={controls.button} disabled={looking || none} onClick={find}>
          <CalendarDays size={14} aria-hidden />
          Go to a day with slots
        </button>
        <button type="button" className={controls.button} onClick={() => window.dialog.set("add-slot")}>
          <Plus size={14} aria-hidden />
          Add a slot…
        </button>
      </div>
      <p role="status">{none && "There are none at all yet. Add one, or generate or import some."}</p>
    </div>
  );
}
