import { describe, expect, it } from "vitest";
import type { Behaviour, BehaviourState } from "../api/types";
import { CAUSES, NORMAL, status } from "../test/engine";
import { asText, sentence } from "./sentence";

const LISTENER = status().listener;

function said(change: Partial<Behaviour>, normal: Behaviour = NORMAL) {
  const in_force = { ...NORMAL, ...change };
  const state: BehaviourState = {
    in_force,
    normal,
    changed: JSON.stringify(in_force) !== JSON.stringify(normal),
    expires_at: null,
    expires_in_sec: null,
    expiring: [],
  };
  const { tone, parts } = sentence(state, LISTENER, CAUSES);
  return `${tone}: ${asText(parts)}`;
}

describe("the sentence", () => {
  it("is plain when all is normal", () => {
    expect(said({})).toBe("normal: Every call answers as normal.");
  });

  it("names a failure in plain words and by its protocol name", () => {
    expect(said({ failure: { cause: "SLOT_UNAVAILABLE" } })).toBe(
      "changed: CreateBooking will answer “slot is gone” (SLOT_UNAVAILABLE). Everything else answers as normal.",
    );
  });

  it("counts down to the last time", () => {
    const failure: Behaviour["failure"] = { cause: "SLOT_UNAVAILABLE", times: 2 };
    expect(said({ failure })).toContain("two more times, then answer as normal again.");
    expect(said({ failure: { ...failure, times: 1 } })).toContain("once more, then answer as normal again.");
  });

  it("speaks of the first method that a cause belongs to, or of those that were named", () => {
    expect(said({ failure: { cause: "BOOKING_NOT_CANCELLABLE" } })).toContain("UpdateBooking will answer");
    const methods = ["CreateBooking", "CreateLease"];
    expect(said({ failure: { cause: "SLOT_UNAVAILABLE", methods } as Behaviour["failure"] })).toContain(
      "CreateBooking and CreateLease will answer",
    );
  });

  it("says how likely, and which card", () => {
    const failure = {
      cause: "PAYMENT_ERROR_CARD_TYPE_REJECTED",
      rejected_card_type: "JCB",
      probability: 0.2,
    };
    expect(said({ failure } as Partial<Behaviour>)).toContain(
      "“card brand not taken” (PAYMENT_ERROR_CARD_TYPE_REJECTED, JCB) about 20 times in 100.",
    );
  });

  it("tells slow from flaky from down", () => {
    expect(said({ fault: { kind: "latency", ms: 800, jitter_ms: 200 } })).toBe(
      "changed: Calls take 800 ms longer, give or take 200 ms.",
    );
    expect(said({ fault: { kind: "status", status: 503, probability: 0.3 } })).toBe(
      "changed: About 30 in 100 calls get 503 instead of an answer.",
    );
    expect(said({ fault: { kind: "status", status: 503 } })).toBe(
      "changed: All calls get 503 instead of an answer.",
    );
    expect(said({ fault: { kind: "status", status: 500, times: 3 } })).toContain(
      "The next three calls get 500 instead of an answer.",
    );
  });

  it("tells how answers break", () => {
    expect(said({ fault: { kind: "rate_limit", retry_after_sec: 2 } })).toBe(
      "changed: Calls get 429 and shall come again in 2 s.",
    );
    expect(said({ fault: { kind: "reset", when: "after", times: 2 } })).toContain(
      "The next two calls are carried out, but have their connection reset.",
    );
    expect(said({ fault: { kind: "drip", bytes_per_sec: 50, probability: 0.5 } })).toContain(
      "About 50 in 100 calls get their answer at 50 bytes a second.",
    );
    expect(said({ fault: { kind: "empty", when: "after", times: 1 } })).toContain(
      "The next call is carried out, but gets no answer.",
    );
    expect(said({ fault: { kind: "latency", ms: 50, times: 1, methods: ["CreateBooking"] } })).toContain(
      "The next CreateBooking call takes 50 ms longer.",
    );
    expect(said({ fault: { kind: "reset", times: 3, probability: 0.004 } })).toContain(
      "About 0.4 in 100 calls have their connection reset three more times, then all answer again.",
    );
    expect(said({ fault: { kind: "truncated", methods: ["CreateBooking"] } })).toContain(
      "CreateBooking calls get half an answer.",
    );
  });

  it("does not promise a booking while every call gets an error", () => {
    expect(said({ fault: { kind: "empty" }, confirmation: "asynchronous" })).not.toContain("New bookings");
    const text = said({ fault: { kind: "status", status: 503 }, confirmation: "asynchronous" });
    expect(text).not.toContain("New bookings");
  });

  it("joins what holds at the same time", () => {
    expect(said({ confirmation: "asynchronous", payment: { ...NORMAL.payment, mode: "deposit" } })).toBe(
      "changed: New bookings wait for the merchant (PENDING_MERCHANT_CONFIRMATION) until somebody decides. " +
        "Bookings ask for a deposit. Everything else answers as normal.",
    );
  });

  it("says what pending bookings will get", () => {
    const reply = (merchant_reply: Behaviour["merchant_reply"]) =>
      said({ confirmation: "asynchronous", merchant_reply });
    expect(reply({ decision: "confirm", after_sec: 30 })).toContain(
      "New bookings wait for the merchant (PENDING_MERCHANT_CONFIRMATION); they are confirmed after 30 s.",
    );
    expect(reply({ decision: "decline" })).toContain("; they are declined at once.");
    expect(reply({ decision: "fail", after_sec: 300, cause: "OVERLAPPING_RESERVATION" })).toContain(
      "; they fail after 5 min (OVERLAPPING_RESERVATION).",
    );
    const merchant_reply = { decision: "confirm", after_sec: 90 } as const;
    expect(said({ merchant_reply })).toContain(
      "Bookings that wait for the merchant are confirmed after 1 min 30 s.",
    );
    // None of them waits.
    expect(said({ merchant_reply, confirmation: "synchronous" })).not.toContain("after 1 min");
  });

  it("says what the payment processor will say", () => {
    const paid = (change: Partial<Behaviour["payment"]>) =>
      said({ payment: { ...NORMAL.payment, ...change } });
    expect(paid({ authorisation: "decline" })).toContain(
      "Where a booking is paid, the card is declined (PAYMENT_ERROR_CARD_DECLINED).",
    );
    expect(paid({ authorisation: "reject_card_type", rejected_card_type: "JCB" })).toContain(
      "the card’s brand is not taken (PAYMENT_ERROR_CARD_TYPE_REJECTED, JCB).",
    );
    expect(paid({ authorisation: "require_3ds1", threeds1_parameters: "missing" })).toContain(
      "the bank wants a 3-D Secure check (PAYMENT_REQUIRES_3DS1). 3-D Secure challenges lack their parameters.",
    );
  });

  it("says what the scenario itself asks for, without alarm", () => {
    const normal: Behaviour = { ...NORMAL, confirmation: "asynchronous" };
    expect(said({ confirmation: "asynchronous" }, normal)).toMatch(
      /^normal: As the scenario says: New bookings wait/,
    );
    expect(said({}, normal)).toMatch(/^changed: Every call answers plainly/);
  });

  it("owns that rules of the scenario may say otherwise", () => {
    const ruled = (change: Partial<Behaviour>, rules: number) => {
      const state = { ...status().behaviour, in_force: { ...NORMAL, ...change } };
      return asText(sentence(state, LISTENER, CAUSES, rules).parts);
    };
    expect(ruled({}, 1)).toBe("Every call answers as normal, unless the scenario’s rule holds.");
    expect(ruled({ failure: { cause: "SLOT_UNAVAILABLE" } }, 3)).toContain(
      "Everything else answers as normal, unless one of the scenario’s 3 rules holds.",
    );
  });

  it("says first of all that nobody can reach a stopped server", () => {
    const { tone, parts } = sentence(status().behaviour, { ...LISTENER, listening: false }, CAUSES);
    expect(tone).toBe("stopped");
    expect(asText(parts)).toContain("The server is stopped.");
  });
});
