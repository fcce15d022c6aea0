// The middle: filter, pause, and the table of exchanges, newest at the top. At the top it follows; once
// somebody scrolls away it stays where it is and counts what came meanwhile.

import { ArrowUp, Flag, Pause, Play, Send } from "lucide-react";
import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { inWords } from "../api/client";
import { useEngine } from "../api/engine";
import { useObservable } from "../api/observable";
import type { CauseInfo } from "../api/types";
import { useWindow } from "../app/window-state";
import { type GridHandle, VirtualGrid } from "../grid/VirtualGrid";
import controls from "../theme/controls.module.css";
import { NoRows } from "./EmptyTraffic";
import { FILTER_INPUT, FilterBox } from "./FilterBox";
import { isEmpty, readFilter } from "./filter";
import { plural } from "./format";
import { isGap } from "./store";
import styles from "./Traffic.module.css";
import { TrafficCells } from "./TrafficRow";
import { useRows } from "./use-rows";

const COLUMNS = [
  { key: "time", title: "Time" },
  { key: "call", title: "Call" },
  { key: "answer", title: "Answer" },
  { key: "findings", title: "Findings", symbol: <Flag size={12} aria-hidden />, end: true },
  { key: "took", title: "Took", end: true },
];
const TEMPLATE = "6.75rem 10rem minmax(7rem, 1fr) 2.25rem 3.5rem";

/** Where there are rows already: the empty table has its own, with more words. */
function SendSample() {
  const engine = useEngine();
  const window = useWindow();
  const [sending, setSending] = useState(false);
  async function send() {
    setSending(true);
    try {
      await engine.api.sample("create_booking");
    } catch (error) {
      window.say(inWords(error), true);
    } finally {
      setSending(false);
    }
  }
  return (
    <button type="button" className={controls.button} disabled={sending} onClick={send}>
      <Send size={14} aria-hidden />
      <span>
        Send a sample<span className="visually-hidden"> request</span>
      </span>
    </button>
  );
}

export function TrafficTab({ causes }: { causes: CauseInfo[] }) {
  const engine = useEngine();
  const window = useWindow();
  const store = engine.traffic;
  const text = useObservable(window.filterText);
  const paused = useObservable(window.paused);
  const selectedId = useObservable(window.exchange);
  const filter = useMemo(() => readFilter(text), [text]);
  const deferred = useDeferredValue(filter);
  const { rows, view } = useRows(deferred, causes, !paused);
  const grid = useRef<GridHandle>(null);

  const follow = useCallback(() => {
    grid.current?.toTop();
    store.release();
  }, [store]);

  const onAtTop = useCallback(
    (atTop: boolean) => {
      if (window.paused.get()) return;
      if (atTop) store.release();
      else store.hold();
    },
    [store, window],
  );

  function togglePause(): void {
    const next = !paused;
    window.paused.set(next);
    if (next) store.hold();
    else follow();
  }

  const selected = selectedId === null ? -1 : rows.indexOf(selectedId);
  const select = (index: number) => {
    const row = rows.rowAt(index);
    if (row && !isGap(row)) window.exchange.set(row.id);
  };

  // Enter goes to the first row, also when the answer with that row is still on its way.
  const [entered, setEntered] = useState(false);
  const settled = filter === deferred && rows.settled;
  useEffect(() => {
    if (!entered || !settled) return;
    setEntered(false);
    const first = rows.rowAt(0);
    const stillThere = document.activeElement?.id === FILTER_INPUT;
    if (!first || !grid.current || !stillThere) return;
    grid.current.focus();
    const chosen = window.exchange.get();
    if ((chosen === null || rows.indexOf(chosen) < 0) && !isGap(first)) window.exchange.set(first.id);
  }, [entered, settled, rows, window]);

  return (
    <div className={styles.tab}>
      <div className={styles.tools}>
        <FilterBox
          filter={filter}
          causes={causes}
          onEnter={() => setEntered(true)}
          onType={() => setEntered(false)}
          onLeave={() => grid.current?.focus()}
        />
        {view.total > 0 && <SendSample />}
        <button type="button" className={controls.button} aria-pressed={paused} onClick={togglePause}>
          {paused ? <Play size={14} aria-hidden /> : <Pause size={14} aria-hidden />}
          {paused ? "Resume" : "Pause"}
        </button>
      </div>
      {rows.problem && (
        <p className={controls.refusal} role="alert">
          {rows.problem}
        </p>
      )}
      {view.waiting > 0 && (
        <div className={styles.waiting}>
          <button
            type="button"
            className={controls.primary}
            onClick={() => (paused ? togglePause() : follow())}
          >
            <ArrowUp size={14} aria-hidden />
            {plural(view.waiting, "new row")}
            {paused && ", resume"}
          </button>
        </div>
      )}
      {rows.count === 0 ? (
        <NoRows
          filtered={!isEmpty(filter)}
          searching={rows.searching}
          paused={paused}
          hasTraffic={view.total > 0}
          onClear={() => window.filterText.set("")}
        />
      ) : (
        <VirtualGrid
          ref={grid}
          label="Traffic, newest first"
          columns={COLUMNS}
          template={TEMPLATE}
          count={rows.count}
          rowKey={(index) => {
            const row = rows.rowAt(index);
            return row ? (isGap(row) ? `gap-${row.id}` : row.id) : `none-${index}`;
          }}
          renderCells={(index) => <TrafficCells row={rows.rowAt(index)} />}
          rowTone={(index) => {
            const row = rows.rowAt(index);
            return row && isGap(row) ? "gap" : undefined;
          }}
          selected={selected}
          onSelect={select}
          onOpen={(index, by) => {
            select(index);
            window.openDetails(by);
          }}
          onEscape={() => window.leave(window.exchange.get() !== null, () => window.exchange.set(null))}
          onAtTop={onAtTop}
          onNearEnd={rows.loadMore}
        />
      )}
    </div>
  );
}
