import { describe, expect, it } from "vitest";
import type { SaidClock } from "../api/engine";
import type { ClockReading } from "../api/time";
import { clock } from "../test/time";
import { happened, happens, nowOf, secondsUntil, span } from "./time";
import { moved, wayOf, waysOf, wish } from "./ways";

const said = (change: Partial<ClockReading>): SaidClock => ({
  reading: { mode: "real", now: "2026-11-22T01:00:00Z", rate: 1, ...change },
  nextTimer: null,
  at: 1_000,
});
const at = (text: string) => Date.parse(text);

describe("the engine's time", () => {
  it("goes on between two messages at the engine's own rate", () => {
    expect(nowOf(said({}), 3_000)).toBe(at("2026-11-22T01:00:02Z"));
    expect(nowOf(said({ mode: "scaled", rate: 60 }), 3_000)).toBe(at("2026-11-22T01:02:00Z"));
    expect(nowOf(said({ mode: "frozen", rate: 0 }), 900_000)).toBe(at("2026-11-22T01:00:00Z"));
  });

  it("is counted down to the second, never below nothing", () => {
    expect(secondsUntil("2026-11-22T01:00:30Z", at("2026-11-22T01:00:00.400Z"))).toBe(30);
    expect(secondsUntil("2026-11-22T01:00:00Z", at("2026-11-22T02:00:00Z"))).toBe(0);
  });

  it("is written in the two largest units", () => {
    expect([0, 30, 245, 3_600, 7_380, 90_000, 86_405].map(span)).toEqual([
      "0 s",
      "30 s",
      "4 min 5 s",
      "1 h",
      "2 h 3 min",
      "1 day 1 h",
      "1 day",
    ]);
  });
});

describe("a timer", () => {
  const reply = { at: "2026-11-22T01:00:30Z", what: "merchant_reply", booking_id: "bk-1" } as const;

  it("is named before and after", () => {
    expect(happens(reply)).toBe("the merchant replies to bk-1");
    expect(happened(reply)).toBe("the merchant replied to bk-1");
    const places = { ...reply, what: "notification", booking_id: null } as const;
    expect(happens(places)).toBe("the notification about places is tried again");
  });

  it("is said to have fired, alone or as the first of several", () => {
    const answer = (fired: number) => ({ ...clock(), fired });
    expect(moved("+1 h.", answer(0), reply)).toMatch(/^\+1 h\. It is \S+\.$/);
    expect(moved("+1 h.", answer(1), reply)).toMatch(/Then the merchant replied to bk-1\.$/);
    expect(moved("+1 h.", answer(3), reply)).toMatch(
      /3 timers fired; first, the merchant replied to bk-1\.$/,
    );
    expect(moved("+1 h.", answer(2), null)).toMatch(/2 timers fired\.$/);
  });
});

describe("the ways of a clock", () => {
  const moved: ClockReading = { mode: "scaled", now: "2026-11-22T01:00:00Z", rate: 1 };

  it("are three, and a fourth while it is in force", () => {
    expect(waysOf({ ...moved, mode: "real" }).map(({ value }) => value)).toEqual(["real", "frozen", "fast"]);
    expect(wayOf({ ...moved, rate: 60 })).toBe("fast");
    expect(wayOf(moved)).toBe("own");
    expect(waysOf(moved).at(-1)?.title).toBe("Moved");
    expect(waysOf({ ...moved, rate: 10 }).at(-1)?.title).toBe("10×");
  });

  it("are asked for with as much as the engine takes", () => {
    expect(wish("real", moved)).toEqual({ mode: "real" });
    expect(wish("frozen", moved)).toEqual({ mode: "frozen" });
    expect(wish("fast", moved)).toEqual({ mode: "scaled", rate: 60 });
  });
});
