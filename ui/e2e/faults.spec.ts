// The fault panel: every way in which the network fails, set in the control room and met by a raw client.

import { connect } from "node:net";
import { audit } from "./support/audit";
import { type BookingAnswer, guest } from "./support/messages";
import type { Partner } from "./support/partner";
import { standStill } from "./support/still";
import { expect, test, type Window_ } from "./support/test";

const PANEL = "What goes wrong";

async function open(window: Window_): Promise<void> {
  await window.page.keyboard.press("n");
  await expect(window.room.getByRole("radiogroup", { name: PANEL })).toBeVisible();
}

async function set(window: Window_, field: string, value: string): Promise<void> {
  const input = window.room.getByRole("textbox", { name: field });
  await input.fill(value);
  await input.press("Enter");
}

/** One HealthCheck on a bare socket: what came of it, byte by byte, and how it ended. */
function raw(partner: Partner): Promise<{ text: string; reset: boolean }> {
  const { hostname, port } = new URL(partner.bookingUrl);
  const { username, password } = partner.credentials;
  return new Promise((done) => {
    const socket = connect(Number(port), hostname);
    let text = "";
    let reset = false;
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    socket.on("error", () => {
      reset = true;
    });
    socket.on("close", () => done({ text, reset }));
    const credentials = Buffer.from(`${username}:${password}`).toString("base64");
    socket.write(
      `GET /v3/HealthCheck HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Basic ${credentials}\r\nConnection: close\r\n\r\n`,
    );
  });
}

test("every kind is set in the room and met by a client", async ({ window, partner }) => {
  await open(window);
  await window.choose(PANEL, /rate_limit/);
  await set(window, "Come again after", "7");
  await expect(window.sentence).toContainText("7 s");
  const limited = await partner.send("HealthCheck");
  expect([limited.status, limited.headers["retry-after"]]).toEqual([429, "7"]);

  await window.choose(PANEL, /^An error instead/);
  await set(window, "HTTP status", "502");
  await expect(window.sentence).toContainText("502");
  expect((await partner.send("HealthCheck")).status).toBe(502);

  await window.choose(PANEL, /^Connection is reset/);
  expect(await raw(partner)).toEqual({ text: "", reset: true });

  await window.choose(PANEL, /^No answer at all/);
  expect(await raw(partner)).toEqual({ text: "", reset: false });

  await window.choose(PANEL, /^Answer breaks off/);
  // Its head is there, and says that there is more.
  await expect(partner.send("CreateBooking", guest("Cut", 3))).rejects.toThrow(/aborted/);

  await window.choose(PANEL, /^Answer is no JSON/);
  const { status, text } = await partner.send("CreateBooking", guest("Broken"));
  expect(status).toBe(200);
  expect(() => JSON.parse(text)).toThrow();

  await window.choose(PANEL, /^Answer drips/);
  await set(window, "Speed", "400");
  await expect(window.sentence).toContainText("400 bytes a second");
  let start = performance.now();
  const dripped = await partner.send("CreateBooking", guest("Drip", 2));
  expect(performance.now() - start).toBeGreaterThan((Buffer.byteLength(dripped.text) / 400) * 800);

  await window.choose(PANEL, /^Answers come late/);
  await set(window, "Longer by", "300");
  await set(window, "give or take", "0");
  await expect(window.sentence).toContainText("300 ms longer");
  start = performance.now();
  await partner.send("HealthCheck");
  expect(performance.now() - start).toBeGreaterThan(290);

  await window.choose("Network", "Fast");
  await expect(window.sentence).toHaveText("Every call answers as normal.");
});

test("it is for some calls and some times, and counts down", async ({ window, partner }) => {
  await open(window);
  await window.choose(PANEL, /^No answer at all/);
  await window.choose("The request is", "Carried out");
  await window.choose("How often", "2×");
  await window.room.getByText("For which calls").click();
  const call = window.room.getByRole("checkbox", { name: "CreateBooking" });
  await call.click();
  await expect(call).toBeChecked();
  expect((await partner.send("HealthCheck")).status).toBe(200);
  for (const left of ["1 left", null]) {
    await expect(partner.send("CreateBooking", guest("Lost", left ? 1 : 2))).rejects.toThrow();
    if (left) await expect(window.room.getByText(left)).toBeVisible();
  }
  await expect(window.choice("Network", "Fast")).toBeChecked();
  // They were carried out: sent again, the first is answered with the booking that was made.
  const again = await partner.call<BookingAnswer>("CreateBooking", guest("Lost", 1));
  expect(again.booking?.status).toBe("CONFIRMED");
  await expect(window.page.getByRole("tab", { name: "Bookings 2" })).toBeVisible();
});

test("it ends by itself after the time that was typed", async ({ window, partner }) => {
  await open(window);
  await window.choose(PANEL, /^Answer is no JSON/);
  await set(window, "or for so many seconds", "2");
  await expect(window.band).toContainText(/Ends in\s*0:0[12]/);
  await expect(window.choice("Network", "Fast")).toBeChecked({ timeout: 6_000 });
  JSON.parse((await partner.send("CreateBooking", guest("Whole"))).text);
});

test("a number out of bounds is refused in place, and Esc takes it back", async ({ window }) => {
  const { page } = window;
  await open(window);
  await window.choose(PANEL, /^An error instead/);
  await set(window, "HTTP status", "42");
  await expect(window.room.getByRole("alert")).toHaveText("A whole number from 400 to 599.");
  await page.keyboard.press("Escape");
  await expect(window.room.getByRole("textbox", { name: "HTTP status" })).toHaveValue("503");
  await expect(window.room.getByRole("alert")).toBeHidden();
  await expect(page.getByRole("alertdialog")).toBeHidden();
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [1024, 1280, 1920]) {
    test.describe(`${colorScheme}, ${width} wide`, () => {
      test.use({ colorScheme, viewport: { width, height: 800 } });

      test("nothing moves when a failure is toggled", async ({ window, page, partner }) => {
        const places = async () => {
          await standStill(page);
          const room = await window.room.boundingBox();
          const band = await window.band.boundingBox();
          return [room?.y, band?.height];
        };
        const normal = await places();
        await window.choose("Answer bookings with", /SLOT_UNAVAILABLE/);
        expect(await places(), "a failure").toEqual(normal);
        await window.choose("How often", "3×");
        expect(await places(), "a failure for some times").toEqual(normal);
        await window.choose("For how long", "1 min");
        expect(await places(), "and for some time").toEqual(normal);
        await partner.control("PATCH", "behaviour", {
          failure: { cause: "PAYMENT_ERROR_CARD_TYPE_REJECTED", rejected_card_type: "MASTERCARD", times: 3 },
          confirmation: "asynchronous",
        });
        await expect(window.sentence).toContainText("PENDING_MERCHANT_CONFIRMATION");
        expect(await places(), "two toggles").toEqual(normal);
        const size = await window.sentence.evaluate((it) => Number.parseFloat(getComputedStyle(it).fontSize));
        expect(size, "letters").toBeGreaterThanOrEqual(14);
        await window.backToNormal.click();
        await expect(window.sentence).toHaveText("Every call answers as normal.");
        expect(await places(), "back to normal").toEqual(normal);
      });

      test("the panel passes the audit", async ({ window, page }) => {
        await open(window);
        await audit(page, "all kinds");
        await window.choose(PANEL, /^Answers come late/);
        await window.room.getByText("For which calls").click();
        await audit(page, "the fault in force");
        await set(window, "Longer by", "x");
        await audit(page, "a number that is none");
      });
    });
  }
}
