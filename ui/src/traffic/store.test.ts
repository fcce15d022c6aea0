import { describe, expect, it, vi } from "vitest";
import type { ExchangeSummary } from "../api/types";
import { exchange } from "../test/engine";
import { isGap, TrafficStore } from "./store";

function batch(...ids: number[]) {
  const last = ids[ids.length - 1] ?? 0;
  return { rows: ids.map((id) => exchange(id)), cursor: last, last, gap: null };
}

function shown(store: TrafficStore): (number | string)[] {
  return Array.from({ length: store.view().count }, (_, index) => {
    const row = store.rowAt(index);
    return row ? (isGap(row) ? `gap ${row.count}` : row.id) : "none";
  });
}

const at_once = (run: () => void) => run();

describe("the traffic store", () => {
  it("takes in many batches with one publication", () => {
    let frame = () => {};
    const store = new TrafficStore((run) => {
      frame = run;
    });
    const heard = vi.fn();
    store.subscribe(heard);
    store.receive(batch(1, 2));
    store.receive(batch(3));
    expect(heard).not.toHaveBeenCalled();
    frame();
    expect(heard).toHaveBeenCalledTimes(1);
    expect(shown(store)).toEqual([3, 2, 1]);
  });

  it("keeps to its limit by letting the oldest go", () => {
    const store = new TrafficStore(at_once, 3);
    store.receive(batch(1, 2, 3, 4, 5));
    expect(shown(store)).toEqual([5, 4, 3]);
    expect(store.view().total).toBe(5);
  });

  it("drops in slices when the limit is large", () => {
    const store = new TrafficStore(at_once, 5_000);
    const ids = Array.from({ length: 6_999 }, (_, index) => index + 1);
    store.receive(batch(...ids));
    expect(store.view().count).toBe(6_999);
    store.receive(batch(7_000));
    expect(store.view().count).toBe(5_000);
    expect(store.indexOf(7_000)).toBe(0);
    expect(store.indexOf(1)).toBe(-1);
  });

  it("shows a gap as a row of its own and counts it", () => {
    const store = new TrafficStore(at_once);
    store.receive(batch(1));
    store.receive({ ...batch(102), gap: { from: 2, to: 101 } });
    expect(shown(store)).toEqual([102, "gap 100", 1]);
    expect(store.view().total).toBe(102);
  });

  it("holds the display still and counts what waits", () => {
    const store = new TrafficStore(at_once);
    store.receive(batch(1, 2));
    store.hold();
    store.receive(batch(3, 4));
    expect(shown(store)).toEqual([2, 1]);
    expect(store.view()).toMatchObject({ waiting: 2, total: 4, held: true });
    store.release();
    expect(shown(store)).toEqual([4, 3, 2, 1]);
  });

  it("filters what is there and what comes", () => {
    const store = new TrafficStore(at_once);
    store.receive(batch(1, 2, 3));
    const even = (row: ExchangeSummary) => row.id % 2 === 0;
    store.setFilter(even);
    expect(shown(store)).toEqual([2]);
    store.receive(batch(4, 5));
    expect(shown(store)).toEqual([4, 2]);
    expect(store.indexOf(2)).toBe(1);
    store.setFilter(null);
    expect(shown(store)).toEqual([5, 4, 3, 2, 1]);
  });

  it("forgets everything at a reset, also what still waits for its frame", () => {
    let frame = () => {};
    const store = new TrafficStore((run) => {
      frame = run;
    });
    store.receive(batch(1));
    store.reset();
    frame();
    expect(store.view()).toMatchObject({ count: 0, total: 0 });
  });

  it("counts rows a second from what arrives, not from history", () => {
    let now = 0;
    const store = new TrafficStore(at_once, 100, () => now);
    store.historyUntil(2);
    store.receive(batch(1, 2, 3));
    expect(store.view().perSecond).toBe(1);
    now = 1500;
    store.tick();
    expect(store.view().perSecond).toBe(0);
  });
});
