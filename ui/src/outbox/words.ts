// What is written of notifications. Pure.

import { Check, Clock3, type LucideIcon, X } from "lucide-react";
import type { Notification, NotificationState } from "../api/outbox";
import { inSpan, secondsUntil } from "../clock/time";
import type { Tone } from "../traffic/format";

export interface StateWords {
  word: string;
  tone: Tone;
  Shape: LucideIcon;
}

export const STATES: Record<NotificationState, StateWords> = {
  waiting: { word: "Waiting", tone: "pending", Shape: Clock3 },
  delivered: { word: "Delivered", tone: "ok", Shape: Check },
  given_up: { word: "Given up", tone: "bad", Shape: X },
};

/** The protocol's method that it calls. */
export function methodOf({ kind }: Notification): string {
  return kind === "booking" ? "bookings.patch" : "availability:replace";
}

interface ToldBody {
  status?: string;
  serviceAvailability?: object;
  extendedServiceAvailability?: object[];
}

/** What it tells: the new status, else the fields that change, else of how many starts. */
export function toldBy(notification: Notification): string {
  const body: ToldBody = notification.body;
  if (notification.kind === "booking") return body.status ?? notification.update_mask;
  const starts = body.extendedServiceAvailability?.length ?? 1;
  return starts === 1 ? "places of one start" : `places of ${starts} starts`;
}

/** When it is sent again, by the engine's clock. */
export function nextIn({ next_attempt_at }: Notification, now: number | null): string {
  if (next_attempt_at === null || now === null) return "";
  return inSpan(secondsUntil(next_attempt_at, now));
}
