// The clock is ours: it stands, runs, and is moved by a click; what was due on the way happens in between.

import { audit } from "./support/audit";
import { guest } from "./support/messages";
import type { Partner } from "./support/partner";
import { expect, test, type Window_ } from "./support/test";

interface ClockState {
  mode: string;
  now: string;
  rate: number;
}

const clockOf = (partner: Partner) => partner.control<ClockState>("GET", "clock");

async function freeze(window: Window_): Promise<void> {
  const frozen = window.clock.getByRole("radio", { name: "Frozen" });
  await frozen.click();
  await expect(frozen).toBeChecked();
}

test("it stands, is moved by steps, runs sixty times as fast, and is real again", async ({
  window,
  partner,
}) => {
  await freeze(window);
  const before = await clockOf(partner);
  expect(before.mode).toBe("frozen");
  for (const [name, seconds] of [
    ["+5 min", 300],
    ["+1 h", 3_900],
    ["+1 day", 90_300],
  ] as const) {
    await window.clock.getByRole("button", { name }).click();
    await expect(window.page.getByRole("status", { name: "Notices" })).toContainText(`${name}. It is`);
    const { now } = await clockOf(partner);
    expect((Date.parse(now) - Date.parse(before.now)) / 1000).toBe(seconds);
  }
  await window.clock.getByRole("radio", { name: "60×" }).click();
  await expect(window.clock.getByRole("radio", { name: "60×" })).toBeChecked();
  expect(await clockOf(partner)).toMatchObject({ mode: "scaled", rate: 60 });
  await window.clock.getByRole("radio", { name: "Real" }).click();
  await expect(window.clock.getByRole("radio", { name: "Real" })).toBeChecked();
  expect(await clockOf(partner)).toMatchObject({ mode: "real", rate: 1 });
});

test("the merchant replies when the time has come, and not before", async ({ window, partner }) => {
  await freeze(window);
  await window.choose("Confirmation", "Later");
  await window.choose("Merchant’s reply", "Confirm");
  await window.choose("After", "30 s");
  await expect(window.sentence).toContainText(
    "New bookings wait for the merchant (PENDING_MERCHANT_CONFIRMATION); they are confirmed after 30 s.",
  );
  await partner.call("CreateBooking", guest("Ada"));
  await expect(window.row(/PENDING/)).toBeVisible();
  const next = window.clock.getByRole("button", { name: /^To the next timer: the merchant replies to/ });
  await expect(next).toHaveAccessibleName(/ in 30 s$/);
  await next.click();
  await expect(window.page.getByRole("status", { name: "Notices" })).toContainText("the merchant replied to");
  await expect(window.row(/bookings\.patch CONFIRMED told/)).toBeVisible();
  await expect(window.clock.getByText("Nothing happens by itself.")).toBeVisible();
});

test("a refusal by the merchant is set by clicks, with its cause", async ({ window, partner }) => {
  await freeze(window);
  await window.choose("Confirmation", "Later");
  await window.choose("Merchant’s reply", "Fail");
  await window.room.getByRole("combobox", { name: "Cause" }).selectOption("OVERLAPPING_RESERVATION");
  await window.room.getByRole("textbox", { name: "or after so many seconds" }).fill("90");
  await window.page.keyboard.press("Enter");
  await expect(window.sentence).toContainText("they fail after 1 min 30 s (OVERLAPPING_RESERVATION).");
  await partner.call("CreateBooking", guest("Ada"));
  await window.clock.getByRole("button", { name: "+5 min" }).click();
  await expect(window.row(/bookings\.patch FAILED told/)).toBeVisible();
  await window.choose("Merchant’s reply", "By hand");
  await expect(window.sentence).toContainText("until somebody decides.");
});

test("what expires does so by the engine's clock", async ({ window, partner }) => {
  await freeze(window);
  await partner.control("PATCH", "behaviour?expires_in_sec=90", { confirmation: "asynchronous" });
  await expect(window.band).toContainText("Ends in 1:30");
  // Nothing passes while the clock stands.
  await window.page.waitForTimeout(1_500);
  await expect(window.band).toContainText("Ends in 1:30");
  await window.clock.getByRole("button", { name: "+5 min" }).click();
  await expect(window.sentence).toHaveText("Every call answers as normal.");
});

test("the palette moves it, too", async ({ window, partner }) => {
  await freeze(window);
  const before = await clockOf(partner);
  await window.page.keyboard.press("Control+k");
  await window.page.getByRole("combobox", { name: "Find a command" }).fill("clock day ahead");
  await window.page.keyboard.press("Enter");
  await expect(window.page.getByRole("status", { name: "Notices" })).toContainText("+1 day. It is");
  const { now } = await clockOf(partner);
  expect(Date.parse(now) - Date.parse(before.now)).toBe(86_400_000);
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [1024, 1280]) {
    test.describe(`${colorScheme}, ${width} wide`, () => {
      test.use({ colorScheme, viewport: { width, height: 800 } });

      test("the clock and the merchant's reply pass", async ({ window, partner, page }) => {
        await freeze(window);
        await partner.control("PATCH", "behaviour", {
          confirmation: "asynchronous",
          merchant_reply: { decision: "fail", after_sec: 45 },
        });
        await partner.call("CreateBooking", guest("Ada"));
        await expect(window.clock.getByRole("button", { name: /^To the next timer/ })).toBeVisible();
        await audit(page, "a frozen clock with a timer, and a merchant's reply");
        await window.clock.getByRole("button", { name: "+5 min" }).click();
        await expect(window.row(/bookings\.patch FAILED told/)).toBeVisible();
        await audit(page, "a notice of what fired");
      });
    });
  }
}
