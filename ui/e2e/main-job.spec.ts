// The main job, from the first look at the window to the last toggle, as an engineer does it.

import type { APIRequestContext } from "@playwright/test";
import { type BookingAnswer, beauty, fitness } from "./support/messages";
import { expect, test } from "./support/test";

/** Within a blink: what a row may take from the answer to the window. */
const BLINK = { timeout: 1_000 };

/** The engineer's own client: it knows what was copied, and nothing of the window. */
class Client {
  #tokens = 0;

  constructor(
    private readonly request: APIRequestContext,
    private readonly address: string,
  ) {}

  async book(message: object = beauty(`main-job-${++this.#tokens}`)): Promise<BookingAnswer> {
    const answer = await this.request.post(`${this.address}/v3/CreateBooking`, { data: message });
    expect(answer.status()).toBe(200);
    return (await answer.json()) as BookingAnswer;
  }
}

const clientTest = test.extend<{ client: Client }>({
  client: async ({ context, window, partner, playwright }, use) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await window.page.getByRole("button", { name: "Copy the address" }).click();
    await expect.poll(() => window.clipboard()).toBe(partner.bookingUrl);
    const address = await window.clipboard();
    await window.page.getByRole("button", { name: "Copy the credentials" }).click();
    await expect.poll(() => window.clipboard()).toContain(":");
    const [username = "", password = ""] = (await window.clipboard()).split(":");
    const request = await playwright.request.newContext({
      httpCredentials: { username, password, send: "always" },
    });
    await use(new Client(request, address));
    await request.dispose();
  },
});

clientTest(
  "the beauty sample is booked, seen, and answered otherwise at a click",
  async ({ client, window }) => {
    await clientTest.step("the sample as it is leads to a confirmed booking and a row", async () => {
      const { booking, booking_failure } = await client.book(beauty());
      expect(booking_failure).toBeUndefined();
      expect(booking?.status).toBe("CONFIRMED");
      expect(booking?.booking_id).toMatch(/^bk-/);
      expect(booking?.slot).toMatchObject({
        merchant_id: "1234",
        service_id: "5678",
        start_sec: "1606509000",
      });
      await expect(window.row(/CreateBooking CONFIRMED 5678 · John Smith/)).toBeVisible(BLINK);
    });

    await clientTest.step("a click on the row shows both bodies, headers and timing", async () => {
      await window.row(/CONFIRMED/).click();
      await expect(window.details.getByRole("heading", { name: "CreateBooking" })).toBeVisible();

      const answer = (await window.look("Answer")).getByRole("textbox", { name: "Answer, HTTP 200" });
      await expect(answer).toContainText('"status": "CONFIRMED"');
      await expect(answer).toContainText('"booking_id": "bk-');
      const request = (await window.look("Request")).getByRole("textbox", { name: "Request body" });
      await expect(request).toContainText('"idempotency_token": "11195193155056732768"');
      await expect(request).toContainText('"staff_id": "82725"');

      const headers = await window.look("Headers");
      const sent = headers.getByRole("region", { name: "Request headers" });
      await expect(sent).toContainText("POST /v3/CreateBooking HTTP/1.1");
      await expect(sent).toContainText("Basic [redacted]");
      await expect(headers.getByRole("region", { name: "Answer headers" })).toContainText("application/json");

      const why = await window.look("Why");
      await expect(why.getByRole("region", { name: "Why this answer" })).toContainText("This settled it");
      const timing = why.getByRole("region", { name: "Timing" });
      await expect(timing).toContainText(/[\d.]+ m?s in all/);
      await expect(timing.getByText("Deciding and storing")).toBeVisible();
    });

    await clientTest.step("later: the next booking waits for the merchant", async () => {
      await window.choose("Confirmation", "Later");
      await expect(window.sentence).toContainText("New bookings wait for the merchant");
      expect((await client.book()).booking?.status).toBe("PENDING_MERCHANT_CONFIRMATION");
      await expect(window.row(/PENDING/)).toBeVisible(BLINK);
    });

    await clientTest.step("back to normal: the next is confirmed again", async () => {
      await window.backToNormal.click();
      await expect(window.sentence).toHaveText("Every call answers as normal.");
      await expect(window.choice("Confirmation", "By slot")).toBeChecked();
      expect((await client.book()).booking?.status).toBe("CONFIRMED");
    });

    await clientTest.step("slot is gone: a 200 with nothing but the failure", async () => {
      await window.choose("Answer bookings with", /SLOT_UNAVAILABLE/);
      await expect(window.sentence).toContainText("CreateBooking will answer “slot is gone”");
      const answer = await client.book();
      expect(Object.keys(answer)).toEqual(["booking_failure"]);
      expect(answer.booking_failure?.cause).toBe("SLOT_UNAVAILABLE");
      await expect(window.row(/SLOT_UNAVAILABLE/)).toBeVisible(BLINK);
    });

    await clientTest.step("3-D Secure: a 200 with complete parameters", async () => {
      await window.choose("Answer bookings with", /PAYMENT_REQUIRES_3DS1/);
      const answer = await client.book();
      expect(Object.keys(answer)).toEqual(["booking_failure"]);
      expect(answer.booking_failure?.cause).toBe("PAYMENT_REQUIRES_3DS1");
      expect(answer.booking_failure?.payment_failure?.threeds1_parameters).toEqual({
        acs_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\//),
        pa_req: expect.stringMatching(/./),
        transaction_id: expect.stringMatching(/./),
        md_merchant_data: expect.stringMatching(/./),
      });
      await expect(window.row(/PAYMENT_REQUIRES_3DS1/)).toBeVisible(BLINK);
    });

    await clientTest.step("a click back to normal, and it books", async () => {
      await window.backToNormal.click();
      await expect(window.backToNormal).toBeHidden();
      expect((await client.book()).booking?.status).toBe("CONFIRMED");
    });
  },
);

const PRICE = { price_micros: "120000000", currency_code: "USD" };
const PAID = { prepayment_status: "PREPAYMENT_PROVIDED", payment_processed_by: "PROCESSED_BY_PARTNER" };
const TRANSACTION = { payment_transaction_id: expect.stringMatching(/./) };
const MODES: [string, object][] = [
  ["Pay on arrival", { prepayment_status: "PREPAYMENT_NOT_PROVIDED" }],
  ["Pay in full", { ...PAID, ...TRANSACTION, price: PRICE }],
  [
    "No-show fee",
    {
      ...PAID,
      ...TRANSACTION,
      price: PRICE,
      no_show_fee: expect.objectContaining({ fee: { price_micros: "25000000", currency_code: "USD" } }),
    },
  ],
  [
    "Deposit",
    {
      ...PAID,
      ...TRANSACTION,
      price: PRICE,
      deposit: expect.objectContaining({
        deposit: { price_micros: "30000000", currency_code: "USD" },
        min_advance_cancellation_sec: "14400",
      }),
    },
  ],
  ["Card required", { prepayment_status: "PREPAYMENT_NOT_PROVIDED" }],
];

clientTest(
  "each payment mode is echoed in the booking, until all is normal again",
  async ({ client, window }) => {
    for (const [mode, expected] of MODES) {
      await window.choose("Payment", mode);
      const { booking } = await client.book();
      expect(booking?.status, mode).toBe("CONFIRMED");
      expect(booking?.payment_information, mode).toEqual(expected);
    }
    await window.backToNormal.click();
    await expect(window.choice("Payment", "As the service says")).toBeChecked();
    expect((await client.book()).booking?.payment_information).toEqual({
      prepayment_status: "PREPAYMENT_NOT_PROVIDED",
    });
  },
);

clientTest("the fitness sample is booked, too", async ({ client, window }) => {
  const { booking } = await client.book(fitness());
  expect(booking?.status).toBe("CONFIRMED");
  expect(booking?.slot).toMatchObject({ availability_tag: "5042328", resources: { staff_id: "276191" } });
  await expect(window.row(/CONFIRMED/)).toBeVisible(BLINK);
});

clientTest("the same request again is answered with the same booking", async ({ client, window }) => {
  const first = await client.book(beauty());
  const second = await client.book(beauty());
  expect(second.booking?.booking_id).toBe(first.booking?.booking_id);
  await window.count(2);
  await expect(window.page.getByRole("tab", { name: "Bookings 1" })).toBeVisible();
});

clientTest("a booking is found under Bookings with what happened to it", async ({ client, window }) => {
  const { booking } = await client.book(beauty());
  const { page } = window;
  await page.getByRole("tab", { name: /^Bookings/ }).click();
  const bookings = page.getByRole("grid", { name: "Bookings, newest first" });
  await bookings.getByRole("row", { name: /Confirmed John Smith 5678/ }).click();
  await window.tab("History").click();
  await expect(window.details.getByRole("region", { name: "Facts" })).toContainText(
    booking?.booking_id ?? "",
  );
  await window.details.getByRole("button", { name: "Show the exchange" }).click();
  await expect(window.details.getByRole("heading", { name: "CreateBooking" })).toBeVisible();
  await expect(window.traffic.getByRole("row", { selected: true })).toContainText("CONFIRMED");
});
