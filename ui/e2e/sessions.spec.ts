// Sessions in the window: what it shows and toggles is one partner's alone, and it says which.

import { audit } from "./support/audit";
import { type BookingAnswer, guest } from "./support/messages";
import type { Partner } from "./support/partner";
import { expect, test, type Window_ } from "./support/test";

/** What a client of a session does. */
async function book(partner: Partner, session: string, name: string): Promise<string | undefined> {
  const { username, password } = partner.credentials;
  const response = await fetch(`${partner.bookingUrl}/sessions/${session}/v3/CreateBooking`, {
    method: "POST",
    headers: {
      Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`,
      "Content-Type": "application/json",
    },
    body: JSON.stringify(guest(name)),
  });
  const answer = (await response.json()) as BookingAnswer;
  return answer.booking_failure?.cause ?? answer.booking?.status;
}

async function lookAt(window: Window_, session: string): Promise<void> {
  const { page } = window;
  await page.getByRole("button", { name: /^Session: / }).click();
  await page.getByRole("menuitemradio", { name: new RegExp(`^${session}`) }).click();
  await expect(page.getByRole("button", { name: `Session: ${session}` })).toBeVisible();
}

test("the window shows and toggles one partner at a time", async ({ window, partner, page }) => {
  await partner.call("CreateBooking", guest("Mainly"));
  await expect(window.row(/Mainly/)).toBeVisible();
  await expect(page.getByRole("button", { name: /^Session: / })).toBeHidden();
  expect(await book(partner, "trainee-7", "Taught")).toBe("CONFIRMED");

  await lookAt(window, "trainee-7");
  await expect(window.row(/Taught/)).toBeVisible();
  await expect(window.row(/Mainly/)).toBeHidden();
  await expect(page.getByRole("tab", { name: "Traffic 1" })).toBeVisible();
  await expect(window.band.getByText("trainee-7")).toBeVisible();
  await expect(page).toHaveTitle(/^trainee-7/);
  await expect(window.bar.getByText(`${partner.bookingUrl}/sessions/trainee-7`)).toBeVisible();

  await window.choose("Answer bookings with", /SLOT_UNAVAILABLE/);
  expect(await book(partner, "trainee-7", "Refused")).toBe("SLOT_UNAVAILABLE");
  await expect(window.row(/SLOT_UNAVAILABLE/)).toBeVisible();
  const main = await partner.call<BookingAnswer>("CreateBooking", guest("Unharmed", 2));
  expect(main.booking?.status).toBe("CONFIRMED");

  // It is kept over a reload, and left for the main partner.
  await page.reload();
  await expect(window.row(/Taught/)).toBeVisible();
  await expect(window.sentence).toContainText("SLOT_UNAVAILABLE");
  await lookAt(window, "main");
  await expect(window.row(/Unharmed/)).toBeVisible();
  await expect(window.row(/Taught/)).toBeHidden();
  await expect(window.sentence).toHaveText("Every call answers as normal.");
  await expect(page).toHaveTitle("Mock Partner");
});

test("a session is begun and ended by keyboard", async ({ window, partner, page }) => {
  await page.keyboard.press("Control+k");
  await page.keyboard.type("sessions");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Sessions" });
  await expect(dialog.getByText("None yet.")).toBeVisible();
  await dialog.getByRole("textbox", { name: "New session" }).press("Tab");
  await dialog.getByRole("textbox", { name: "New session" }).focus();
  await page.keyboard.type("suite-1");
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("button", { name: "Session: suite-1" })).toBeVisible();
  await expect(window.sentence).toHaveText("Every call answers as normal.");
  // The server is that of the whole program.
  const menu = await window.open();
  await menu.getByRole("button", { name: "Stop the server" }).click();
  await expect(window.sentence).toContainText("The server is stopped.");
  await window.band.getByRole("button", { name: "Start the server" }).click();
  await expect(window.sentence).toHaveText("Every call answers as normal.");

  await page.keyboard.press("Control+k");
  await page.keyboard.type("sessions");
  await page.keyboard.press("Enter");
  await dialog.getByRole("button", { name: "End suite-1…" }).press("Enter");
  const question = page.getByRole("alertdialog", { name: "End the session suite-1?" });
  await question.getByRole("button", { name: "End the session" }).press("Enter");
  await expect(page.getByRole("button", { name: /^Session: / })).toBeHidden();
  expect((await partner.control<{ sessions: unknown[] }>("GET", "sessions")).sessions).toEqual([]);
});

test.describe("a session that is not there", () => {
  test.use({ expectedErrors: [/status of 404/] });

  test("is waited for, and shown once it is begun", async ({ window, partner, page }) => {
    expect(await book(partner, "short", "Brief")).toBe("CONFIRMED");
    await lookAt(window, "short");
    await expect(window.row(/Brief/)).toBeVisible();
    await partner.control("DELETE", "sessions/short");
    const alert = page.getByRole("alert").filter({ hasText: "There is no session short" });
    await expect(alert).toBeVisible();
    await audit(page, "a session that is over");
    await alert.getByRole("button", { name: "Begin it" }).click();
    await expect(alert).toBeHidden();
    await expect(page.getByRole("heading", { name: "No requests yet" })).toBeVisible();
  });
});

test.describe("a name that is none", () => {
  test.use({ expectedErrors: [/status of 422/] });

  test("is refused in place", async ({ window: _, page }) => {
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Sessions…" }).click();
    const dialog = page.getByRole("dialog", { name: "Sessions" });
    await dialog.getByRole("textbox", { name: "New session" }).fill("no name!");
    await dialog.getByRole("button", { name: "Begin and look at it" }).click();
    await expect(dialog.getByRole("alert")).toContainText("is no name for a session");
  });
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [1024, 1280]) {
    test.describe(`${colorScheme}, ${width} wide`, () => {
      test.use({ colorScheme, viewport: { width, height: 800 } });

      test("sessions pass the audit", async ({ window, partner, page }) => {
        await book(partner, "trainee-7", "Taught");
        await book(partner, "a-suite-with-a-longer-name-than-most", "Tested");
        await page.getByRole("button", { name: "Session: main" }).click();
        await expect(page.getByRole("menuitemradio", { name: /^trainee-7/ })).toBeVisible();
        await audit(page, "the menu of sessions");
        await page.getByRole("menuitem", { name: /^All sessions/ }).click();
        await expect(page.getByRole("dialog", { name: "Sessions" })).toBeVisible();
        await audit(page, "all sessions");
        await page.getByRole("button", { name: /^Look at a-suite/ }).click();
        await expect(window.row(/Tested/)).toBeVisible();
        await window.choose("Answer bookings with", /SLOT_UNAVAILABLE/);
        await audit(page, "the window of a session");
      });
    });
  }
}
