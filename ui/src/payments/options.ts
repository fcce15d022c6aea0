// Packs and memberships in words. Pure.

import type { OwnedOption } from "../api/payments";
import type { Choice } from "../control-room/presets";

export const KINDS: Choice[] = [
  { value: "PAYMENT_OPTION_MULTI_USE", title: "Pack" },
  { value: "PAYMENT_OPTION_SINGLE_USE", title: "Single use" },
  { value: "PAYMENT_OPTION_UNLIMITED_USE", title: "Membership" },
];

export const ORIGINS: Record<OwnedOption["origin"], string> = {
  given: "given",
  bought: "bought with a booking",
  returned: "given back",
  credited: "instead of money",
};

export function leftInWords({ type, current_count, original_count, withdrawn }: OwnedOption): string {
  if (withdrawn) return "taken back";
  if (type === "PAYMENT_OPTION_UNLIMITED_USE") return "membership";
  return `${current_count} of ${original_count}`;
}
