// Names of the inventory's things in plain words. Pure.

import type { InventorySlot, MadeBy } from "../api/inventory";

export function who({ resources, terms }: InventorySlot): string {
  return [
    terms?.staff_name || (resources?.staff_id ? `staff ${resources.staff_id}` : ""),
    terms?.room_name || (resources?.room_id ? `room ${resources.room_id}` : ""),
    resources?.party_size ? `party of ${resources.party_size}` : "",
  ]
    .filter(Boolean)
    .join(" · ");
}

export const MADE_BY: Record<MadeBy, string> = {
  request: "sprang into being with a request",
  generated: "generated",
  imported: "imported from a feed",
  edited: "made or changed by hand",
};

export const MODES = [
  { value: "CONFIRMATION_MODE_SYNCHRONOUS", title: "At once" },
  { value: "CONFIRMATION_MODE_ASYNCHRONOUS", title: "Later" },
];

export const CARD_RULES = [
  { value: "REQUIRE_CREDIT_CARD_UNSPECIFIED", title: "Not said: when due" },
  { value: "REQUIRE_CREDIT_CARD_CONDITIONAL", title: "When something is due" },
  { value: "REQUIRE_CREDIT_CARD_ALWAYS", title: "Always" },
];

export const PREPAYMENT_TYPES = [
  { value: "PREPAYMENT_TYPE_UNSPECIFIED", title: "Not said: on arrival" },
  { value: "NOT_SUPPORTED", title: "On arrival" },
  { value: "OPTIONAL", title: "As the guest likes" },
  { value: "REQUIRED", title: "In full when booking" },
];

/** How many places a slot can have, as it is typed. */
export const PLACES = /^[1-9]\d{0,5}$/;
