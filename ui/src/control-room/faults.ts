// What goes wrong below the protocol: the four networks that meetings ask for, every kind of fault with its
// amounts, and what each choice asks of the engine. Pure.

import type { BehaviourPatch } from "../api/client";
import { BOOKING_METHODS } from "../api/methods";
import type { Behaviour, Fault, Method } from "../api/types";
import type { Choice } from "./presets";

export const NETWORKS: Choice[] = [
  { value: "fast", title: "Fast" },
  { value: "slow", title: "Slow" },
  { value: "flaky", title: "Flaky" },
  { value: "down", title: "Down" },
];

export const NETWORK_WORDS: Record<string, string> = {
  fast: "Answers at once.",
  slow: "Every answer takes about 0.8 s longer.",
  flaky: "About 3 in 10 calls get 503.",
  down: "Every call gets 503.",
};

const NETWORK_FAULTS: Record<string, Fault | null> = {
  fast: null,
  slow: { kind: "latency", ms: 800, jitter_ms: 200 },
  flaky: { kind: "status", status: 503, probability: 0.3 },
  down: { kind: "status", status: 503 },
};

/** What tells one network from another; how often and for which calls it is so tells nothing. */
const TELLING = ["ms", "jitter_ms", "status", "probability"] as const;
const FAULT_FIELDS = [
  ...TELLING,
  ...(["retry_after_sec", "bytes_per_sec", "when", "methods", "times"] as const),
];

/** A newly chosen fault leaves nothing of the one before. */
function afresh(fault: Fault): BehaviourPatch {
  return { fault: { ...Object.fromEntries(FAULT_FIELDS.map((field) => [field, null])), ...fault } };
}

export function networkPatch(network: string): BehaviourPatch {
  const fault = NETWORK_FAULTS[network] ?? null;
  return fault ? afresh(fault) : { fault: null };
}

/** Null for a fault that none of the four means. */
export function networkOf({ fault }: Behaviour): string | null {
  if (!fault) return "fast";
  const same = ([, preset]: [string, Fault | null]) =>
    preset?.kind === fault.kind &&
    TELLING.every((field) => (preset[field] ?? null) === (fault[field] ?? null));
  return Object.entries(NETWORK_FAULTS).find(same)?.[0] ?? null;
}

/** A number that goes with a kind of fault. */
export interface Amount {
  field: "ms" | "jitter_ms" | "status" | "retry_after_sec" | "bytes_per_sec";
  label: string;
  unit: string;
  least: number;
  most: number;
}

export interface FaultKind extends Choice {
  value: Fault["kind"];
  amounts: Amount[];
  /** What is chosen with it at first. */
  usual: Omit<Fault, "kind">;
  /** Whether the request may be carried out all the same, by wish. */
  hasWhen?: boolean;
}

const LONGEST_DELAY_MS = 120_000;

export const KINDS: FaultKind[] = [
  {
    value: "latency",
    title: "Answers come late",
    code: "latency",
    amounts: [
      { field: "ms", label: "Longer by", unit: "ms", least: 0, most: LONGEST_DELAY_MS },
      { field: "jitter_ms", label: "give or take", unit: "ms", least: 0, most: LONGEST_DELAY_MS },
    ],
    usual: { ms: 800, jitter_ms: 200 },
  },
  {
    value: "status",
    title: "An error instead",
    code: "status",
    amounts: [{ field: "status", label: "HTTP status", unit: "", least: 400, most: 599 }],
    usual: { status: 503 },
  },
  {
    value: "rate_limit",
    title: "Too many requests",
    code: "rate_limit",
    amounts: [{ field: "retry_after_sec", label: "Come again after", unit: "s", least: 0, most: 86_400 }],
    usual: { retry_after_sec: 2 },
  },
  { value: "reset", title: "Connection is reset", code: "reset", amounts: [], usual: {}, hasWhen: true },
  { value: "empty", title: "No answer at all", code: "empty", amounts: [], usual: {}, hasWhen: true },
  { value: "truncated", title: "Answer breaks off", code: "truncated", amounts: [], usual: {} },
  { value: "malformed", title: "Answer is no JSON", code: "malformed", amounts: [], usual: {} },
  {
    value: "drip",
    title: "Answer drips in slowly",
    code: "drip",
    amounts: [{ field: "bytes_per_sec", label: "Speed", unit: "bytes/s", least: 1, most: 1_000_000 }],
    usual: { bytes_per_sec: 50 },
  },
];

export function kindPatch({ value, usual }: FaultKind): BehaviourPatch {
  return afresh({ kind: value, ...usual });
}

/** Without its kind, so that a fault that undoes itself goes on doing so. */
export function amountPatch(fault: Fault, field: Amount["field"], amount: number): BehaviourPatch {
  // A delay cannot stray by more than itself.
  if (field === "ms" && (fault.jitter_ms ?? 0) > amount) return { fault: { ms: amount, jitter_ms: amount } };
  return { fault: { [field]: amount } };
}

export const WHENS: Choice[] = [
  { value: "before", title: "Not carried out" },
  { value: "after", title: "Carried out" },
];

/** Every method of the protocol, those that a partner for bookings has first. */
export const METHODS: { heading: string; methods: Method[] }[] = [
  {
    heading: "Bookings",
    methods: BOOKING_METHODS,
  },
  {
    heading: "Orders and waitlist",
    methods: [
      "CheckOrderFulfillability",
      "CreateOrder",
      "ListOrders",
      "BatchGetWaitEstimates",
      "CreateWaitlistEntry",
      "GetWaitlistEntry",
      "DeleteWaitlistEntry",
    ],
  },
];

/** Which methods are meant once one more was switched on or off; null, as the last one goes, for all. */
export function toggled(methods: Method[] | null | undefined, method: Method): Method[] | null {
  const before = methods ?? [];
  const after = before.includes(method) ? before.filter((it) => it !== method) : [...before, method];
  return after.length === 0 ? null : after;
}
