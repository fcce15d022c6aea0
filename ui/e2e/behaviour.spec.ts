// What the next request will get: said in words, counted down, undone, and set from elsewhere.

import { type BookingAnswer, guest } from "./support/messages";
import type { Partner } from "./support/partner";
import { expect, test } from "./support/test";

const NORMAL = "Every call answers as normal.";

/** Sends a booking and gives the cause of its failure, or its status. */
async function next(partner: Partner, number: number): Promise<string | undefined> {
  const answer = await partner.call<BookingAnswer>("CreateBooking", guest("Next", number));
  return answer.booking_failure?.cause ?? answer.booking?.status;
}

test("a failure for some times counts down in the sentence and ends", async ({ window, partner }) => {
  await window.choose("Answer bookings with", /SLOT_UNAVAILABLE/);
  await window.choose("How often", "3×");
  const words = ["three more times", "two more times", "once more"];
  for (const [index, left] of words.entries()) {
    await expect(window.sentence).toContainText(left);
    await expect(window.room.getByText(`${3 - index} left`)).toBeVisible();
    expect(await next(partner, index)).toBe("SLOT_UNAVAILABLE");
  }
  await expect(window.sentence).toHaveText(NORMAL);
  await expect(window.choice("Answer bookings with", "A booking")).toBeChecked();
  expect(await next(partner, 4)).toBe("CONFIRMED");
});

test("a failure for a minute shows what is left of it", async ({ window }) => {
  await window.choose("Answer bookings with", /SLOT_UNAVAILABLE/);
  await window.choose("For how long", "1 min");
  await expect(window.band).toContainText(/Ends in\s*(1:00|0:5\d)/);
  await expect(window.band).toContainText(/Ends in\s*0:5[0-8]/);
  await expect(window.choice("For how long", "1 min")).toBeChecked();
  await window.choose("For how long", "Until changed");
  await expect(window.band).not.toContainText("Ends in");
  await expect(window.choice("Answer bookings with", /SLOT_UNAVAILABLE/)).toBeChecked();
});

test("a failure in force that is given an end is over then", async ({ window, partner }) => {
  await window.choose("Answer bookings with", /SLOT_UNAVAILABLE/);
  const seconds = window.room.getByRole("textbox", { name: "or for so many seconds" });
  await seconds.fill("2");
  await seconds.press("Enter");
  await expect(window.band).toContainText(/Ends in\s*0:0[12]/);
  await expect(window.choice("Answer bookings with", "A booking")).toBeChecked({ timeout: 6_000 });
  await expect(window.sentence).toHaveText(NORMAL);
  expect(await next(partner, 1)).toBe("CONFIRMED");
});

test("a toggle that expires undoes itself in the window", async ({ window, partner }) => {
  await partner.control("PATCH", "behaviour?expires_in_sec=2", { confirmation: "asynchronous" });
  await expect(window.choice("Confirmation", "Later")).toBeChecked();
  await expect(window.band).toContainText(/Ends in\s*0:0[12]/);
  await expect(window.choice("Confirmation", "By slot")).toBeChecked({ timeout: 6_000 });
  await expect(window.sentence).toHaveText(NORMAL);
  await expect(window.backToNormal).toBeHidden();
  expect(await next(partner, 1)).toBe("CONFIRMED");
});

test("what a script sets is shown, and taken back in the window", async ({ window, partner }) => {
  await partner.control("PATCH", "behaviour", {
    failure: { cause: "PAYMENT_ERROR_CARD_TYPE_REJECTED", rejected_card_type: "JCB" },
    fault: { kind: "latency", ms: 20 },
    unknown_inventory: "reject",
  });
  const room = window.room;
  await expect(window.choice("Answer bookings with", /PAYMENT_ERROR_CARD_TYPE_REJECTED/)).toBeChecked();
  await expect(room.getByRole("combobox", { name: "Rejected card" })).toHaveValue("JCB");
  await expect(window.choice("What goes wrong", /latency/)).toBeChecked();
  await expect(room.getByRole("textbox", { name: "Longer by" })).toHaveValue("20");
  await expect(window.choice("Unknown inventory", "Refuse")).toBeChecked();
  await expect(window.sentence).toContainText("PAYMENT_ERROR_CARD_TYPE_REJECTED");
  await expect(window.sentence).toContainText("Calls take 20 ms longer.");
  await window.backToNormal.click();
  await expect(window.sentence).toHaveText(NORMAL);
  const { behaviour } = await partner.control<{ behaviour: { changed: boolean } }>("GET", "status");
  expect(behaviour.changed).toBe(false);
});

test("the card that is rejected is chosen in place", async ({ window, partner }) => {
  await partner.control("PATCH", "behaviour", {
    failure: { cause: "PAYMENT_ERROR_CARD_TYPE_REJECTED", rejected_card_type: "VISA" },
  });
  await window.room.getByRole("combobox", { name: "Rejected card" }).selectOption("Mastercard");
  await expect(window.sentence).toContainText("MASTERCARD");
  const answer = await partner.call<BookingAnswer>("CreateBooking", guest("Card"));
  expect(answer.booking_failure?.rejected_card_type).toBe("MASTERCARD");
});

test("a network that is down answers 503, slow takes its time", async ({ window, partner }) => {
  await window.choose("Network", "Down");
  await expect(window.sentence).toContainText("All calls get 503");
  expect((await partner.send("CreateBooking", guest("Down"))).status).toBe(503);
  await expect(window.row(/503/)).toBeVisible();
  await window.choose("Network", "Slow");
  await expect(window.sentence).toContainText("800 ms longer");
  const start = performance.now();
  expect(await next(partner, 1)).toBe("CONFIRMED");
  expect(performance.now() - start).toBeGreaterThan(590);
  await window.row(/CONFIRMED/).click();
  await expect(await window.look("Why")).toContainText("Delay that was asked for");
});

test("unknown inventory is refused on wish", async ({ window, partner }) => {
  await window.choose("Unknown inventory", "Refuse");
  await expect(window.sentence).toContainText("refused");
  const answer = await partner.send("CreateBooking", guest("Unknown"));
  expect(answer.text).not.toContain("CONFIRMED");
  await window.count(1);
});

test("Esc goes back to normal after asking once", async ({ window, partner }) => {
  const { page } = window;
  const question = page.getByRole("alertdialog", { name: "Back to normal?" });
  await page.keyboard.press("Escape");
  await window.choose("Confirmation", "Later");
  await expect(question).toBeHidden();
  await page.keyboard.press("Escape");
  await expect(question).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(question).toBeHidden();
  await expect(window.choice("Confirmation", "Later")).toBeChecked();
  await page.keyboard.press("Escape");
  await expect(question.getByRole("button", { name: "Back to normal" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(window.sentence).toHaveText(NORMAL);
  await expect(question).toBeHidden();
  expect(await next(partner, 1)).toBe("CONFIRMED");
});

test("everything is done from the palette", async ({ window, partner }) => {
  const { page } = window;
  const palette = page.getByRole("dialog", { name: "Find anything" });
  await page.keyboard.press("Control+k");
  await page.keyboard.type("overlapping");
  await expect(palette.getByRole("option")).toHaveText([/OVERLAPPING_RESERVATION/]);
  await page.keyboard.press("Enter");
  await expect(palette).toBeHidden();
  await expect(window.sentence).toContainText("OVERLAPPING_RESERVATION");
  expect(await next(partner, 1)).toBe("OVERLAPPING_RESERVATION");

  await page.keyboard.press("Control+k");
  await page.keyboard.type("back to normal");
  await page.keyboard.press("Enter");
  await expect(window.sentence).toHaveText(NORMAL);

  await page.keyboard.press("Control+k");
  await page.keyboard.type("send a sample");
  await page.keyboard.press("Enter");
  await window.count(2);

  await page.getByRole("button", { name: /^Find/ }).click();
  await page.keyboard.type("no such thing");
  await expect(palette.getByText("Nothing is called that.")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(palette).toBeHidden();
});

test("each of the fifteen causes is one dialog away", async ({ window, partner }) => {
  const { page } = window;
  const dialog = page.getByRole("dialog", { name: "Answer bookings with" });
  await page.keyboard.press("f");
  await expect(dialog.getByRole("option")).toHaveCount(16);
  await page.keyboard.type("offer");
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(window.sentence).toContainText("OFFER_UNAVAILABLE");
  await expect(window.choice("Answer bookings with", /OFFER_UNAVAILABLE/)).toBeChecked();
  expect(await next(partner, 1)).toBe("OFFER_UNAVAILABLE");

  await window.room.getByRole("button", { name: /All 15 causes/ }).click();
  await dialog.getByRole("option", { name: /^A booking/ }).click();
  await expect(window.sentence).toHaveText(NORMAL);
});

test("a reset takes everything back, after asking", async ({ window, partner }) => {
  const { page } = window;
  await next(partner, 1);
  await window.choose("Confirmation", "Later");
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Reset everything…" }).click();
  const question = page.getByRole("alertdialog", { name: "Reset everything?" });
  await question.getByRole("button", { name: "Reset everything" }).click();
  await expect(page.getByRole("heading", { name: "No requests yet" })).toBeVisible();
  await expect(window.sentence).toHaveText(NORMAL);
  await expect(page.getByRole("tab", { name: "Bookings 0" })).toBeVisible();
});
