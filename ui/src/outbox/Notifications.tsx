// All notifications, the newest first, with where each stands; what waits counts down by the engine's clock.

import { useMemo, useState } from "react";
import { inWords } from "../api/client";
import { useEngine } from "../api/engine";
import { useObservable } from "../api/observable";
import type { NotificationState } from "../api/outbox";
import { useWindow } from "../app/window-state";
import { timeOfDay } from "../clock/time";
import { useEngineNow } from "../clock/use-engine-now";
import { Segmented } from "../control-room/ChoiceGroup";
import { Cell, VirtualGrid } from "../grid/VirtualGrid";
import controls from "../theme/controls.module.css";
import { dateAndTime, number } from "../traffic/format";
import traffic from "../traffic/Traffic.module.css";
import { EmptyOutbox } from "./EmptyOutbox";
import styles from "./Outbox.module.css";
import { StatePill } from "./StatePill";
import { useNotifications } from "./use-outbox";
import { methodOf, nextIn, STATES, toldBy } from "./words";

const COLUMNS = [
  { key: "time", title: "Made" },
  { key: "state", title: "State" },
  { key: "told", title: "Told" },
  { key: "tries", title: "Tries", end: true },
  { key: "next", title: "Next try", end: true },
];
const TEMPLATE = "4.25rem 5.75rem minmax(12rem, 1fr) 2.25rem 5rem";

const ALL = "all";
const IN_ORDER: NotificationState[] = ["waiting", "delivered", "given_up"];

export function Notifications() {
  const engine = useEngine();
  const window = useWindow();
  const counts = useObservable(engine.outbox);
  const selectedId = useObservable(window.notification);
  const [state, setState] = useState<NotificationState | null>(null);
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useNotifications(state);
  const rows = useMemo(() => data?.pages.flatMap((page) => page.notifications) ?? [], [data]);
  const now = useEngineNow(rows.some((row) => row.state === "waiting"));
  const selected = rows.findIndex((row) => row.id === selectedId);
  const select = (index: number) => window.notification.set(rows[index]?.id ?? null);

  if (error && !data) {
    return (
      <p className={controls.refusal} role="alert">
        {inWords(error)}
      </p>
    );
  }
  if (!data) return <p className={traffic.emptyLine}>Fetching the outbox…</p>;
  if (rows.length === 0 && state === null) return <EmptyOutbox />;
  return (
    <>
      <div className={styles.states}>
        <Segmented
          inline
          small
          label="Show"
          choices={[
            { value: ALL, title: "All" },
            ...IN_ORDER.map((value) => ({
              value,
              title: `${STATES[value].word} ${counts ? number(counts[value]) : ""}`.trim(),
            })),
          ]}
          value={state ?? ALL}
          pending={null}
          onChoose={(value) => setState(value === ALL ? null : (value as NotificationState))}
        />
      </div>
      {rows.length === 0 ? (
        <div className={traffic.empty}>
          <h3>None is {STATES[state ?? "waiting"].word.toLowerCase()}</h3>
          <p>Notifications appear here by themselves as soon as they are.</p>
          <button type="button" className={controls.button} onClick={() => setState(null)}>
            Show all
          </button>
        </div>
      ) : (
        <VirtualGrid
          label="Notifications, newest first"
          columns={COLUMNS}
          template={TEMPLATE}
          count={rows.length}
          rowKey={(index) => rows[index]?.id ?? index}
          renderCells={(index) => {
            const row = rows[index];
            if (!row) return null;
            const last = row.attempts.at(-1);
            return (
              <>
                <Cell title={dateAndTime(row.created_at)}>
                  <span className={traffic.time}>{timeOfDay(Date.parse(row.created_at))}</span>
                </Cell>
                <Cell>
                  <StatePill state={row.state} />
                </Cell>
                <Cell title={`${methodOf(row)} · ${toldBy(row)} · ${row.booking_id ?? ""}`}>
                  <span className={styles.call}>{methodOf(row)}</span>
                  <span className={traffic.note}>
                    {toldBy(row)}
                    {row.booking_id && ` · ${row.booking_id}`}
                  </span>
                </Cell>
                <Cell end title={last?.error ?? undefined}>
                  <span className={styles.number}>{number(row.attempts.length)}</span>
                </Cell>
                <Cell end>
                  <span className={styles.number}>{nextIn(row, now)}</span>
                </Cell>
              </>
            );
          }}
          selected={selected}
          onSelect={select}
          onOpen={(index, by) => {
            select(index);
            window.openDetails(by);
          }}
          onEscape={() =>
            window.leave(window.notification.get() !== null, () => window.notification.set(null))
          }
          onNearEnd={() => {
            if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
          }}
        />
      )}
    </>
  );
}
