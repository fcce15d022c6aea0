// Amounts: millionths on the wire, plain numbers with a currency for people. Pure.

import type { Deposit, InventorySlot, NoShowFee, Price, Service } from "../api/inventory";

export function micros(price: Price | null | undefined): number {
  return Number(price?.price_micros ?? 0);
}

/** "$120.00"; an unknown currency is written out. */
export function money(price: Price | null | undefined): string {
  if (!price) return "no price";
  const amount = micros(price) / 1_000_000;
  const currency = price.currency_code ?? "";
  try {
    return new Intl.NumberFormat("en-US", { style: "currency", currency }).format(amount);
  } catch {
    return `${amount} ${currency}`.trim();
  }
}

/** What a person writes into a field; empty means none. */
export function toAmount(price: Price | null | undefined): string {
  return price ? String(micros(price) / 1_000_000) : "";
}

/** Null for an empty field; undefined for what is no amount. */
export function fromAmount(text: string, currency: string): Price | null | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  if (!/^\d+([.,]\d{1,6})?$/.test(trimmed)) return undefined;
  const value = Math.round(Number(trimmed.replace(",", ".")) * 1_000_000);
  return { price_micros: String(value), currency_code: currency };
}

const perPerson = (type: string | undefined) => (type === "PER_PERSON" ? " per person" : "");

export function feeWords(fee: NoShowFee | null | undefined): string {
  if (!fee?.fee) return "none";
  return micros(fee.fee) === 0 ? "switched off" : `${money(fee.fee)}${perPerson(fee.fee_type)}`;
}

export function depositWords(deposit: Deposit | null | undefined): string {
  if (!deposit?.deposit) return "none";
  return micros(deposit.deposit) === 0
    ? "switched off"
    : `${money(deposit.deposit)}${perPerson(deposit.deposit_type)}`;
}

/** In a word each, what a guest pays or shows before coming: the slot's word goes before the service's. */
export function paymentMarks(slot: InventorySlot, service: Service | undefined): string[] {
  const fee = slot.terms?.no_show_fee ?? service?.no_show_fee;
  const deposit = slot.terms?.deposit ?? service?.deposit;
  const card = slot.terms?.require_credit_card ?? service?.require_credit_card;
  return [
    service?.prepayment_type === "REQUIRED" && micros(service.price) > 0 ? "prepaid" : "",
    micros(deposit?.deposit) > 0 ? "deposit" : "",
    micros(fee?.fee) > 0 ? "no-show fee" : "",
    card === "REQUIRE_CREDIT_CARD_ALWAYS" ? "card" : "",
  ].filter(Boolean);
}
