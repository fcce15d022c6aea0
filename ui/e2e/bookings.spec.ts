// The Bookings tab against the real engine: one booking from pending to each of its ends, told by a diagram that is
// read by its accessible names; both sides; files of the diagram; every screen audited in both themes.

import { readFile } from "node:fs/promises";
import type { Download, Locator } from "@playwright/test";
import { audit } from "./support/audit";
import { guest } from "./support/messages";
import type { Partner } from "./support/partner";
import { expect, test, type Window_ } from "./support/test";

// Each is audited several times, which takes its time on a busy machine.
test.setTimeout(90_000);

const TIME = "\\d\\d:\\d\\d:\\d\\d";

async function pending(partner: Partner, name: string, number = 1): Promise<string> {
  await partner.control("PATCH", "behaviour", { confirmation: "asynchronous" });
  const answer = await partner.call<{ booking: { booking_id: string } }>(
    "CreateBooking",
    guest(name, number),
  );
  return answer.booking.booking_id;
}

/** Opens a booking from the list. */
async function open({ page, details }: Window_, name: string): Promise<void> {
  await page.getByRole("tab", { name: /^Bookings/ }).click();
  await page.getByRole("row", { name: new RegExp(name) }).click();
  await expect(details.getByRole("heading", { name: new RegExp(name) })).toBeVisible();
}

function diagram({ details }: Window_): Locator {
  return details.getByRole("group", { name: /^Sequence diagram of booking/ });
}

/** What the diagram says, without its times and the exchanges' numbers. */
async function told(window: Window_): Promise<string[]> {
  const names = await diagram(window)
    .getByRole("listitem")
    .evaluateAll((items) => items.map((item) => item.firstElementChild?.getAttribute("aria-label") ?? ""));
  return names.map((name) => {
    expect(name).toMatch(new RegExp(`^${TIME} `));
    return name.slice(9).replace(/, opens exchange \d+$/, " *");
  });
}

const BOOKED = (id: string) => [
  "guest to aggregator: books",
  "aggregator to partner: CreateBooking *",
  "partner to aggregator: answers PENDING_MERCHANT_CONFIRMATION *",
  `partner to merchant: new booking ${id}`,
  "aggregator to guest: e-mail “Booking requested: 5678 at 1234”, a preview",
];

const TOLD = (status: string) => [
  "partner to aggregator: bookings.patch *",
  `aggregator to partner: answers ${status} told *`,
];

const action = ({ details }: Window_, name: string) =>
  details.getByRole("region", { name: "As the merchant" }).getByRole("button", { name, exact: true });

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test("from pending to confirmed, and cancelled by the guest", async ({ window, partner }) => {
      const { page, details } = window;
      const id = await pending(partner, "Ada");
      await open(window, "Ada");
      await expect.poll(() => told(window)).toEqual(BOOKED(id));
      await expect(details.getByRole("region", { name: "State machine" })).toContainText(
        "From here: confirmed (merchant accepts)",
      );
      await audit(page, "a pending booking");

      await action(window, "Confirm").click();
      await expect(page.getByRole("status", { name: "Notices" })).toHaveText(
        "Confirmed: the booking of Ada Guest. The aggregator is told.",
      );
      const confirmed = [
        ...BOOKED(id),
        "merchant to partner: accepts",
        ...TOLD("CONFIRMED"),
        "aggregator to guest: e-mail “Booking confirmed: 5678 at 1234”, a preview",
      ];
      await expect.poll(() => told(window)).toEqual(confirmed);
      await expect(action(window, "Confirm")).toBeFocused();
      await expect(action(window, "Confirm")).toHaveAttribute("aria-disabled", "true");
      await expect(action(window, "Confirm")).toHaveAccessibleDescription(/^A booking that is CONFIRMED/);
      await expect(page.getByRole("row", { name: /^Confirmed Ada/ })).toBeVisible();
      await audit(page, "a confirmed booking");

      await partner.call("UpdateBooking", { booking: { booking_id: id, status: "CANCELED" } });
      await expect
        .poll(() => told(window))
        .toEqual([
          ...confirmed,
          "guest to aggregator: cancels",
          "aggregator to partner: UpdateBooking *",
          "partner to aggregator: answers CANCELED *",
          "aggregator to guest: e-mail “Booking cancelled: 5678 at 1234”, a preview",
        ]);
      await expect(details.getByRole("region", { name: "State machine" })).toContainText(
        "by way of pending, confirmed. This is final: nothing can follow.",
      );
      await audit(page, "a cancelled booking");

      await diagram(window)
        .getByRole("link", { name: /partner to aggregator: bookings\.patch/ })
        .click();
      await expect(details.getByRole("heading", { level: 2 })).toHaveText("bookings.patch");
      await details.getByRole("button", { name: "Show the booking" }).click();
      await expect(diagram(window)).toBeVisible();
    });

    test("from pending to declined", async ({ window, partner }) => {
      const { page, details } = window;
      const id = await pending(partner, "Bela");
      await open(window, "Bela");
      await action(window, "Decline…").click();
      const question = page.getByRole("dialog", { name: "Decline the booking of Bela Guest?" });
      await expect(question).toBeVisible();
      await audit(page, "before it is declined");
      await question.getByRole("button", { name: "Decline" }).click();
      await expect(question).toBeHidden();
      await expect
        .poll(() => told(window))
        .toEqual([
          ...BOOKED(id),
          "merchant to partner: declines",
          ...TOLD("DECLINED_BY_MERCHANT"),
          "aggregator to guest: e-mail “Booking declined: 5678 at 1234”, a preview",
        ]);
      await window.tab(/^E-mails/).click();
      const email = details.getByRole("article", { name: "Preview: Booking declined: 5678 at 1234" });
      await expect(email).toContainText("Preview, not sent");
      await expect(email).toContainText("Hello Bela Guest,");
      await audit(page, "previews of e-mails");
      await window.tab("History").click();
      await expect(details.getByRole("region", { name: "What happened" })).toContainText(
        "Declined by the merchant. Declined",
      );
      await audit(page, "a booking's history");
    });

    test("from pending to failed, while the aggregator does not listen", async ({ window, partner }) => {
      const { page, details } = window;
      const id = await pending(partner, "Cleo");
      await partner.control("PUT", "clock", { mode: "frozen" });
      await partner.control("PUT", "aggregator/faults", { fail_next: 1, status: 503 });
      await open(window, "Cleo");
      await action(window, "Fail…").click();
      const question = page.getByRole("dialog", { name: "Give up on the booking of Cleo Guest?" });
      await question
        .getByRole("combobox", { name: "Cause" })
        .selectOption("PAYMENT_ERROR_CARD_TYPE_REJECTED");
      await question.getByRole("combobox", { name: "Rejected card" }).selectOption("AMERICAN_EXPRESS");
      await audit(page, "before it fails");
      await question.getByRole("button", { name: "Let it fail" }).click();
      const refused = [
        ...BOOKED(id),
        "merchant to partner: gives up",
        "partner to aggregator: bookings.patch *",
        "aggregator to partner: answers 503 UNAVAILABLE *",
      ];
      // Who was not told writes no e-mail.
      await expect.poll(() => told(window)).toEqual(refused);
      await window.tab("Both sides differ").click();
      const sides = details.getByRole("region", { name: "Both sides" });
      await expect(sides.getByRole("row", { name: /^State Failed FAILED Pending/ })).toContainText("differs");
      await audit(page, "two sides that differ");

      await partner.control("POST", "clock/advance", { sec: 3600 });
      await expect(sides).toContainText("they agree");
      await expect(sides.getByRole("row", { name: /^Cause/ })).toContainText(
        "PAYMENT_ERROR_CARD_TYPE_REJECTED",
      );
      await window.tab("Lifeline").click();
      await expect
        .poll(() => told(window))
        .toEqual([
          ...refused,
          ...TOLD("FAILED"),
          "aggregator to guest: e-mail “Booking failed: 5678 at 1234”, a preview",
        ]);
      await expect(page.getByRole("row", { name: /^Failed Cleo/ })).toBeVisible();
    });

    test("the list is narrowed by state and by words", async ({ window, partner }) => {
      const { page } = window;
      await partner.call("CreateBooking", guest("Ada", 1));
      const id = await pending(partner, "Bela", 2);
      await pending(partner, "Cleo", 3);
      await page.getByRole("tab", { name: /^Bookings/ }).click();
      const rows = page.getByRole("grid", { name: "Bookings, newest first" }).getByRole("row");
      await expect(rows).toHaveCount(4);
      await audit(page, "the list alone");
      await page.getByRole("combobox", { name: "State" }).selectOption("Pending");
      await expect(rows).toHaveCount(3);
      const words = page.getByRole("searchbox", { name: "Guest or booking id" });
      await words.fill(id.slice(3));
      await expect(rows).toHaveCount(2);
      await expect(rows.nth(1)).toContainText("Bela");
      await words.fill("cleo g");
      await expect(rows.nth(1)).toContainText("Cleo");
      await words.press("Enter");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await expect(window.details).toBeFocused();
      await expect(window.details.getByRole("heading", { name: "Cleo Guest" })).toBeVisible();
      await words.fill("nobody");
      await expect(page.getByRole("heading", { name: "No booking is like that" })).toBeVisible();
      await audit(page, "no booking found");
    });
  });
}

test("the merchant moves a booking and gives up on a guest who did not come", async ({ window, partner }) => {
  const { page, details } = window;
  await partner.call("CreateBooking", guest("Ada"));
  await open(window, "Ada");
  await expect(action(window, "No-show…")).toHaveAccessibleDescription(/^The guest may still come/);
  await action(window, "Reschedule…").click();
  const move = page.getByRole("dialog", { name: "Move the booking of Ada Guest" });
  await move.getByRole("spinbutton", { name: "Guests" }).fill("4");
  await audit(page, "before it is moved");
  await move.getByRole("button", { name: "Move it" }).click();
  await expect(details).toContainText("party of 4");
  const { start_at } = (await partner.control<{ bookings: { start_at: string }[] }>("GET", "bookings"))
    .bookings[0] ?? { start_at: "" };
  await partner.control("PUT", "clock", { mode: "frozen", now: start_at });
  await expect(action(window, "Charge fee…")).not.toHaveAttribute("aria-disabled", { timeout: 15_000 });
  await action(window, "Charge fee…").click();
  await page.getByRole("button", { name: "Take the fee" }).click();
  await expect(details.getByRole("region", { name: "State machine" })).toContainText(
    "Now no-show, fee taken NO_SHOW_PENALIZED, by way of confirmed.",
  );
  await expect(
    diagram(window).getByRole("img", { name: /merchant to partner: takes the no-show fee/ }),
  ).toBeVisible();
});

test("the diagram is walked through by keyboard", async ({ window, partner }) => {
  const { page } = window;
  await pending(partner, "Ada");
  await open(window, "Ada");
  const call = diagram(window).getByRole("link", { name: /CreateBooking/ });
  const answer = diagram(window).getByRole("link", { name: /answers PENDING/ });
  await call.focus();
  await page.keyboard.press("ArrowDown");
  await expect(answer).toBeFocused();
  await page.keyboard.press("Home");
  await expect(call).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(window.details.getByRole("heading", { name: "CreateBooking" })).toBeVisible();
});

test.describe("files of the diagram", () => {
  test.use({ colorScheme: "dark" });

  async function saved(window: Window_, name: string): Promise<Buffer> {
    const waiting = window.page.waitForEvent("download");
    await window.details.getByRole("button", { name }).click();
    const download: Download = await waiting;
    expect(download.suggestedFilename()).toMatch(/^booking-bk-\w+\.(svg|png)$/);
    return readFile(await download.path());
  }

  test("need nothing but themselves", async ({ window, partner, page }) => {
    const id = await pending(partner, "Ada");
    await open(window, "Ada");
    await expect.poll(() => told(window)).toEqual(BOOKED(id));

    const svg = (await saved(window, "Save as SVG")).toString();
    for (const foreign of ["class=", "var(", "href", "tabindex", "aria-", "http://127"]) {
      expect(svg, foreign).not.toContain(foreign);
    }
    expect(svg).toContain(`<title>Ada Guest · booking ${id} · Pending</title>`);
    expect(svg).toMatch(/@font-face\{font-family:"Inter Variable"[^}]*url\(data:font\/woff2;base64,/);
    // Drawn by a page that has nothing of ours, it says the same.
    const other = await page.context().newPage();
    await other.setContent(svg);
    await expect(other.locator("svg")).toContainText("CreateBooking");
    const dark = await other.locator("svg > rect").getAttribute("fill");
    expect(dark).toBe(
      await page.evaluate(
        () => getComputedStyle(document.getElementById("details") as HTMLElement).backgroundColor,
      ),
    );
    await other.close();

    const png = await saved(window, "Save as PNG");
    const seen = await page.evaluate(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const picture = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
      const canvas = new OffscreenCanvas(picture.width, picture.height);
      const context = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
      context.drawImage(picture, 0, 0);
      const { data } = context.getImageData(0, 0, picture.width, picture.height);
      const colours = new Set<string>();
      for (let at = 0; at < data.length; at += 4) colours.add(`${data[at]} ${data[at + 1]} ${data[at + 2]}`);
      return { width: picture.width, height: picture.height, colours: colours.size };
    }, png.toString("base64"));
    const box = await diagram(window).evaluate((element) => {
      const { width, height } = (element as SVGSVGElement).viewBox.baseVal;
      return { width, height };
    });
    // Twice as sharp, with a margin and a title.
    expect([seen.width, seen.height]).toEqual([(box.width + 32) * 2, (box.height + 66) * 2]);
    expect(seen.colours).toBeGreaterThan(20);
  });
});

for (const [width, height] of [
  [1024, 700],
  [1920, 1080],
] as const) {
  test.describe(`${width} wide`, () => {
    test.use({ viewport: { width, height } });

    test("one booking is in reach, and the list comes back", async ({ window, partner }) => {
      const { page, details } = window;
      await pending(partner, "Ada");
      await open(window, "Ada");
      await expect(diagram(window)).toBeVisible();
      const { left, right } = await diagram(window).evaluate((element) => {
        const { left, right } = element.getBoundingClientRect();
        return { left, right };
      });
      expect(left).toBeGreaterThan(0);
      expect(right).toBeLessThanOrEqual(width);
      await audit(page, `one booking, ${width} wide`);
      await details.getByRole("button", { name: width < 1200 ? "Close the details" : "List only" }).click();
      await expect(diagram(window)).toBeHidden();
      await expect(page.getByRole("grid", { name: "Bookings, newest first" })).toBeFocused();
    });
  });
}
