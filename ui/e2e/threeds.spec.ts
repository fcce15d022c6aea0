// 3-D Secure 1 in a real browser: a client that is challenged, the bank's pages, and the way back to the
// client, which sends CreateBooking once more. The pages hold no script; the walks say so by doing without.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "@playwright/test";
import { audit } from "./support/audit";
import { type BookingAnswer, beauty } from "./support/messages";
import type { Partner } from "./support/partner";
import { test as base, expect } from "./support/test";

/** A client's website: one page that leads to the bank, one that the bank comes back to, and one, of another
 * origin as clients often have it, that says how it ended. */
class Shop {
  #servers: Server[] = [];
  #pay = "";
  #result = "";

  constructor(private readonly partner: Partner) {}

  async open(): Promise<void> {
    const result = await this.#listen(async (_request, response) => {
      html(response, "<h1>Your booking</h1>", `<p role="status">${this.#result}</p>`);
    });
    const front = await this.#listen(async (request, response) => {
      if (request.method === "POST" && request.url === "/back") {
        this.#result = await this.#retry(new URLSearchParams(await text(request)));
        response.writeHead(303, { Location: result }).end();
      } else if (request.url === "/pay") {
        html(response, "<h1>Pay</h1>", await this.#form(`${this.#pay}/back`));
      } else {
        response.writeHead(204).end();
      }
    });
    this.#pay = front;
  }

  /** Where the guest begins. */
  get url(): string {
    return `${this.#pay}/pay`;
  }

  async close(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  }

  #booking(paResponse?: string, merchantData?: string) {
    const request = beauty();
    return {
      ...request,
      payment_information: {
        ...request.payment_information,
        price: { price_micros: "85000000", currency_code: "EUR" },
        ...(paResponse === undefined ? {} : { pa_response: paResponse, md_merchant_data: merchantData }),
      },
    };
  }

  async #form(termUrl: string): Promise<string> {
    const answer = await this.partner.call<BookingAnswer>("CreateBooking", this.#booking());
    const { acs_url, pa_req, md_merchant_data } =
      answer.booking_failure?.payment_failure?.threeds1_parameters ?? {};
    return `<form method="post" action="${acs_url}">
      <input type="hidden" name="PaReq" value="${pa_req}">
      <input type="hidden" name="MD" value="${md_merchant_data}">
      <input type="hidden" name="TermUrl" value="${termUrl}">
      <button>To the bank</button></form>`;
  }

  async #retry(form: URLSearchParams): Promise<string> {
    const body = this.#booking(form.get("PaRes") ?? "", form.get("MD") ?? "");
    const answer = await this.partner.call<BookingAnswer>("CreateBooking", body);
    return answer.booking?.status ?? answer.booking_failure?.cause ?? "nothing";
  }

  async #listen(
    answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  ): Promise<string> {
    const server = createServer((request, response) => {
      answer(request, response).catch((error) => response.writeHead(500).end(String(error)));
    });
    this.#servers.push(server);
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
}

function html(response: ServerResponse, ...parts: string[]): void {
  response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
  response.end(`<!doctype html><title>Shop</title>${parts.join("")}`);
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

const test = base.extend<{ shop: Shop }>({
  shop: async ({ partner }, use) => {
    await partner.control("PATCH", "behaviour", { failure: { cause: "PAYMENT_REQUIRES_3DS1" } });
    const shop = new Shop(partner);
    await shop.open();
    await use(shop);
    await shop.close();
  },
});

/** From the shop to the bank's page. */
async function toTheBank(page: Page, shop: Shop): Promise<void> {
  await page.goto(shop.url);
  await page.getByRole("button", { name: "To the bank" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Confirm your payment");
  await expect(page.getByText("85.00 EUR")).toBeVisible();
}

/** From the bank's last page back to the shop, which has tried once more. */
async function back(page: Page, title: string, outcome: string): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(title);
  await page.getByRole("button", { name: "Continue to 1234" }).click();
  await expect(page.getByRole("status")).toHaveText(outcome);
}

async function bookings(partner: Partner): Promise<number> {
  const { bookings } = await partner.control<{ bookings: unknown[] }>("GET", "bookings");
  return bookings.length;
}

for (const javaScriptEnabled of [false, true]) {
  test.describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
    test.use({ javaScriptEnabled });

    test("approve books", async ({ page, shop, partner }) => {
      await toTheBank(page, shop);
      await page.getByRole("button", { name: "Approve the payment" }).click();
      await back(page, "Payment confirmed", "CONFIRMED");
      expect(await bookings(partner)).toBe(1);
    });

    test("decline and cancel fail", async ({ page, shop, partner }) => {
      await toTheBank(page, shop);
      await page.getByRole("button", { name: "Decline" }).click();
      await back(page, "Payment declined", "PAYMENT_ERROR_CARD_DECLINED");
      await toTheBank(page, shop);
      await page.getByRole("button", { name: "Cancel" }).click();
      await back(page, "Payment cancelled", "PAYMENT_ERROR");
      expect(await bookings(partner)).toBe(0);
    });

    test("letting it time out waits for the partner’s clock", async ({ page, shop, partner }) => {
      await toTheBank(page, shop);
      await page.getByRole("button", { name: "Let it time out" }).click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("Waiting for the time to run out");
      await page.getByRole("button", { name: "Look again" }).click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("Waiting for the time to run out");
      await partner.control("POST", "clock/advance", { to: "next_timer" });
      await page.getByRole("button", { name: "Look again" }).click();
      await back(page, "Time is over", "PAYMENT_ERROR");
      expect(await bookings(partner)).toBe(0);
    });
  });
}

test("by keyboard alone, and a reload changes nothing", async ({ page, shop }) => {
  await toTheBank(page, shop);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Approve the payment" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Payment confirmed");
  await page.reload();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Continue to 1234" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("status")).toHaveText("CONFIRMED");
});

test("a demo without a client: the page by hand, and the page to come back to", async ({ page, partner }) => {
  await partner.control("PATCH", "behaviour", { failure: { cause: "PAYMENT_REQUIRES_3DS1" } });
  const answer = await partner.call<BookingAnswer>("CreateBooking", beauty());
  const parameters = answer.booking_failure?.payment_failure?.threeds1_parameters ?? {};
  await page.goto(parameters.acs_url ?? "");
  await page.getByLabel("PaReq").fill(parameters.pa_req ?? "");
  await page.getByRole("textbox", { name: "MD" }).fill("my own");
  await page.getByRole("button", { name: "Open the challenge" }).click();
  await page.getByRole("button", { name: "Approve the payment" }).click();
  await page.getByRole("button", { name: "Continue to 1234" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Back from the bank");
  await expect(page.getByLabel("md_merchant_data")).toHaveValue("my own");
  const request = beauty();
  const paResponse = await page.getByLabel("pa_response").inputValue();
  const again = await partner.call<BookingAnswer>("CreateBooking", {
    ...request,
    payment_information: { ...request.payment_information, pa_response: paResponse },
  });
  expect(again.booking?.status).toBe("CONFIRMED");
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme, viewport: { width: 320, height: 640 } });

    test("the pages are readable for everybody, on the smallest screen too", async ({
      page,
      shop,
      partner,
    }) => {
      const looked = async (name: string) => {
        await audit(page, `${name}, ${colorScheme}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(wide, `${name} at 320 px`).toBeLessThanOrEqual(320);
      };
      await toTheBank(page, shop);
      await looked("the challenge");
      await page.getByRole("button", { name: "Let it time out" }).click();
      await looked("waiting");
      await page.getByRole("button", { name: "Approve after all" }).click();
      await looked("confirmed");
      await page.goto(`${partner.bookingUrl}/3ds1/challenge`);
      await looked("the bank’s page explained");
      await page.goto(`${partner.bookingUrl}/3ds1/return`);
      await looked("the return page explained");
    });
  });
}

test.describe("refusals", () => {
  test.use({ expectedErrors: [/404 \(Not Found\)/] });

  test("a PaReq that nobody knows is told so", async ({ page, partner }) => {
    await page.goto(`${partner.bookingUrl}/3ds1/challenge`);
    await page.getByLabel("PaReq").fill("70");
    await page.getByRole("button", { name: "Open the challenge" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("The bank does not know this payment");
    await audit(page, "a refusal");
  });
});
