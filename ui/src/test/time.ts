// Made-up clocks, notifications and aggregators for tests, in the engine's shapes.

import type { Aggregator, AggregatorSlot, Notification } from "../api/outbox";
import type { ClockState } from "../api/time";

export function clock(change: Partial<ClockState> = {}): ClockState {
  return { mode: "real", now: "2026-11-22T01:00:00Z", rate: 1, next_timer: null, ...change };
}

export function notification(id: number, change: Partial<Notification> = {}): Notification {
  const booking = change.booking_id === undefined ? `bk-${id}` : change.booking_id;
  return {
    id,
    kind: "booking",
    booking_id: booking,
    state: "waiting",
    reason: null,
    created_at: "2026-11-22T01:00:00Z",
    next_attempt_at: "2026-11-22T01:00:04Z",
    method: "PATCH",
    url: `http://127.0.0.1:8791/aggregator/v1alpha/notification/partners/20002/bookings/${booking}?updateMask=status`,
    update_mask: "status",
    body: { name: `partners/20002/bookings/${booking}`, status: "CONFIRMED" } as never,
    query: { updateMask: "status" } as never,
    attempts: [],
    ...change,
  };
}

export function aggregator(change: Partial<Aggregator> = {}): Aggregator {
  return {
    url: "http://127.0.0.1:8791/aggregator",
    notify_url: "http://127.0.0.1:8791/aggregator",
    partner_id: "20002",
    faults: { fail_next: 0, status: 503 },
    accept_unknown_bookings: false,
    real_time_updates: false,
    ...change,
  };
}

export function told(number: number, change: object = {}): AggregatorSlot {
  return {
    merchant_id: "m-1",
    service_id: `s-${number}`,
    availability: {
      startTime: "2026-11-23T10:00:00Z",
      duration: "3600s",
      spotsOpen: "2",
      spotsTotal: "3",
      confirmationMode: "CONFIRMATION_MODE_SYNCHRONOUS",
      ...change,
    } as never,
    updated_at: "2026-11-22T01:00:00Z",
  };
}
