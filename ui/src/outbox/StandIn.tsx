// The stand-in aggregator: where it is, what it takes, and what real-time updates told it of places.

import { useQueryClient } from "@tanstack/react-query";
import { useId, useMemo, useState } from "react";
import { inWords } from "../api/client";
import { useEngine } from "../api/engine";
import type { Aggregator, AggregatorSlot } from "../api/outbox";
import { CopyButton } from "../app/CopyButton";
import { useWindow } from "../app/window-state";
import { ShortDate } from "../clock/ShortDate";
import { timeOfDay } from "../clock/time";
import { Cell, VirtualGrid } from "../grid/VirtualGrid";
import controls from "../theme/controls.module.css";
import { dateAndTime } from "../traffic/format";
import traffic from "../traffic/Traffic.module.css";
import styles from "./Outbox.module.css";
import { useAggregator, useToldSlots } from "./use-outbox";

export function StandIn() {
  const { data, error } = useAggregator();
  if (error && !data) {
    return (
      <p className={controls.refusal} role="alert">
        {inWords(error)}
      </p>
    );
  }
  if (!data) return <p className={traffic.emptyLine}>Asking the stand-in…</p>;
  return (
    <>
      <Facts aggregator={data} />
      <Slots updates={data.real_time_updates} />
    </>
  );
}

function Facts({ aggregator }: { aggregator: Aggregator }) {
  const { url, notify_url, partner_id, real_time_updates } = aggregator;
  return (
    <section className={styles.standIn} aria-label="How the stand-in stands">
      <p className={styles.about}>
        It answers as the aggregator’s own interface would, and keeps its own view of each booking. Your own
        partner server may send to it, too.
      </p>
      <dl className={styles.facts}>
        <dt>Address</dt>
        <dd>
          <code>{url}</code>
          <CopyButton text={url} what="the stand-in’s address" />
        </dd>
        {notify_url !== url && (
          <>
            <dt>Ours go to</dt>
            <dd>
              <code>{notify_url}</code>
              <span className={styles.faint}>(--notify-url), not to the stand-in</span>
            </dd>
          </>
        )}
        <dt>Partner</dt>
        <dd>
          <code>{partner_id}</code>
        </dd>
        <dt>Updates</dt>
        <dd>
          {real_time_updates ? "Real-time updates are on." : "Real-time updates are off."}
          <code className={styles.faint}>settings.send_real_time_updates</code>
        </dd>
      </dl>
      <UnknownBookings aggregator={aggregator} />
    </section>
  );
}

function UnknownBookings({ aggregator }: { aggregator: Aggregator }) {
  const engine = useEngine();
  const window = useWindow();
  const client = useQueryClient();
  const id = useId();
  const [pending, setPending] = useState(false);
  async function ask(accept: boolean): Promise<void> {
    setPending(true);
    try {
      client.setQueryData(["aggregator"], await engine.api.acceptUnknownBookings(accept));
    } catch (error) {
      window.say(inWords(error), true);
    } finally {
      setPending(false);
    }
  }
  return (
    <div className={styles.check}>
      <input
        id={id}
        type="checkbox"
        checked={aggregator.accept_unknown_bookings}
        aria-describedby={`${id}-about`}
        data-pending={pending || undefined}
        onChange={(event) => void ask(event.target.checked)}
      />
      <div>
        <label htmlFor={id}>Take bookings it never saw</label>
        <p id={`${id}-about`} className={styles.faint}>
          For a partner server of your own. Otherwise they get 404, and another partner’s 403.
        </p>
      </div>
    </div>
  );
}

/** What the protocol's message has of a slot; section 7. */
interface Told {
  startTime?: string;
  duration?: string;
  spotsOpen?: string;
  spotsTotal?: string;
  confirmationMode?: string;
}

const COLUMNS = [
  { key: "start", title: "Start" },
  { key: "service", title: "Service" },
  { key: "free", title: "Free", end: true },
  { key: "mode", title: "Confirmed" },
  { key: "told", title: "Told", end: true },
];
const TEMPLATE = "7rem minmax(8rem, 1fr) 4.5rem 5.5rem 4.75rem";

function Slots({ updates }: { updates: boolean }) {
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useToldSlots();
  const [selected, setSelected] = useState(-1);
  const rows = useMemo(() => data?.pages.flatMap((page) => page.slots) ?? [], [data]);
  if (error && !data) {
    return (
      <p className={controls.refusal} role="alert">
        {inWords(error)}
      </p>
    );
  }
  if (rows.length === 0) {
    return (
      <div className={traffic.empty}>
        <h3>Told of no places yet</h3>
        {updates ? (
          <p>
            A booking, a cancellation or an edit in the inventory causes an <code>availability:replace</code>.
            What it says of the places is kept here.
          </p>
        ) : (
          <p>
            This scenario does not tell when places change. One that does has{" "}
            <code>settings: {"{ send_real_time_updates: true }"}</code>; start with{" "}
            <code>--scenario FILE</code>.
          </p>
        )}
      </div>
    );
  }
  return (
    <VirtualGrid
      label="Places as the stand-in was told of them"
      columns={COLUMNS}
      template={TEMPLATE}
      count={rows.length}
      rowKey={(index) => keyOf(rows[index], index)}
      renderCells={(index) => {
        const row = rows[index];
        return row ? <SlotCells row={row} /> : null;
      }}
      selected={selected}
      onSelect={setSelected}
      onOpen={setSelected}
      onNearEnd={() => {
        if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
      }}
    />
  );
}

function SlotCells({ row }: { row: AggregatorSlot }) {
  const told: Told = row.availability;
  const start = told.startTime ?? null;
  return (
    <>
      <Cell title={dateAndTime(start)}>
        <ShortDate at={start} />
      </Cell>
      <Cell title={`merchant ${row.merchant_id}, service ${row.service_id}`}>
        <span className={traffic.call}>{row.service_id}</span>
        <span className={traffic.note}>{row.merchant_id}</span>
      </Cell>
      <Cell end>
        <span className={styles.number}>
          {told.spotsOpen ?? "0"} of {told.spotsTotal ?? "0"}
        </span>
      </Cell>
      <Cell title={told.confirmationMode}>{modeWord(told.confirmationMode)}</Cell>
      <Cell end title={dateAndTime(row.updated_at)}>
        <span className={styles.number}>{timeOfDay(Date.parse(row.updated_at))}</span>
      </Cell>
    </>
  );
}

function modeWord(mode: string | undefined): string {
  if (mode === "CONFIRMATION_MODE_SYNCHRONOUS") return "at once";
  if (mode === "CONFIRMATION_MODE_ASYNCHRONOUS") return "later";
  return "not said";
}

function keyOf(row: AggregatorSlot | undefined, index: number): string {
  if (!row) return `none-${index}`;
  const told: Told = row.availability;
  return `${row.merchant_id}-${row.service_id}-${told.startTime}-${index}`;
}
