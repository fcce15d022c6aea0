// The engine's time in the window: what its clock says now, how long it is until something, and what waits
// for it, in words. Pure; the window's own clock only measures what passed since the engine spoke.

import type { SaidClock } from "../api/engine";
import type { NextTimer } from "../api/time";

/** What the engine's clock says now, in milliseconds since 1970. */
export function nowOf(said: SaidClock, at: number = performance.now()): number {
  return Date.parse(said.reading.now) + (at - said.at) * said.reading.rate;
}

/** Seconds until an instant, rounded up; 0 where it has passed. */
export function secondsUntil(instant: string, now: number): number {
  return Math.max(0, Math.ceil((Date.parse(instant) - now) / 1000));
}

const DAY = 86_400;

/** A span in its two largest units: "30 s", "4 min 5 s", "2 h", "3 days 4 h". */
export function span(seconds: number): string {
  const parts: [number, string][] = [
    [Math.floor(seconds / DAY), Math.floor(seconds / DAY) === 1 ? "day" : "days"],
    [Math.floor((seconds % DAY) / 3600), "h"],
    [Math.floor((seconds % 3600) / 60), "min"],
    [seconds % 60, "s"],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return "0 s";
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(" ");
}

export function inSpan(seconds: number): string {
  return seconds === 0 ? "now" : `in ${span(seconds)}`;
}

interface TimerWords {
  /** "the merchant replies to bk-1": what will happen. */
  happens(booking: string): string;
  /** "the merchant replied to bk-1": what has happened. */
  happened(booking: string): string;
}

const TIMERS: Record<NextTimer["what"], TimerWords> = {
  merchant_reply: {
    happens: (booking) => `the merchant replies to ${booking}`,
    happened: (booking) => `the merchant replied to ${booking}`,
  },
  auto_decline: {
    happens: (booking) => `${booking} is declined, if the merchant stays silent`,
    happened: (booking) => `${booking} was declined, since the merchant stayed silent`,
  },
  lease: {
    happens: () => "a lease runs out",
    happened: () => "a lease ran out",
  },
  notification: {
    happens: (booking) => `the notification about ${booking} is tried again`,
    happened: (booking) => `the notification about ${booking} was tried again`,
  },
  challenge: {
    happens: () => "a 3-D Secure challenge runs out",
    happened: () => "a 3-D Secure challenge ran out",
  },
  charge: {
    happens: (booking) => `the prepayment of ${booking} is charged`,
    happened: (booking) => `the prepayment of ${booking} was charged`,
  },
  behaviour: {
    happens: () => "the toggles undo themselves",
    happened: () => "the toggles undid themselves",
  },
};

export function happens(timer: NextTimer): string {
  return TIMERS[timer.what].happens(subject(timer));
}

export function happened(timer: NextTimer): string {
  return TIMERS[timer.what].happened(subject(timer));
}

function subject(timer: NextTimer): string {
  return timer.booking_id ?? (timer.what === "notification" ? "places" : "a booking");
}

/** Hour, minute and second, local as all times in the window. */
export function timeOfDay(at: number): string {
  return new Intl.DateTimeFormat(undefined, { timeStyle: "medium", hourCycle: "h23" }).format(at);
}

export function dayInWords(at: number): string {
  return new Intl.DateTimeFormat(undefined, {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
  }).format(at);
}
