// The states of a booking (section 3.5) in plain words, each with a tone and a shape of its own, so that colour
// never stands alone.

import {
  CircleCheck,
  CircleDollarSign,
  CircleHelp,
  CircleMinus,
  CircleX,
  Clock,
  type LucideIcon,
  TriangleAlert,
  UserX,
} from "lucide-react";
import type { BookingStatus } from "../api/types";
import type { Tone } from "../traffic/format";

export interface StatusWords {
  /** For a pill. */
  word: string;
  /** Completes "The booking …". */
  means: string;
  tone: Tone;
  Shape: LucideIcon;
}

/** In the order in which a list offers them. */
export const STATUSES: [BookingStatus, StatusWords][] = [
  [
    "PENDING_MERCHANT_CONFIRMATION",
    { word: "Pending", means: "waits for the merchant", tone: "pending", Shape: Clock },
  ],
  ["CONFIRMED", { word: "Confirmed", means: "is confirmed", tone: "ok", Shape: CircleCheck }],
  [
    "DECLINED_BY_MERCHANT",
    { word: "Declined", means: "was declined by the merchant", tone: "warn", Shape: CircleX },
  ],
  ["FAILED", { word: "Failed", means: "could not be made", tone: "bad", Shape: TriangleAlert }],
  ["CANCELED", { word: "Cancelled", means: "was cancelled", tone: "neutral", Shape: CircleMinus }],
  ["NO_SHOW", { word: "No-show", means: "had a guest who did not come", tone: "warn", Shape: UserX }],
  [
    "NO_SHOW_PENALIZED",
    {
      word: "No-show, fee taken",
      means: "had a guest who did not come and pays the fee",
      tone: "warn",
      Shape: CircleDollarSign,
    },
  ],
];

const WORDS = new Map<string, StatusWords>(STATUSES);

/** A state of a newer engine is shown under its own name. */
export function wordsOf(status: string): StatusWords {
  return WORDS.get(status) ?? { word: status, means: `is ${status}`, tone: "neutral", Shape: CircleHelp };
}
