// The inventory: generated, looked at, changed, imported and exported, all in the window.

import { gzipSync } from "node:zlib";
import type { Locator } from "@playwright/test";
import { audit } from "./support/audit";
import { type BookingAnswer, guest } from "./support/messages";
import { expect, test, type Window_ } from "./support/test";

/** Seconds since 1970 of the next day's noon, on this computer as in the browser. */
function tomorrowNoon(): number {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, 12).getTime() / 1000;
}

function feeds() {
  const metadata = { processing_instruction: "PROCESS_AS_COMPLETE", shard_number: 0, total_shards: 1 };
  const start = tomorrowNoon();
  const availability = (service_id: string, minutes: number, open: number) => ({
    merchant_id: "m-quay",
    service_id,
    start_sec: start + minutes * 60,
    duration_sec: 1800,
    spots_total: 2,
    spots_open: open,
    confirmation_mode: "CONFIRMATION_MODE_SYNCHRONOUS",
  });
  const merchant = {
    merchant_id: "m-quay",
    name: "Quay Barbers",
    category: "hair_salon",
    geo: {
      latitude: 47.6,
      longitude: -122.3,
      address: {
        country: "US",
        locality: "Seattle",
        region: "WA",
        postal_code: "98101",
        street_address: "1 Quay Street",
      },
    },
  };
  return {
    "merchants.json": JSON.stringify({ metadata, merchant: [merchant] }),
    "services.json": JSON.stringify({
      metadata,
      service: [
        { merchant_id: "m-quay", service_id: "cut", localized_service_name: { value: "Cut" } },
        { merchant_id: "m-quay", localized_service_name: { value: "Without an id" } },
      ],
    }),
    "availability.json.gz": gzipSync(
      JSON.stringify({
        metadata,
        service_availability: [{ availability: [availability("cut", 0, 2), availability("cut", 30, 0)] }],
      }),
    ),
  };
}

async function openTab(window: Window_): Promise<void> {
  await window.page.getByRole("tab", { name: "Inventory" }).click();
}

const slotsOf = (window: Window_): Locator => window.page.getByRole("grid", { name: "Slots of the day" });

async function importFeeds(window: Window_): Promise<Locator> {
  const { page } = window;
  await openTab(window);
  await page.getByRole("button", { name: "Import…" }).click();
  const dialog = page.getByRole("dialog", { name: "Import feeds" });
  const files = Object.entries(feeds()).map(([name, content]) => ({
    name,
    mimeType: "application/octet-stream",
    buffer: Buffer.from(content),
  }));
  await dialog.getByLabel("Choose files…").setInputFiles(files);
  await dialog.getByRole("button", { name: "Import" }).click();
  await expect(dialog.getByRole("status")).toHaveText("Done.");
  return dialog;
}

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [1280, 1024]) {
    test.describe(`${colorScheme}, ${width} wide`, () => {
      test.use({ colorScheme, viewport: { width, height: 800 } });
      test.setTimeout(120_000);

      test("every screen of it passes the audit", async ({ window, partner }) => {
        const { page } = window;
        await openTab(window);
        await expect(page.getByRole("heading", { name: "No merchants yet" })).toBeVisible();
        await audit(page, "no inventory");
        await page.getByRole("button", { name: "Generate…" }).click();
        await audit(page, "generate");
        await page.keyboard.press("Escape");
        await partner.control("POST", "inventory/generate", { kind: "spa", days: 3 });
        const merchants = page.getByRole("grid", { name: "Merchants" });
        await merchants.getByRole("row").nth(1).click();
        await expect(page.getByRole("grid", { name: /^Services of/ })).toBeVisible();
        await page.getByRole("button", { name: "About the merchant" }).click();
        await audit(page, "a merchant");
        if (width < 1200) await page.getByRole("button", { name: "Close the details" }).click();
        await page
          .getByRole("grid", { name: /^Services of/ })
          .getByRole("row")
          .nth(1)
          .click();
        await page.getByRole("button", { name: "Terms of the service" }).click();
        await expect(window.details.getByRole("form", { name: "Terms of the service" })).toBeVisible();
        await audit(page, "a service");
        if (width < 1200) await page.getByRole("button", { name: "Close the details" }).click();
        await page.getByRole("button", { name: "Day after" }).click();
        await slotsOf(window).getByRole("row").nth(1).click();
        await expect(window.details.getByRole("form", { name: "The slot" })).toBeVisible();
        await audit(page, "a slot");
        await window.details.getByRole("button", { name: "Delete…" }).click();
        await expect(page.getByRole("alertdialog", { name: "Delete this slot?" })).toBeVisible();
        await audit(page, "delete a slot");
        await page.keyboard.press("Escape");
        await expect(page.getByRole("alertdialog", { name: "Delete this slot?" })).toBeHidden();
        if (width < 1200) await page.getByRole("button", { name: "Close the details" }).click();
        await page.getByRole("button", { name: "Add a slot…" }).click();
        await expect(page.getByRole("dialog", { name: "Add a slot" })).toBeVisible();
        await audit(page, "add a slot");
        await page.keyboard.press("Escape");
        const dialog = await importFeeds(window);
        await expect(dialog.getByText("/service/1/service_id", { exact: true })).toBeVisible();
        await audit(page, "an import with a bad record");
      });
    });
  }
}

test("a business is generated, booked and seen to fill, by keyboard alone", async ({ window, partner }) => {
  const { page } = window;
  const { keyboard } = page;
  await keyboard.press("Control+k");
  await keyboard.type("generate an inventory");
  await keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Generate a business" });
  await expect(dialog).toBeVisible();
  await dialog.getByRole("radio", { name: /^Salon/ }).focus();
  await keyboard.press("ArrowDown");
  await expect(dialog.getByRole("radio", { name: /^Restaurant/ })).toBeChecked();
  await dialog.getByRole("spinbutton", { name: "Slots for" }).fill("3");
  await keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("status", { name: "Notices" })).toContainText(/^Made 1 merchant, /);
  const merchants = page.getByRole("grid", { name: "Merchants" });
  await merchants.focus();
  await keyboard.press("ArrowDown");
  await keyboard.press("Tab");
  await expect(page.getByRole("grid", { name: /^Services of/ })).toBeFocused();
  await keyboard.press("ArrowDown");
  await page.getByRole("button", { name: "Day after" }).focus();
  await keyboard.press("Enter");
  await slotsOf(window).focus();
  await keyboard.press("ArrowDown");
  await expect(window.details.getByRole("region", { name: "What holds for it" })).toBeVisible();

  const { slots } = await partner.control<{ slots: Record<string, unknown>[] }>("GET", "slots?limit=1000");
  const [slot] = slots.filter((it) => it.confirmation_mode === "CONFIRMATION_MODE_SYNCHRONOUS").slice(-1);
  if (!slot) throw new Error("the restaurant has no table that is confirmed at once");
  const booking = guest("Ada");
  const { booking: booked } = await partner.call<BookingAnswer>("CreateBooking", {
    ...booking,
    slot: {
      merchant_id: slot.merchant_id,
      service_id: slot.service_id,
      start_sec: slot.start_sec,
      duration_sec: slot.duration_sec,
      ...(slot.resources ? { resources: slot.resources } : {}),
      confirmation_mode: slot.confirmation_mode,
    },
  });
  const after = await partner.control<{
    slots: { slot_id: number; spots_open: number; bookings: string[] }[];
  }>("GET", "slots?limit=1000");
  const filled = after.slots.find((it) => it.slot_id === slot.slot_id);
  expect(filled?.bookings).toEqual([booked?.booking_id]);
  expect(filled?.spots_open).toBe(Number(slot.spots_open) - 1);
});

test("feeds are imported, a bad record is named by its place, and the slots show", async ({
  window,
  partner,
}) => {
  const { page } = window;
  const dialog = await importFeeds(window);
  const results = dialog.getByRole("list", { name: "What came of it" });
  await expect(results).toContainText("merchants.json taken: 1 merchant");
  await expect(results).toContainText("services.json taken in part: 1 service · 1 bad record");
  await expect(results).toContainText("/service/1");
  await expect(results).toContainText("availability.json.gz taken: 2 slots");
  await dialog.getByRole("button", { name: "Close" }).click();
  await page.getByRole("searchbox", { name: "Find a merchant" }).fill("quay");
  await page.getByRole("row", { name: /Quay Barbers/ }).click();
  await page.getByRole("button", { name: "Go to a day with slots" }).click();
  const rows = slotsOf(window).getByRole("row");
  await expect(rows.nth(1)).toContainText(/^12:002 of 2Cut/);
  await expect(rows.nth(2)).toContainText("full (2)");

  // The same slot is booked, and the window says so by itself.
  const booking = guest("Quay");
  await partner.call("CreateBooking", {
    ...booking,
    slot: {
      merchant_id: "m-quay",
      service_id: "cut",
      start_sec: String(tomorrowNoon()),
      duration_sec: "1800",
      confirmation_mode: "CONFIRMATION_MODE_SYNCHRONOUS",
    },
  });
  await expect(rows.nth(1)).toContainText("1 of 2");

  // It has one place taken: it cannot have none, but three.
  await rows.nth(1).click();
  const form = window.details.getByRole("form", { name: "The slot" });
  await form.getByRole("spinbutton", { name: "Places" }).fill("3");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(rows.nth(1)).toContainText("2 of 3");
  await window.details.getByRole("region", { name: "Bookings" }).getByRole("button").click();
  await expect(window.details.getByRole("heading", { name: "Quay Guest" })).toBeVisible();

  await openTab(window);
  await page.getByRole("button", { name: "Feeds" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "Download availability.json" }).click();
  expect((await download).suggestedFilename()).toBe("availability.json");
});

test("an import takes away what its file does not name, by wish", async ({ window, partner }) => {
  const { page } = window;
  await (await importFeeds(window)).getByRole("button", { name: "Close" }).click();
  const slots = async () =>
    (await partner.control<{ slots: unknown[] }>("GET", "slots?merchant_id=m-quay")).slots.length;
  expect(await slots()).toBe(2);
  await page.getByRole("button", { name: "Import…" }).click();
  const dialog = page.getByRole("dialog", { name: "Import feeds" });
  const metadata = { processing_instruction: "PROCESS_AS_COMPLETE", shard_number: 0, total_shards: 1 };
  const none = JSON.stringify({ metadata, service_availability: [{ availability: [] }] });
  const file = { name: "availability.json", mimeType: "application/json", buffer: Buffer.from(none) };
  await dialog.getByLabel("Choose files…").setInputFiles([file]);
  await dialog.getByRole("button", { name: "Import" }).click();
  await expect(dialog.getByRole("status")).toHaveText("Done.");
  expect(await slots()).toBe(2);
  await dialog.getByRole("checkbox", { name: /^Take away what a file does not name/ }).check();
  await dialog.getByRole("button", { name: "Import again" }).click();
  await expect.poll(slots).toBe(0);
});

test.describe("a refusal", () => {
  test.use({ expectedErrors: [/status of 409/] });

  test("says why in place: a slot that a booking holds", async ({ window, partner }) => {
    const { page } = window;
    await (await importFeeds(window)).getByRole("button", { name: "Close" }).click();
    await page.getByRole("row", { name: /Quay Barbers/ }).click();
    await page.getByRole("button", { name: "Go to a day with slots" }).click();
    for (const name of ["Quay", "Pier"]) {
      const { user_information, ...booking } = guest(name);
      await partner.call("CreateBooking", {
        ...booking,
        user_information: { ...user_information, email: `${name}@example.com` },
        slot: {
          merchant_id: "m-quay",
          service_id: "cut",
          start_sec: String(tomorrowNoon()),
          duration_sec: "1800",
        },
      });
    }
    await expect(slotsOf(window).getByRole("row").nth(1)).toContainText("full (2)");
    await slotsOf(window).getByRole("row").nth(1).click();
    await window.details.getByRole("spinbutton", { name: "Places" }).fill("1");
    await window.details.getByRole("button", { name: "Save" }).click();
    await expect(window.details.getByRole("alert")).toContainText("taken");
    await window.details.getByRole("button", { name: "Delete…" }).click();
    await page.getByRole("button", { name: "Delete the slot" }).click();
    await expect(page.getByRole("status", { name: "Notices" })).toContainText("held by the booking");
  });
});

test("a slot is added, booked by the next request, and deleted", async ({ window }) => {
  const { page } = window;
  await (await importFeeds(window)).getByRole("button", { name: "Close" }).click();
  await page.getByRole("row", { name: /Quay Barbers/ }).click();
  await page.getByRole("button", { name: "Add a slot…" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Add a slot" });
  await dialog.getByRole("spinbutton", { name: "Places" }).fill("4");
  await dialog.getByRole("textbox", { name: "Staff" }).fill("tom");
  await dialog.getByRole("button", { name: "Add the slot" }).click();
  await expect(dialog).toBeHidden();
  await expect(slotsOf(window).getByRole("row", { selected: true })).toContainText("4 of 4");
  await window.details.getByRole("button", { name: "Delete…" }).click();
  await page.getByRole("button", { name: "Delete the slot" }).click();
  await expect(page.getByRole("heading", { name: "No slots on this day" })).toBeVisible();
});
