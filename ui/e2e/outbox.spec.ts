// The outbox and the stand-in aggregator: what is told, tried again, sent by hand and given up.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { audit } from "./support/audit";
import { type BookingAnswer, guest } from "./support/messages";
import { Partner } from "./support/partner";
import { expect, test, type Window_ } from "./support/test";

/** A booking whose merchant confirms as soon as time passes. */
async function pending(partner: Partner, name: string, number = 1): Promise<string> {
  await partner.control("PATCH", "behaviour", {
    confirmation: "asynchronous",
    merchant_reply: { decision: "confirm", after_sec: 10 },
  });
  const answer = await partner.call<BookingAnswer>("CreateBooking", guest(name, number));
  return answer.booking?.booking_id ?? "";
}

async function openOutbox(window: Window_): Promise<void> {
  await window.clock.getByRole("radio", { name: "Frozen" }).click();
  await expect(window.clock.getByRole("radio", { name: "Frozen" })).toBeChecked();
  await window.page.getByRole("tab", { name: /^Outbox/ }).click();
}

const list = (window: Window_) => window.page.getByRole("grid", { name: "Notifications, newest first" });
const fails = (window: Window_, calls: string) =>
  window.page.getByRole("radiogroup", { name: "Fail the next calls" }).getByRole("radio", { name: calls });

test("a first notification is two clicks away", async ({ window }) => {
  await openOutbox(window);
  await expect(window.page.getByRole("heading", { name: "Nothing to tell yet" })).toBeVisible();
  await window.page.getByRole("button", { name: /^1\. Let the merchant confirm/ }).click();
  await window.page.getByRole("button", { name: "2. Send a sample request" }).click();
  await window.clock.getByRole("button", { name: /^To the next timer/ }).click();
  await expect(list(window).getByRole("row", { name: /Delivered bookings\.patch CONFIRMED/ })).toBeVisible();
});

test("a stand-in that fails is tried again, and what waits is sent by hand", async ({ window, partner }) => {
  await openOutbox(window);
  await fails(window, "2").click();
  await expect(fails(window, "2")).toBeChecked();
  const id = await pending(partner, "Ada");
  await window.clock.getByRole("button", { name: /the merchant replies to/ }).click();
  const row = list(window).getByRole("row", { name: new RegExp(id) });
  await expect(row).toHaveAccessibleName(/Waiting .* 1 in \d+ s$/);
  await expect(fails(window, "1")).toBeChecked();
  await row.click();
  const attempts = window.details.getByRole("region", { name: "Attempts" });
  await expect(attempts).toContainText("503");
  await expect(attempts).toContainText("1 try");
  // By hand it fails once more; then the clock's next timer is the retry.
  await window.details.getByRole("button", { name: "Send now" }).click();
  await expect(attempts).toContainText("2 tries");
  await expect(fails(window, "None")).toBeChecked();
  const retry = window.clock.getByRole("button", { name: /the notification about .* is tried again/ });
  await retry.click();
  await expect(row).toHaveAccessibleName(/Delivered/);
  await expect(attempts).toContainText("3 tries");
  await expect(window.details.getByText("updateMask")).toBeVisible();
  await window.details.getByRole("button", { name: "Resend" }).click();
  await expect(attempts).toContainText("4 tries");
  await attempts.getByRole("button", { name: "Show the exchange" }).first().click();
  await expect(window.details.getByRole("heading", { name: "bookings.patch" })).toBeVisible();
  await expect(window.details).toContainText("HTTP 503");
});

test("what cannot be delivered is given up, by hand or by itself", async ({ window, partner }) => {
  await openOutbox(window);
  await fails(window, "1").click();
  await expect(fails(window, "1")).toBeChecked();
  const ada = await pending(partner, "Ada");
  await window.clock.getByRole("button", { name: /the merchant replies to/ }).click();
  await list(window)
    .getByRole("row", { name: new RegExp(ada) })
    .click();
  await window.details.getByRole("button", { name: "Give up" }).click();
  await expect(window.details.getByText("Given up").first()).toBeVisible();
  await window.page.getByRole("combobox", { name: "with" }).selectOption("404 not found");
  await fails(window, "1").click();
  const bela = await pending(partner, "Bela", 2);
  await window.clock.getByRole("button", { name: /the merchant replies to/ }).click();
  const row = list(window).getByRole("row", { name: new RegExp(bela) });
  await expect(row).toHaveAccessibleName(/Given up/);
  await window.page.getByRole("radio", { name: "Given up 2" }).click();
  await expect(list(window)).toHaveAttribute("aria-rowcount", "3");
  await window.page.getByRole("radio", { name: "Waiting 0" }).click();
  await expect(window.page.getByRole("heading", { name: "None is waiting" })).toBeVisible();
  await window.page.getByRole("button", { name: "Show all" }).click();
  await row.click();
  await window.details.getByRole("button", { name: "Resend" }).click();
  await expect(row).toHaveAccessibleName(/Delivered/);
});

test("the stand-in shows the places that it was told of", async ({ page }) => {
  const folder = await mkdtemp(join(tmpdir(), "loud-"));
  const scenario = join(folder, "loud.yaml");
  await writeFile(
    scenario,
    "name: loud\ntitle: Places are told\nsettings: { default_capacity: 3, send_real_time_updates: true }\n",
  );
  const loud = await Partner.start(0, ["--scenario", scenario]);
  try {
    await page.goto(loud.windowUrl);
    await page.getByRole("tab", { name: /^Outbox/ }).click();
    await page.getByRole("tab", { name: "Stand-in aggregator" }).click();
    await expect(page.getByText("Real-time updates are on.")).toBeVisible();
    await loud.call("CreateBooking", guest("Ada"));
    const places = page.getByRole("grid", { name: "Places as the stand-in was told of them" });
    await expect(places.getByRole("row", { name: /5678 .*2 of 3 at once/ })).toBeVisible();
    await loud.call("CreateBooking", guest("Bela"));
    await expect(places.getByRole("row", { name: /5678 .*1 of 3/ })).toBeVisible();
    await page.getByRole("tab", { name: "What we send" }).click();
    const told = page.getByRole("grid", { name: "Notifications, newest first" });
    await expect(
      told.getByRole("row", { name: /availability:replace places of one start/ }).first(),
    ).toBeVisible();
    await audit(page, "places that were told");
  } finally {
    // A window left open would go on calling the program that is gone.
    await page.goto("about:blank");
    await loud.end();
    await rm(folder, { recursive: true });
  }
});

test("a partner server of one's own may send to the stand-in", async ({ window, partner }) => {
  await openOutbox(window);
  await window.page.getByRole("tab", { name: "Stand-in aggregator" }).click();
  const accept = window.page.getByRole("checkbox", { name: "Take bookings it never saw" });
  await accept.click();
  await expect(accept).toBeChecked();
  expect(await partner.control("GET", "aggregator")).toMatchObject({ accept_unknown_bookings: true });
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [1024, 1280]) {
    test.describe(`${colorScheme}, ${width} wide`, () => {
      test.use({ colorScheme, viewport: { width, height: 800 } });

      test("the outbox passes", async ({ window, partner, page }) => {
        await openOutbox(window);
        await expect(page.getByRole("heading", { name: "Nothing to tell yet" })).toBeVisible();
        await audit(page, "an empty outbox");
        await fails(window, "1").click();
        await pending(partner, "Ada");
        await window.clock.getByRole("button", { name: /the merchant replies to/ }).click();
        await pending(partner, "Bela", 2);
        await window.clock.getByRole("button", { name: "+5 min" }).click();
        await fails(window, "2").click();
        await list(window)
          .getByRole("row", { name: /Delivered/ })
          .first()
          .click();
        await expect(window.details.getByRole("region", { name: "Attempts" })).toBeVisible();
        await audit(page, "notifications, with one of them");
        if (width < 1200) await page.getByRole("button", { name: "Close the details" }).click();
        await page.getByRole("tab", { name: "Stand-in aggregator" }).click();
        await expect(page.getByRole("heading", { name: "Told of no places yet" })).toBeVisible();
        await audit(page, "the stand-in");
      });
    });
  }
}
