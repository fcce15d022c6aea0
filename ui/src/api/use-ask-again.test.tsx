import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { act, renderHook } from "@testing-library/react";
import type { ReactElement, ReactNode } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { useBooking } from "../bookings/use-booking";
import { useBookings } from "../bookings/use-bookings";
import { useInventoryRefresh, useMerchants, useServices, useSlots } from "../inventory/use-inventory";
import { useAggregator, useNotification, useNotifications, useToldSlots } from "../outbox/use-outbox";
import { RuleList } from "../rules/RuleList";
import { useScenarios, useScenarioText } from "../scenarios/use-scenarios";
import { bench, exchange, rule, status, type TestBench } from "../test/engine";
import { readFilter } from "../traffic/filter";
import { useRows } from "../traffic/use-rows";
import { useAskAgain } from "./use-ask-again";

const EVERY_MS = 300;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

describe("asking again", () => {
  /** Each fetch is answered by hand. */
  let asked: { signal: AbortSignal; answer(data: string): void; fail(): void }[];

  beforeEach(() => {
    asked = [];
  });

  function watch(news: unknown, on = true) {
    const client = new QueryClient({ defaultOptions: { queries: { retry: false, networkMode: "always" } } });
    return renderHook(
      ({ news, on }) => {
        const queryKey = ["something"];
        const { data, refetch } = useQuery({
          queryKey,
          enabled: on,
          queryFn: ({ signal }) =>
            new Promise<string>((answer, refuse) => {
              asked.push({ signal, answer, fail: () => refuse(new Error("no")) });
            }),
        });
        return { data, ask: useAskAgain({ queryKey, refetch, everyMs: EVERY_MS, on }, news) };
      },
      {
        initialProps: { news, on },
        wrapper: ({ children }: { children: ReactNode }) => (
          <QueryClientProvider client={client}>{children}</QueryClientProvider>
        ),
      },
    );
  }

  const answer = async (number: number, data: string) => {
    asked[number]?.answer(data);
    await pass(0);
  };

  it("is a fetch of its own where news come while the first answer is on its way", async () => {
    const { result, rerender } = watch(1);
    rerender({ news: 2, on: true });
    await pass(EVERY_MS);
    await answer(0, "before");
    // What came first is shown for as long as there is nothing newer.
    expect(result.current.data).toBe("before");
    expect(asked).toHaveLength(2);
    await answer(1, "after");
    expect(result.current.data).toBe("after");
    await pass(10 * EVERY_MS);
    expect(asked).toHaveLength(2);
  });

  it("is done although the first answer was a refusal", async () => {
    const { result, rerender } = watch(1);
    rerender({ news: 2, on: true });
    await pass(EVERY_MS);
    asked[0]?.fail();
    await pass(0);
    await answer(1, "after");
    expect(result.current.data).toBe("after");
  });

  it("leaves the first look to the query, and asks for nothing without news", async () => {
    const { rerender } = watch(1);
    await answer(0, "first");
    rerender({ news: 1, on: true });
    await pass(10 * EVERY_MS);
    expect(asked).toHaveLength(1);
  });

  it("is not put off by news that never end, and done no more often than it may be", async () => {
    const { result, rerender } = watch(0);
    await answer(0, "0");
    for (let news = 1; news <= 50; news += 1) {
      rerender({ news, on: true });
      await pass(EVERY_MS / 5);
      await answer(asked.length - 1, String(news));
    }
    // Ten times the least time in between, and the first look.
    expect(asked.length).toBeGreaterThanOrEqual(10);
    expect(asked.length).toBeLessThanOrEqual(12);
    await pass(EVERY_MS);
    await answer(asked.length - 1, "last");
    expect(result.current.data).toBe("last");
  });

  it("waits for a slow answer instead of giving it up, and asks once more after it", async () => {
    const { rerender } = watch(0);
    await answer(0, "0");
    for (let news = 1; news <= 20; news += 1) {
      rerender({ news, on: true });
      await pass(EVERY_MS);
    }
    expect(asked).toHaveLength(2);
    expect(asked[1]?.signal.aborted).toBe(false);
    await answer(1, "1");
    await pass(EVERY_MS);
    expect(asked).toHaveLength(3);
  });

  it("is done for other reasons, too", async () => {
    const { result } = watch(1);
    await answer(0, "first");
    result.current.ask();
    await pass(EVERY_MS);
    expect(asked).toHaveLength(2);
  });

  it("is not done where there is nothing to ask for, nor for what is not shown any more", async () => {
    const { rerender, unmount } = watch(1, false);
    rerender({ news: 2, on: false });
    await pass(10 * EVERY_MS);
    expect(asked).toHaveLength(0);
    rerender({ news: 2, on: true });
    await answer(0, "first");
    rerender({ news: 3, on: true });
    unmount();
    await pass(10 * EVERY_MS);
    expect(asked).toHaveLength(1);
  });
});

describe("news that come while the first answer is on its way", () => {
  const bookings = (t: TestBench) => t.say("bookings", { total: 1 });
  const outbox = (t: TestBench) => t.say("notifications", { waiting: 1, delivered: 0, given_up: 0 });
  const inventory = (t: TestBench) => t.say("inventory", {});
  const scenario = (t: TestBench) => t.say("scenario", status().scenario);
  const words = readFilter("words");

  type Case = [what: string, call: keyof TestBench["api"], use: () => unknown, news: (t: TestBench) => void];
  it.each<Case>([
    ["the bookings", "bookings", () => useBookings({ words: "", status: null }), bookings],
    ["a booking", "booking", () => useBooking("bk-1"), bookings],
    ["a booking and its exchange", "booking", () => useBooking("bk-1"), (t) => t.rows(exchange(1))],
    ["notifications", "notifications", () => useNotifications(null), outbox],
    ["a notification", "notification", () => useNotification(1), outbox],
    ["the stand-in", "aggregator", () => useAggregator(), outbox],
    ["the stand-in's slots", "aggregatorSlots", () => useToldSlots(), outbox],
    ["merchants", "merchants", () => [useInventoryRefresh(), useMerchants("")], inventory],
    ["services", "services", () => [useInventoryRefresh(), useServices("m-1")], inventory],
    ["slots", "slots", () => [useInventoryRefresh(), useSlots("m-1", null, "2026-11-22")], inventory],
    ["scenarios", "scenarios", () => useScenarios(), scenario],
    ["a scenario's text", "scenarioText", () => useScenarioText("default"), scenario],
    ["a search", "exchanges", () => useRows(words, [], true), (t) => t.rows(exchange(1))],
  ])("have %s asked for again", async (_, call, use, news) => {
    const t = bench();
    const Probe = () => {
      use();
      return null;
    };
    await expectSecondLook(t, call, <Probe />, () => news(t));
  });

  it("have rules asked for again", async () => {
    const t = bench();
    t.api.rules.mockResolvedValue([rule(1)]);
    const scenario = { ...status().scenario, rules: 1 };
    t.say("status", status({ scenario }));
    await expectSecondLook(t, "rules", <RuleList />, () => t.say("scenario", scenario));
  });

  async function expectSecondLook(
    t: TestBench,
    call: keyof TestBench["api"],
    element: ReactElement,
    news: () => void,
  ) {
    const first: unknown = await (t.api[call] as () => unknown)();
    t.api[call].mockClear();
    let answer: ((data: unknown) => void) | undefined;
    t.api[call].mockImplementationOnce(() => new Promise((done) => (answer = done)));
    t.show(element);
    await pass(0);
    expect(t.api[call]).toHaveBeenCalledTimes(1);
    news();
    // Longer than any of them waits, and less than it takes those that look again by themselves.
    await pass(1800);
    answer?.(first);
    await pass(0);
    expect(t.api[call]).toHaveBeenCalledTimes(2);
  }
});
