// Made-up inventory for tests, in the engine's shapes.

import type { InventorySlot, Merchant, Service } from "../api/inventory";
import type { MethodThresholds } from "../api/thresholds";
import { bounds } from "../inventory/day";

export const usd = (amount: number) => ({ price_micros: String(amount * 1_000_000), currency_code: "USD" });

export const DAY = "2026-11-22";

export function merchant(number: number, change: Partial<Merchant> = {}): Merchant {
  return {
    merchant_id: `m-${number}`,
    name: `Merchant ${number}`,
    category: "day_spa",
    made_by: "generated",
    services: 2,
    slots: 12,
    ...change,
  };
}

export function service(number: number, change: Partial<Service> = {}): Service {
  return {
    merchant_id: "m-1",
    service_id: `s-${number}`,
    name: `Service ${number}`,
    made_by: "generated",
    price: usd(120),
    prepayment_type: "NOT_SUPPORTED",
    min_advance_booking_sec: 0,
    min_advance_online_canceling_sec: 7200,
    no_show_fee: null,
    deposit: null,
    require_credit_card: "REQUIRE_CREDIT_CARD_CONDITIONAL",
    slots: 6,
    ...change,
  };
}

/** Half an hour after the other, from nine in the morning on. */
export function slot(number: number, change: Partial<InventorySlot> = {}): InventorySlot {
  const start = bounds(DAY).from + 9 * 3600 + number * 1800;
  return {
    slot_id: number,
    merchant_id: "m-1",
    service_id: "s-1",
    start_sec: String(start),
    start_at: new Date(start * 1000).toISOString(),
    duration_sec: "3600",
    resources: { staff_id: "anna" },
    availability_tag: "",
    confirmation_mode: "CONFIRMATION_MODE_SYNCHRONOUS",
    spots_total: 3,
    spots_open: 2,
    made_by: "generated",
    terms: null,
    bookings: [],
    ...change,
  };
}

export function method(
  name: MethodThresholds["method"],
  change: Partial<MethodThresholds> = {},
): MethodThresholds {
  return {
    method: name,
    with_payment: false,
    count: 100,
    errors: 0,
    error_rate: 0,
    error_rate_limit: 0.05,
    latency_ms: { p50: 0.8, p95: 2, p99: 6, max: 84 },
    latency_limit_ms: 4000,
    latency_over: 0,
    breached: [],
    ...change,
  };
}
