// The ways in which a clock goes and the steps by which it is moved, as the window offers them, and what is
// said of a move. Pure.

import type { ClockMoved, ClockReading, ClockWish, NextTimer } from "../api/time";
import type { Choice } from "../control-room/presets";
import { plural } from "../traffic/format";
import { happened, timeOfDay } from "./time";

const FAST = 60;

const WAYS: Choice[] = [
  { value: "real", title: "Real" },
  { value: "frozen", title: "Frozen" },
  { value: "fast", title: `${FAST}×` },
];

/** Scaled in another way than the window offers: moved ahead of the system's time, or set by the API. */
const OWN = "own";

export function wayOf({ mode, rate }: ClockReading): string {
  if (mode !== "scaled") return mode;
  return rate === FAST ? "fast" : OWN;
}

export function waysOf(reading: ClockReading): Choice[] {
  if (wayOf(reading) !== OWN) return WAYS;
  return [...WAYS, { value: OWN, title: reading.rate === 1 ? "Moved" : `${reading.rate}×` }];
}

export function wish(way: string, reading: ClockReading): ClockWish {
  if (way === "real" || way === "frozen") return { mode: way };
  return { mode: "scaled", rate: way === "fast" ? FAST : reading.rate };
}

export const STEPS: { sec: number; title: string; name: string }[] = [
  { sec: 300, title: "+5 min", name: "five minutes" },
  { sec: 3_600, title: "+1 h", name: "an hour" },
  { sec: 86_400, title: "+1 day", name: "a day" },
];

/** What came of a move: the time now, and what fired on the way. The first of it is what was next before. */
export function moved(lead: string, answer: ClockMoved, first: NextTimer | null): string {
  const time = `It is ${timeOfDay(Date.parse(answer.now))}.`;
  return [lead, time, fired(answer, first)].filter(Boolean).join(" ");
}

function fired({ fired }: ClockMoved, first: NextTimer | null): string {
  if (fired === 0) return "";
  if (!first) return `${plural(fired, "timer")} fired.`;
  if (fired === 1) return `Then ${happened(first)}.`;
  return `${plural(fired, "timer")} fired; first, ${happened(first)}.`;
}
