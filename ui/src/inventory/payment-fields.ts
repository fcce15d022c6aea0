// Fees and deposits between the fields of a form and the wire. A slot's empty field inherits from the service
// and its zero switches off; a service's empty field means none. Pure.

import type { Deposit, NoShowFee, Patch, Price } from "../api/inventory";
import { fromAmount, toAmount } from "./money";

export const FALLBACK_CURRENCY = "USD";

export function currencyOf(...prices: (Price | null | undefined)[]): string {
  return prices.find((price) => price?.currency_code)?.currency_code ?? FALLBACK_CURRENCY;
}

export const amountOfFee = (fee: NoShowFee | null | undefined) => toAmount(fee?.fee);
export const amountOfDeposit = (deposit: Deposit | null | undefined) => toAmount(deposit?.deposit);

/** Undefined where the text is no amount. Null takes the fee away. */
export function feePatch(
  text: string,
  currency: string,
  before: NoShowFee | null | undefined,
): Patch | null | undefined {
  const fee = fromAmount(text, currency);
  return fee ? { fee, fee_type: before?.fee_type ?? "FIXED_RATE_DEFAULT" } : fee;
}

export function depositPatch(
  text: string,
  currency: string,
  before: Deposit | null | undefined,
): Patch | null | undefined {
  const deposit = fromAmount(text, currency);
  return deposit
    ? {
        deposit,
        deposit_type: before?.deposit_type ?? "FIXED_RATE_DEFAULT",
        min_advance_cancellation_sec: String(before?.min_advance_cancellation_sec ?? 0),
      }
    : deposit;
}

export const NO_AMOUNT = "An amount is a number, such as 25 or 12.50.";
