// Payments in the window: which one, who handles it, what the processor says; a sample of each, and the
// tokens by which a request chooses for itself.

import { audit } from "./support/audit";
import type { Partner } from "./support/partner";
import { expect, test, type Window_ } from "./support/test";

const MODES: [string, RegExp][] = [
  ["Pay on arrival", /PREPAYMENT_NOT_PROVIDED/],
  ["Pay in full", /PREPAYMENT_PROVIDED/],
  ["No-show fee", /"no_show_fee"/],
  ["Deposit", /"deposit"/],
  ["Card required", /PREPAYMENT_NOT_PROVIDED/],
];

async function openDialog(window: Window_) {
  await window.room.getByRole("button", { name: "Test tokens and samples…" }).click();
  return window.page.getByRole("dialog", { name: "Try a payment" });
}

const notice = (window: Window_) => window.page.getByRole("status", { name: "Notices" });

interface Exchanges {
  exchanges: { id: number }[];
}

/** The body of the newest answer, once there are so many. */
async function newestAnswer(partner: Partner, count: number): Promise<string> {
  let id: number | undefined;
  await expect(async () => {
    const { exchanges } = await partner.control<Exchanges>("GET", "exchanges?method=CreateBooking");
    expect(exchanges).toHaveLength(count);
    id = exchanges[0]?.id;
  }).toPass();
  const exchange = await partner.control<{ response: { body: string } }>("GET", `exchanges/${id}`);
  return exchange.response.body;
}

test("a sample of each mode is answered in that mode, and the toggles stay", async ({ window, partner }) => {
  const dialog = await openDialog(window);
  for (const [index, [name, words]] of MODES.entries()) {
    await dialog.getByRole("button", { name, exact: true }).click();
    expect(await newestAnswer(partner, index + 1)).toMatch(words);
    await expect(dialog.getByRole("status")).toContainText("CreateBooking answered CONFIRMED.");
  }
  await dialog.getByRole("button", { name: "Close" }).click();
  await expect(window.sentence).toHaveText("Every call answers as normal.");
});

test("a token chooses the answer, whatever the toggles say", async ({ window }) => {
  const dialog = await openDialog(window);
  for (const [token, answer] of [
    ["tok_reject_amex", "PAYMENT_ERROR_CARD_TYPE_REJECTED"],
    ["tok_requires_3ds1", "PAYMENT_REQUIRES_3DS1"],
    ["tok_approve", "CONFIRMED"],
  ]) {
    await dialog.getByRole("button", { name: `Send a sample with ${token}` }).click();
    await expect(dialog.getByRole("status")).toContainText(`CreateBooking answered ${answer}.`);
  }
});

test("the processor is told what to say, with each brand of cards", async ({ window, partner }) => {
  await window.choose("Payment", "Deposit");
  const says = window.room.getByRole("combobox", { name: "Processor says" });
  await says.selectOption("Card brand not taken");
  for (const [index, brand] of ["Mastercard", "American Express", "Discover", "JCB", "Visa"].entries()) {
    await window.choose("Card that is not taken", brand);
    const name = brand.toUpperCase().replace(" ", "_");
    await expect(window.sentence).toContainText(`(PAYMENT_ERROR_CARD_TYPE_REJECTED, ${name})`);
    await window.room.getByRole("button", { name: "Send a sample with this payment" }).click();
    expect(await newestAnswer(partner, index + 1)).toContain(`"rejected_card_type":"${name}"`);
  }
  await says.selectOption("Payment goes through");
  await window.room.getByRole("button", { name: "Send a sample with this payment" }).click();
  await expect(notice(window)).toContainText("CreateBooking answered CONFIRMED.");
});

test("the parameters of a challenge are left out on demand", async ({ window }) => {
  await window.choose("Payment", "Pay in full");
  await window.room.getByRole("combobox", { name: "Processor says" }).selectOption("Bank wants 3-D Secure");
  await window.choose("3-D Secure parameters", "Missing");
  await expect(window.sentence).toContainText("3-D Secure challenges lack their parameters.");
  await window.room.getByRole("button", { name: "Send a sample with this payment" }).click();
  await expect(notice(window)).toContainText("CreateBooking answered PAYMENT_REQUIRES_3DS1.");
  await window.row(/PAYMENT_REQUIRES_3DS1/).click();
  await expect(await window.look("Answer")).not.toContainText("acs_url");
  await window.backToNormal.click();
  await expect(window.choice("Payment", "As the service says")).toBeChecked();
});

test("the bank's page of the last challenge is opened by a link", async ({ window, context }) => {
  const dialog = await openDialog(window);
  await dialog.getByRole("button", { name: "Send a sample with tok_requires_3ds1" }).click();
  await expect(dialog.getByRole("status")).toContainText("PAYMENT_REQUIRES_3DS1");
  const opened = context.waitForEvent("page");
  await dialog.getByRole("button", { name: "Open the bank’s last challenge" }).click();
  const bank = await opened;
  await expect(bank.getByRole("textbox", { name: "PaReq" })).not.toHaveValue("");
  await bank.getByRole("button", { name: "Open the challenge" }).click();
  await expect(bank.getByRole("heading", { name: "Confirm your payment" })).toBeVisible();
  await bank.getByRole("button", { name: "Approve the payment" }).click();
  await expect(bank.getByRole("button", { name: "Let it time out" })).toBeHidden();
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [1024, 1280]) {
    test.describe(`${colorScheme}, ${width} wide`, () => {
      test.use({ colorScheme, viewport: { width, height: 800 } });

      test("the payments pass", async ({ window, partner, page }) => {
        await partner.control("PATCH", "behaviour", {
          payment: { mode: "deposit", authorisation: "reject_card_type", threeds1_parameters: "missing" },
        });
        await expect(window.sentence).toContainText("the card’s brand is not taken");
        await audit(page, "the control room with a payment that fails");
        const dialog = await openDialog(window);
        await expect(dialog.getByRole("row", { name: /^tok_approve/ })).toBeVisible();
        await audit(page, "the test tokens");
      });
    });
  }
}
