// What the engine counted of late beside the published limits, in words. Pure.

import type { MethodThresholds, Thresholds } from "../api/thresholds";
import { plural } from "../traffic/format";

export function nameOf(row: MethodThresholds): string {
  return row.with_payment ? `${row.method} with payment` : row.method;
}

export function percent(share: number): string {
  const value = share * 100;
  return `${value === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)} %`;
}

export function milliseconds(ms: number): string {
  if (ms >= 1000) return `${Number((ms / 1000).toFixed(2))} s`;
  return `${ms >= 10 ? Math.round(ms) : Number(ms.toFixed(1))} ms`;
}

/** For the bottom line. */
export function inSum(thresholds: Thresholds): { breached: boolean; text: string } {
  const over = thresholds.methods.filter((row) => row.breached.length > 0);
  if (over.length === 0) return { breached: false, text: "All methods within Google’s limits" };
  return { breached: true, text: `${plural(over.length, "method")} over Google’s limits` };
}
