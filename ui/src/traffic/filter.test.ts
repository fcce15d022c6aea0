import { describe, expect, it } from "vitest";
import { exchange } from "../test/engine";
import { matcher, readFilter, searchQuery, suggest, withoutToken } from "./filter";

const matches = (text: string, row: ReturnType<typeof exchange>) => matcher(readFilter(text))?.(row) ?? true;

describe("reading a filter", () => {
  it("tells tokens from words", () => {
    expect(readFilter('method:CreateBooking john "two words" outcome:failure')).toEqual({
      tokens: [
        { key: "method", value: "CreateBooking" },
        { key: "outcome", value: "failure" },
      ],
      words: 'john "two words"',
      unknown: [],
    });
  });

  it("leaves out a token without a value, which is still being typed", () => {
    expect(readFilter("method:")).toEqual({ tokens: [], words: "", unknown: [] });
  });

  it("says which tokens name nothing", () => {
    expect(readFilter("methd:CreateBooking").unknown).toEqual(["methd:CreateBooking"]);
  });

  it("searches for what only looks like a token", () => {
    expect(readFilter("http://example.com").words).toBe("http://example.com");
    expect(readFilter('"status":"CONFIRMED"').words).toBe('"status":"CONFIRMED"');
  });
});

describe("matching rows", () => {
  it("takes an exact status and a class of them", () => {
    expect(matches("status:404", exchange(1, { status: 404 }))).toBe(true);
    expect(matches("status:4xx", exchange(1, { status: 404 }))).toBe(true);
    expect(matches("status:4xx", exchange(1, { status: 503 }))).toBe(false);
  });

  it("takes values of one key as alternatives and different keys together", () => {
    const row = exchange(1, { method: "UpdateBooking", outcome: "ok" });
    expect(matches("method:CreateBooking method:UpdateBooking", row)).toBe(true);
    expect(matches("method:UpdateBooking outcome:failure", row)).toBe(false);
  });

  it("does not care for capitals", () => {
    expect(matches("method:createbooking", exchange(1))).toBe(true);
    expect(matches("cause:slot", exchange(1, { cause: "SLOT_UNAVAILABLE" }))).toBe(true);
  });

  it("knows bookings, merchants and directions", () => {
    expect(matches("booking:bk-1 merchant:1234 direction:inbound", exchange(1))).toBe(true);
    expect(matches("direction:outbound", exchange(1))).toBe(false);
  });
});

describe("asking the engine", () => {
  it("sends the words and every token that the engine can narrow by", () => {
    const filter = readFilter("john method:createbooking status:4xx merchant:1234");
    expect(searchQuery(filter, ["CreateBooking"], [])).toEqual({
      q: "john",
      method: "CreateBooking",
      status: "4xx",
      merchant_id: "1234",
    });
  });
});

describe("suggesting", () => {
  it("offers keys, then their values", () => {
    expect(suggest("out", {}).map((offer) => offer.label)).toEqual(["outcome:"]);
    const offers = suggest("john outcome:f", { outcome: ["ok", "failure"] });
    expect(offers.map((offer) => offer.text)).toEqual(["john outcome:failure "]);
  });

  it("takes one token out again", () => {
    expect(withoutToken("a method:X b", { key: "method", value: "X" })).toBe("a b");
  });
});
