// Made-up bookings for tests, in the engine's shapes.

import type { BookingDetails, BookingSummary, Message, Move } from "../api/types";

export function booking(number: number, change: Partial<BookingSummary> = {}): BookingSummary {
  return {
    booking_id: `bk-${number}`,
    status: "CONFIRMED",
    merchant_id: "1234",
    service_id: "massage-60",
    start_sec: "1795428000",
    start_at: "2026-11-23T10:00:00Z",
    duration_sec: "3600",
    user_id: `user-${number}`,
    guest: `Guest ${number}`,
    party_size: 2,
    confirmation_mode: "CONFIRMATION_MODE_SYNCHRONOUS",
    prepayment_status: "PREPAYMENT_NOT_PROVIDED",
    created_at: "2026-11-22T01:00:00Z",
    updated_at: "2026-11-22T01:00:00Z",
    ...change,
  };
}

export const ACTIONS = [
  "confirm",
  "decline",
  "fail",
  "cancel",
  "reschedule",
  "no_show",
  "charge_no_show_fee",
  "refund",
] as const;

/** All actions, of which these are legal. */
export function actions(...legal: (typeof ACTIONS)[number][]): BookingDetails["actions"] {
  return ACTIONS.map((action) => ({
    action,
    legal: legal.includes(action),
    reason: legal.includes(action) ? null : `No ${action} now.`,
  }));
}

export function message(change: Partial<Message> = {}): Message {
  return {
    at: "2026-11-22T01:00:03Z",
    from: "aggregator",
    to: "partner",
    label: "CreateBooking",
    kind: "request",
    exchange_id: 17,
    ...change,
  };
}

export function bookingDetails(change: Partial<BookingDetails> = {}): BookingDetails {
  const row = booking(1, { status: "PENDING_MERCHANT_CONFIRMATION" });
  return {
    ...row,
    confirmation_mode: "CONFIRMATION_MODE_ASYNCHRONOUS",
    booking: { booking_id: "bk-1", status: "PENDING_MERCHANT_CONFIRMATION" } as BookingDetails["booking"],
    timeline: [
      {
        at: "2026-11-22T01:00:03Z",
        event: "created",
        text: "Booked by the guest.",
        status: "PENDING_MERCHANT_CONFIRMATION",
        exchange_id: 17,
      },
    ],
    actions: actions("confirm", "decline", "fail"),
    emails: [
      {
        at: "2026-11-22T01:00:03Z",
        kind: "pending",
        to: "ann@example.com",
        subject: "Booking requested: massage-60 at 1234",
        text: "Hello Ann,\n\nyour request was sent.",
      },
    ],
    messages: [
      message({ from: "guest", to: "aggregator", label: "books", kind: "action", exchange_id: null }),
      message(),
      message({ from: "partner", to: "aggregator", label: "PENDING_MERCHANT_CONFIRMATION", kind: "answer" }),
    ],
    aggregator: {
      status: "PENDING_MERCHANT_CONFIRMATION",
      cause: null,
      start_sec: "1795428000",
      duration_sec: "3600",
      party_size: 2,
      prepayment_status: "PREPAYMENT_NOT_PROVIDED",
      updated_at: "2026-11-22T01:00:03Z",
    },
    differs: [],
    ledger: [],
    balances: [],
    user_payment_options: [],
    ...change,
  };
}

const move = (from: Move["from"], to: Move["to"], by: object, only: Move["only"] = null): Move =>
  ({ from, to, ...by, only, open: "always", carried_by: "patch", email: null }) as Move;

export const MOVES: Move[] = [
  move(null, "PENDING_MERCHANT_CONFIRMATION", { by: "guest_books" }, "CONFIRMATION_MODE_ASYNCHRONOUS"),
  move(null, "CONFIRMED", { by: "guest_books" }, "CONFIRMATION_MODE_SYNCHRONOUS"),
  move(
    "PENDING_MERCHANT_CONFIRMATION",
    "CONFIRMED",
    { by: "merchant", action: "confirm" },
    "CONFIRMATION_MODE_ASYNCHRONOUS",
  ),
  move(
    "PENDING_MERCHANT_CONFIRMATION",
    "DECLINED_BY_MERCHANT",
    { by: "merchant", action: "decline" },
    "CONFIRMATION_MODE_ASYNCHRONOUS",
  ),
  move("CONFIRMED", "CANCELED", { by: "guest_cancels" }),
  move("CONFIRMED", "CANCELED", { by: "merchant", action: "cancel" }),
];
