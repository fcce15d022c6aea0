// A suite to begin with: run it by `node --test`.

import assert from "node:assert/strict";
import { after, before, type TestContext, test } from "node:test";

import { call, type Json, MockPartner, type Session } from "./mock-partner.ts";

let partner: MockPartner;

before(async () => {
  partner = await MockPartner.start();
});

after(() => partner.stop());

// A partner of its own for each test, called as the test is.
function sessionOf(t: TestContext): Session {
  const session = partner.session(t.name.replaceAll(" ", "-"));
  t.after(() => session.end());
  return session;
}

// In the place of your own client: what it does is what is tested here.
function book(session: Session, guest: string, token: string): Promise<{ status: number; body: Json }> {
  const url = `${session.bookingUrl}/v3/CreateBooking`;
  return call("POST", url, session.basic, request(guest, token));
}

async function bookWithRetries(session: Session, guest: string, token: string): Promise<Json> {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const { status, body } = await book(session, guest, token);
      if (status === 200) return body;
    } catch {
      // Nobody knows whether it was booked: the same token asks again.
    }
  }
  throw new Error("three times is enough");
}

function request(guest: string, token: string): Json {
  const tomorrow = (Math.floor(Date.now() / 86_400_000) + 1) * 86_400;
  return {
    slot: {
      merchant_id: "salon-17",
      service_id: "cut",
      start_sec: String(tomorrow + 10 * 3_600),
      duration_sec: "1800",
      resources: { party_size: 1 },
    },
    user_information: {
      user_id: `user-${guest}`,
      given_name: guest,
      family_name: "Example",
      telephone: "+1 206-555-0100",
      email: `${guest}@example.com`,
    },
    payment_information: { prepayment_status: "PREPAYMENT_NOT_PROVIDED" },
    idempotency_token: token,
  };
}

test("a booking is confirmed", async (t) => {
  const session = sessionOf(t);
  const { status, body } = await book(session, "mina", "token-1");
  assert.equal(status, 200);
  assert.equal(body.booking.status, "CONFIRMED");
  await session.verify({
    method: "CreateBooking",
    cause: null,
    request: { "/slot/merchant_id": "salon-17" },
    exactly: 1,
  });
});

test("a slot that is gone", async (t) => {
  const session = sessionOf(t);
  await session.toggle({ failure: { cause: "SLOT_UNAVAILABLE", times: 1 } });
  const { body } = await book(session, "mina", "token-1");
  assert.equal(body.booking_failure.cause, "SLOT_UNAVAILABLE");
  await session.verify({ cause: "SLOT_UNAVAILABLE", exactly: 1 });
});

test("a lost answer does not book twice", async (t) => {
  const session = sessionOf(t);
  await session.toggle({ fault: { kind: "truncated", times: 1 } });
  const answer = await bookWithRetries(session, "mina", "token-1");
  assert.equal(answer.booking.status, "CONFIRMED");
  const { bookings } = await session.control("GET", "/api/bookings");
  assert.equal(bookings.length, 1);
  await session.verify({ in_order: [{ outcome: "error" }, { outcome: "ok" }] });
});

test("a partner that has enough is asked again", async (t) => {
  const session = sessionOf(t);
  await session.toggle({ fault: { kind: "rate_limit", retry_after_sec: 0, times: 2 } });
  await bookWithRetries(session, "mina", "token-1");
  await session.verify({ status: 429, exactly: 2 });
});

test("what was not asked is told by its nearest misses", async (t) => {
  const session = sessionOf(t);
  await book(session, "mina", "token-1");
  const wrong = session.verify({ request: { "/slot/merchant_id": "salon-18" } });
  await assert.rejects(wrong, /merchant_id is "salon-17", not "salon-18"/);
});
