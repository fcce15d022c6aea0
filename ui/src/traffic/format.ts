// How values of the traffic are written. Pure.

import type { ExchangeSummary } from "../api/types";

export type Tone = "ok" | "pending" | "warn" | "bad" | "neutral";

const two = (value: number) => String(value).padStart(2, "0");

/** Local time to the millisecond, as rows a moment apart must be told apart. */
export function clockTime(at: string): string {
  const date = new Date(at);
  const milliseconds = String(date.getMilliseconds()).padStart(3, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${milliseconds}`;
}

/** Of 24 hours, as all times in the window. */
export function dateAndTime(at: string | null, timeStyle: "short" | "medium" = "short"): string {
  if (at === null) return "no time";
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return at;
  return new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle, hourCycle: "h23" }).format(
    date,
  );
}

/** For columns: the year only where it is not that of `now`, in milliseconds since 1970. */
export function shortDate(at: string | null, now: number): string {
  if (at === null) return "no time";
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return at;
  const year = date.getFullYear() === new Date(now).getFullYear() ? undefined : "2-digit";
  return new Intl.DateTimeFormat(undefined, {
    year,
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(date);
}

/** What a call is named: its method's name, of the aggregator's interface too where it went there. */
export function callOf({ method, path }: Pick<ExchangeSummary, "method" | "path">): string {
  if (method) return method;
  if (/\/notification\/partners\/[^/]+\/bookings\//.test(path)) return "bookings.patch";
  return path.includes("/availability:replace") ? "availability:replace" : path;
}

export function took(microseconds: number): string {
  if (microseconds < 100) return `${(microseconds / 1000).toFixed(2)} ms`;
  if (microseconds < 10_000) return `${(microseconds / 1000).toFixed(1)} ms`;
  if (microseconds < 1_000_000) return `${Math.round(microseconds / 1000)} ms`;
  return `${(microseconds / 1_000_000).toFixed(2)} s`;
}

export function number(value: number): string {
  return value.toLocaleString("en-US");
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

export function bytes(size: number): string {
  if (size < 1024) return plural(size, "byte");
  if (size < 1024 * 1024) return `${(size / 1024).toFixed(1)} KiB`;
  return `${(size / 1024 / 1024).toFixed(1)} MiB`;
}

export function toneOf(row: Pick<ExchangeSummary, "outcome" | "label">): Tone {
  if (row.outcome === "error") return "bad";
  if (row.outcome === "failure") return "warn";
  if (row.label.startsWith("PENDING")) return "pending";
  if (/^(CANCELED|NO_SHOW|FAILED|DECLINED)/.test(row.label)) return "neutral";
  return "ok";
}

/** The tone of a label alone, of an answer that nobody gave yet. */
export function toneOfLabel(label: string): Tone {
  if (/^[45]\d\d/.test(label)) return "bad";
  if (/^(PENDING|CONFIRMED|CANCELED|NO_SHOW|FAILED|DECLINED)/.test(label))
    return toneOf({ outcome: "ok", label });
  return /^[A-Z][A-Z0-9_]+$/.test(label) && label !== "SERVING" ? "warn" : "ok";
}

/** The one label that would not fit a row; the details write it out. */
export function shortLabel(label: string): string {
  return label === "PENDING_MERCHANT_CONFIRMATION" ? "PENDING" : label;
}
