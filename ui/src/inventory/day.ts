// Days as people pick them, in this computer's time, and the seconds since 1970 that the engine counts. Pure.

import type { Int64 } from "../api/inventory";

const two = (value: number) => String(value).padStart(2, "0");

/** 2026-11-22, where this computer is. */
export function dayOf(at: Date): string {
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

export function dayOfSeconds(seconds: Int64): string {
  return dayOf(new Date(Number(seconds) * 1000));
}

/** The first second of the day, and the first one after it: days of a clock change are not 24 hours long. */
export function bounds(day: string): { from: number; to: number } {
  const [year = 1970, month = 1, date = 1] = day.split("-").map(Number);
  const seconds = (days: number) => new Date(year, month - 1, date + days).getTime() / 1000;
  return { from: seconds(0), to: seconds(1) };
}

export function dayAfter(day: string, days: number): string {
  const [year = 1970, month = 1, date = 1] = day.split("-").map(Number);
  return dayOf(new Date(year, month - 1, date + days));
}

export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && dayAfter(text, 0) === text;
}

export function longDay(day: string): string {
  const { from } = bounds(day);
  return new Intl.DateTimeFormat(undefined, {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
  }).format(from * 1000);
}

export function timeOfDay(seconds: Int64): string {
  const at = new Date(Number(seconds) * 1000);
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** For a field of the type datetime-local. */
export function toField(seconds: Int64 | null | undefined): string {
  if (seconds === null || seconds === undefined) return "";
  return `${dayOfSeconds(seconds)}T${timeOfDay(seconds)}`;
}

/** Null for an empty or unreadable field. */
export function fromField(text: string): number | null {
  const at = new Date(text).getTime();
  return text === "" || Number.isNaN(at) ? null : Math.floor(at / 1000);
}

/** "1 h 30 min", "2 days". */
export function span(seconds: Int64): string {
  const minutes = Math.round(Number(seconds) / 60);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const parts = [
    days > 0 ? `${days} ${days === 1 ? "day" : "days"}` : "",
    hours > 0 ? `${hours} h` : "",
    minutes % 60 > 0 ? `${minutes % 60} min` : "",
  ].filter(Boolean);
  return parts.join(" ") || "0 min";
}
