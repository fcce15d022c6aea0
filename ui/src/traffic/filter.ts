// The filter box's small language: `method:CreateBooking outcome:failure` and any other words. Tokens are
// matched here, row by row, as rows arrive; words are a search through whole bodies, which only the
// engine can do. Reading is pure: text in, filter out.

import type { ExchangeQuery, ExchangeSummary } from "../api/types";

export const FILTER_KEYS = [
  "method",
  "outcome",
  "cause",
  "status",
  "booking",
  "merchant",
  "direction",
] as const;
export type FilterKey = (typeof FILTER_KEYS)[number];

export interface FilterToken {
  key: FilterKey;
  value: string;
}

export interface Filter {
  tokens: FilterToken[];
  /** Everything that is not a token, for the engine's full-text search. */
  words: string;
  /** Tokens that look like one but name nothing, so that the box can say so. */
  unknown: string[];
}

export const NO_FILTER: Filter = { tokens: [], words: "", unknown: [] };

export function readFilter(text: string): Filter {
  const tokens: FilterToken[] = [];
  const words: string[] = [];
  const unknown: string[] = [];
  for (const part of splitParts(text)) {
    const match = /^([a-z_]+):(.*)$/i.exec(part);
    const key = match?.[1]?.toLowerCase();
    const value = unquote(match?.[2] ?? "");
    if (match && isFilterKey(key)) {
      if (value !== "") tokens.push({ key, value });
    } else if (match && /^[a-z]+$/i.test(match[1] ?? "") && /^[\w-]+$/.test(value)) {
      unknown.push(part);
    } else {
      words.push(part);
    }
  }
  return { tokens, words: words.join(" ").trim(), unknown };
}

export function isEmpty(filter: Filter): boolean {
  return filter.tokens.length === 0 && filter.words === "";
}

/** Values of one key are alternatives; different keys must all hold. */
export function matcher(filter: Filter): ((row: ExchangeSummary) => boolean) | null {
  if (filter.tokens.length === 0) return null;
  const byKey = new Map<FilterKey, string[]>();
  for (const { key, value } of filter.tokens) {
    byKey.set(key, [...(byKey.get(key) ?? []), value.toLowerCase()]);
  }
  const tests = [...byKey];
  return (row) => tests.every(([key, values]) => values.some((value) => fits(row, key, value)));
}

function fits(row: ExchangeSummary, key: FilterKey, value: string): boolean {
  switch (key) {
    case "method":
      return (row.method ?? row.path).toLowerCase().includes(value);
    case "outcome":
      return row.outcome === value;
    case "cause":
      return (row.cause ?? "").toLowerCase().includes(value);
    case "status":
      return /^\dxx$/.test(value) ? String(row.status)[0] === value[0] : String(row.status) === value;
    case "booking":
      return (row.booking_id ?? "").toLowerCase().startsWith(value);
    case "merchant":
      return (row.merchant_id ?? "").toLowerCase() === value;
    case "direction":
      return row.direction === value;
  }
}

const QUERY_NAMES: Record<FilterKey, keyof ExchangeQuery> = {
  method: "method",
  outcome: "outcome",
  cause: "cause",
  status: "status",
  booking: "booking_id",
  merchant: "merchant_id",
  direction: "direction",
};

/** What the engine can narrow by itself; the rest is matched over its answer. */
export function searchQuery(
  filter: Filter,
  methods: readonly string[],
  causes: readonly string[],
): ExchangeQuery {
  const query: ExchangeQuery = { q: filter.words };
  for (const key of FILTER_KEYS) {
    const values = filter.tokens.filter((token) => token.key === key).map((token) => token.value);
    const value = values.length === 1 ? values[0] : undefined;
    if (value === undefined) continue;
    const exact = exactValue(key, value, methods, causes);
    if (exact !== null) Object.assign(query, { [QUERY_NAMES[key]]: exact });
  }
  return query;
}

function exactValue(
  key: FilterKey,
  value: string,
  methods: readonly string[],
  causes: readonly string[],
): string | null {
  const among = (names: readonly string[]) =>
    names.find((name) => name.toLowerCase() === value.toLowerCase()) ?? null;
  switch (key) {
    case "method":
      return among(methods);
    case "cause":
      return among(causes);
    case "outcome":
      return among(["ok", "failure", "error"]);
    case "direction":
      return among(["inbound", "outbound"]);
    case "status":
      return /^\d(\d\d|xx)$/.test(value) ? value : null;
    case "merchant":
      return value;
    case "booking":
      return null;
  }
}

export interface Suggestion {
  /** The whole text of the box once this is taken. */
  text: string;
  label: string;
  about: string;
}

const ABOUT: Record<FilterKey, string> = {
  method: "the call, as the protocol names it",
  outcome: "ok, failure or error",
  cause: "the booking failure's cause",
  status: "200, 503 or 4xx",
  booking: "how a booking's id begins",
  merchant: "a merchant's id",
  direction: "inbound or outbound",
};

/** Offers for the word being typed at the end of the box. */
export function suggest(text: string, known: Partial<Record<FilterKey, readonly string[]>>): Suggestion[] {
  const start = text.search(/\S*$/);
  const before = text.slice(0, start);
  const word = text.slice(start);
  const colon = word.indexOf(":");
  if (colon < 0) {
    return FILTER_KEYS.filter((key) => key.startsWith(word.toLowerCase())).map((key) => ({
      text: `${before}${key}:`,
      label: `${key}:`,
      about: ABOUT[key],
    }));
  }
  const key = word.slice(0, colon).toLowerCase();
  if (!isFilterKey(key)) return [];
  const typed = word.slice(colon + 1).toLowerCase();
  return (known[key] ?? [])
    .filter((value) => value.toLowerCase().includes(typed) && value.toLowerCase() !== typed)
    .slice(0, 8)
    .map((value) => ({ text: `${before}${key}:${value} `, label: `${key}:${value}`, about: "" }));
}

export function withoutToken(text: string, token: FilterToken): string {
  return splitParts(text)
    .filter((part) => {
      const match = /^([a-z_]+):(.*)$/i.exec(part);
      return !(match && match[1]?.toLowerCase() === token.key && unquote(match[2] ?? "") === token.value);
    })
    .join(" ");
}

function isFilterKey(key: string | undefined): key is FilterKey {
  return FILTER_KEYS.some((known) => known === key);
}

function splitParts(text: string): string[] {
  return text.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
}

function unquote(text: string): string {
  return text.replaceAll('"', "");
}
