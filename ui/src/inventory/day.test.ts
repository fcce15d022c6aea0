import { describe, expect, it } from "vitest";
import { bounds, dayAfter, dayOf, dayOfSeconds, fromField, isDay, span, timeOfDay, toField } from "./day";
import { depositWords, feeWords, fromAmount, money, paymentMarks, toAmount } from "./money";

describe("days", () => {
  it("begin and end at this computer's midnight", () => {
    const { from, to } = bounds("2026-11-22");
    expect(dayOfSeconds(from)).toBe("2026-11-22");
    expect(timeOfDay(from)).toBe("00:00");
    expect(dayOfSeconds(to)).toBe("2026-11-23");
    expect(dayOfSeconds(to - 1)).toBe("2026-11-22");
  });

  it("follow one another over months and years", () => {
    expect(dayAfter("2026-12-31", 1)).toBe("2027-01-01");
    expect(dayAfter("2027-03-01", -1)).toBe("2027-02-28");
    expect(dayOf(new Date(2026, 0, 5))).toBe("2026-01-05");
  });

  it.each([
    ["2026-02-30", false],
    ["2026-2-3", false],
    ["", false],
    ["2028-02-29", true],
  ])("are told from other texts: %s", (text, is) => {
    expect(isDay(text)).toBe(is);
  });

  it("go into a field and back", () => {
    const { from } = bounds("2026-11-22");
    expect(toField(from + 3600)).toBe("2026-11-22T01:00");
    expect(fromField(toField(from + 3600))).toBe(from + 3600);
    expect(toField(null)).toBe("");
    expect(fromField("")).toBeNull();
  });

  it.each([
    [0, "0 min"],
    [5400, "1 h 30 min"],
    [86400, "1 day"],
    ["180000", "2 days 2 h"],
  ])("spans are said: %s", (seconds, words) => {
    expect(span(seconds)).toBe(words);
  });
});

describe("money", () => {
  it("is millionths on the wire and plain for people", () => {
    expect(money({ price_micros: "120500000", currency_code: "USD" })).toBe("$120.50");
    expect(money({ price_micros: "5000000", currency_code: "??" })).toBe("5 ??");
    expect(toAmount({ price_micros: "25000000" })).toBe("25");
    expect(fromAmount("12,5", "EUR")).toEqual({ price_micros: "12500000", currency_code: "EUR" });
    expect(fromAmount(" ", "EUR")).toBeNull();
    expect(fromAmount("much", "EUR")).toBeUndefined();
    expect(fromAmount("0.1", "EUR")?.price_micros).toBe("100000");
  });

  it("says what a fee and a deposit are, also when a slot switched them off", () => {
    expect(
      feeWords({ fee: { price_micros: "25000000", currency_code: "USD" }, fee_type: "PER_PERSON" }),
    ).toBe("$25.00 per person");
    expect(feeWords({ fee: { price_micros: "0", currency_code: "USD" } })).toBe("switched off");
    expect(depositWords(null)).toBe("none");
  });

  it("marks what is due, the slot's word before the service's", () => {
    const fee = { fee: { price_micros: "1000000", currency_code: "USD" } };
    const none = { fee: { price_micros: "0", currency_code: "USD" } };
    const service = { no_show_fee: fee, prepayment_type: "REQUIRED", price: fee.fee } as never;
    expect(paymentMarks({ terms: null } as never, service)).toEqual(["prepaid", "no-show fee"]);
    const slot = { terms: { no_show_fee: none, require_credit_card: "REQUIRE_CREDIT_CARD_ALWAYS" } } as never;
    expect(paymentMarks(slot, service)).toEqual(["prepaid", "card"]);
  });
});
