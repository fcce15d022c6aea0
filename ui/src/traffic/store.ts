// The rows of the traffic table, outside React. Batches from the stream wait in a queue and are taken in
// once per animation frame, so a thousand rows a second cost sixty renders and not a thousand. The
// display may be held (paused, or scrolled away): then the rows are still counted, just not shown.
// Fetching bodies and asking the engine to search are not done here.

import { useSyncExternalStore } from "react";
import type { ExchangeSummary, ExchangesEvent } from "../api/types";

export interface GapRow {
  gap: true;
  id: number;
  count: number;
}

export type TrafficRow = ExchangeSummary | GapRow;

export function isGap(row: TrafficRow): row is GapRow {
  return "gap" in row;
}

export type Matches = (row: ExchangeSummary) => boolean;

/** What the table reads. A new object for every change, the methods on the store itself stay cheap. */
export interface TrafficView {
  /** Rows to show; row 0 is the newest of them. */
  count: number;
  /** Rows that arrived since the display was held. */
  waiting: number;
  /** Exchanges seen since the log was last empty, shown or not. */
  total: number;
  /** Whether a filter is set, so that an empty table can say why it is empty. */
  filtered: boolean;
  held: boolean;
  perSecond: number;
}

const ROW_LIMIT = 100_000;
/** Dropping in slices keeps the cost of the limit away from every single frame. */
const DROP_SLICE = 2_000;

type Schedule = (run: () => void) => void;

/** One flush per frame, with a timer as a floor for windows in the background, where frames stop. */
export const onNextFrame: Schedule = (run) => {
  let done = false;
  const once = () => {
    if (done) return;
    done = true;
    clearTimeout(timer);
    cancelAnimationFrame(frame);
    run();
  };
  const frame = requestAnimationFrame(once);
  const timer = setTimeout(once, 500);
};

export class TrafficStore {
  #rows: TrafficRow[] = [];
  #filtered: TrafficRow[] | null = null;
  #matches: Matches | null = null;
  #dropped = 0;
  #filteredDropped = 0;
  #total = 0;
  /** While held: how many rows (of those ever in the visible list) are shown. */
  #heldAt: number | null = null;
  #queue: ExchangesEvent[] = [];
  #scheduled = false;
  #listeners = new Set<() => void>();
  #arrivals: { at: number; count: number }[] = [];
  #view: TrafficView = { count: 0, waiting: 0, total: 0, filtered: false, held: false, perSecond: 0 };
  #historyUntil = 0;
  #batchListeners = new Set<(rows: ExchangeSummary[]) => void>();

  constructor(
    private readonly schedule: Schedule = onNextFrame,
    private readonly limit = ROW_LIMIT,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Rows up to this one are history: caught up with, not arriving. */
  historyUntil(id: number): void {
    this.#historyUntil = id;
  }

  receive(batch: ExchangesEvent): void {
    this.#queue.push(batch);
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.schedule(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  reset(): void {
    this.#queue = [];
    this.#rows = [];
    this.#filtered = this.#matches ? [] : null;
    this.#dropped = 0;
    this.#filteredDropped = 0;
    this.#total = 0;
    this.#arrivals = [];
    this.#historyUntil = 0;
    if (this.#heldAt !== null) this.#heldAt = 0;
    this.#publish();
  }

  setFilter(matches: Matches | null): void {
    this.#matches = matches;
    this.#filteredDropped = 0;
    this.#filtered = matches ? this.#rows.filter((row) => !isGap(row) && matches(row)) : null;
    if (this.#heldAt !== null) this.#heldAt = this.#end();
    this.#publish();
  }

  hold(): void {
    if (this.#heldAt !== null) return;
    this.#heldAt = this.#end();
    this.#publish();
  }

  release(): void {
    if (this.#heldAt === null) return;
    this.#heldAt = null;
    this.#publish();
  }

  /** Counted from the newest shown row. */
  rowAt = (index: number): TrafficRow | undefined => {
    const list = this.#filtered ?? this.#rows;
    return list[this.#shownEnd() - 1 - index - this.#visibleDropped()];
  };

  /** Where the row with this id stands in the display, or -1. Ids grow, so halving finds it. */
  indexOf(id: number): number {
    const list = this.#filtered ?? this.#rows;
    let low = 0;
    let high = list.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = list[middle]?.id ?? 0;
      if (found === id) {
        const index = this.#shownEnd() - 1 - this.#visibleDropped() - middle;
        return index;
      }
      if (found < id) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  view = (): TrafficView => this.#view;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Called once per flush with the rows that came while the window was there, for the spoken summary. */
  onRows(listener: (rows: ExchangeSummary[]) => void): () => void {
    this.#batchListeners.add(listener);
    return () => this.#batchListeners.delete(listener);
  }

  /** Lets the rate fall back to nothing when no rows arrive any more. */
  tick(): void {
    if (this.#view.perSecond !== this.#rate()) this.#publish();
  }

  #flush(): void {
    const batches = this.#queue;
    this.#queue = [];
    const fresh: ExchangeSummary[] = [];
    for (const batch of batches) {
      if (batch.gap) {
        const count = batch.gap.to - batch.gap.from + 1;
        this.#rows.push({ gap: true, id: batch.gap.to, count });
        this.#total += count;
      }
      this.#total += batch.rows.length;
      for (const row of batch.rows) {
        this.#rows.push(row);
        if (this.#filtered && this.#matches?.(row)) this.#filtered.push(row);
        if (row.id > this.#historyUntil) fresh.push(row);
      }
    }
    this.#dropOldest();
    this.#arrivals.push({ at: this.now(), count: fresh.length });
    for (const listener of this.#batchListeners) listener(fresh);
    this.#publish();
  }

  #dropOldest(): void {
    const excess = this.#rows.length - this.limit;
    if (excess <= 0 || (excess < DROP_SLICE && this.limit > DROP_SLICE)) return;
    this.#rows.splice(0, excess);
    this.#dropped += excess;
    const oldest = this.#rows[0]?.id ?? 0;
    if (this.#filtered) {
      let gone = 0;
      while (gone < this.#filtered.length && (this.#filtered[gone]?.id ?? 0) < oldest) gone += 1;
      this.#filtered.splice(0, gone);
      this.#filteredDropped += gone;
    }
  }

  #visibleDropped(): number {
    return this.#filtered ? this.#filteredDropped : this.#dropped;
  }

  #end(): number {
    return (this.#filtered ?? this.#rows).length + this.#visibleDropped();
  }

  #shownEnd(): number {
    return this.#heldAt === null ? this.#end() : Math.max(this.#heldAt, this.#visibleDropped());
  }

  #rate(): number {
    const since = this.now() - 1000;
    this.#arrivals = this.#arrivals.filter((arrival) => arrival.at > since);
    return this.#arrivals.reduce((sum, arrival) => sum + arrival.count, 0);
  }

  #publish(): void {
    this.#view = {
      count: this.#shownEnd() - this.#visibleDropped(),
      waiting: this.#end() - this.#shownEnd(),
      total: this.#total,
      filtered: this.#filtered !== null,
      held: this.#heldAt !== null,
      perSecond: this.#rate(),
    };
    for (const listener of [...this.#listeners]) listener();
  }
}

export function useTrafficView(store: TrafficStore): TrafficView {
  return useSyncExternalStore(store.subscribe, store.view);
}
