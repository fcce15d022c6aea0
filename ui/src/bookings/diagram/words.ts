// What is said of the diagram in words: the parties, and each arrow's accessible name.

import type { Message } from "../../api/types";

const PARTIES: Record<string, string> = {
  guest: "Guest",
  aggregator: "Aggregator",
  partner: "Partner",
  merchant: "Merchant",
  processor: "Processor",
};

export function partyName(party: string): string {
  return PARTIES[party] ?? party;
}

const two = (value: number) => String(value).padStart(2, "0");

/** By the engine's clock, as this window's zone has it: 12:00:03. */
export function timeOf(at: string): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** As "12:00:03 aggregator to partner: CreateBooking, opens exchange 17". */
export function nameOf({ at, from, to, kind, label, exchange_id }: Message): string {
  const what =
    kind === "answer" ? `answers ${label}` : kind === "email" ? `e-mail “${label}”, a preview` : label;
  const opens = exchange_id === null ? "" : `, opens exchange ${exchange_id}`;
  return `${timeOf(at)} ${from} to ${to}: ${what}${opens}`;
}
