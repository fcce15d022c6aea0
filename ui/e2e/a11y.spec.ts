// Every screen, in both themes and in a wide and a narrow window, without a single finding of axe; and
// what a screen reader is told about the places that are there all the time.

import { audit } from "./support/audit";
import { guest } from "./support/messages";
import { expect, test } from "./support/test";

const SIZES = [
  { width: 1280, height: 800 },
  { width: 1024, height: 700 },
];

for (const colorScheme of ["light", "dark"] as const) {
  for (const viewport of SIZES) {
    test.describe(`${colorScheme}, ${viewport.width} wide`, () => {
      test.use({ colorScheme, viewport });
      // Some forty audits on one machine's processor take their time.
      test.setTimeout(120_000);

      test("while nothing came yet", async ({ window, page }) => {
        await expect(page.getByRole("heading", { name: "No requests yet" })).toBeVisible();
        await audit(page, "empty");
        await page.getByRole("tab", { name: /^Bookings/ }).click();
        await expect(page.getByRole("heading", { name: "No bookings yet" })).toBeVisible();
        await audit(page, "no bookings");
        await page.getByRole("tab", { name: /^Traffic/ }).click();
        await page.keyboard.press("/");
        await expect(page.getByRole("listbox", { name: "Ways to filter" })).toBeVisible();
        await audit(page, "the filter's offers");
        await expect(window.filter).toBeFocused();
      });

      test("rows, details and bookings", async ({ window, page, partner }) => {
        await partner.call("CreateBooking", guest("Ada"));
        await partner.control("PATCH", "behaviour", { confirmation: "asynchronous" });
        await partner.call("CreateBooking", guest("Bela", 2));
        await partner.control("PATCH", "behaviour", {
          confirmation: "inventory",
          failure: { cause: "SLOT_UNAVAILABLE", times: 3 },
        });
        await partner.call("CreateBooking", guest("Cleo", 3));
        await partner.send("CreateBooking", "{");
        await window.count(4);
        await audit(page, "rows, with the band of a failure");

        await window.row(/Cleo/).click();
        for (const tab of ["Answer", "Request", "Headers", "Why"] as const) {
          await expect(await window.look(tab)).toBeVisible();
          await audit(page, `details: ${tab}`);
        }
        if (viewport.width < 1200) await page.getByRole("button", { name: "Close the details" }).click();
        await page.getByRole("button", { name: "Pause" }).click();
        await partner.send("HealthCheck");
        await expect(page.getByRole("button", { name: "1 new row, resume" })).toBeVisible();
        await audit(page, "paused");
        await window.filter.fill("outcome:error status:2xx");
        await expect(page.getByRole("heading", { name: "Nothing matches" })).toBeVisible();
        await audit(page, "nothing matches");

        await page.getByRole("tab", { name: /^Bookings/ }).click();
        await page.getByRole("row", { name: /Bela/ }).click();
        await expect(window.details.getByRole("group", { name: /^Sequence diagram/ })).toBeVisible();
        await audit(page, "bookings, with one of them");
      });

      test("dialogs and menus", async ({ window, page, partner }) => {
        await partner.control("PATCH", "behaviour?expires_in_sec=600", {
          failure: { cause: "PAYMENT_ERROR_CARD_TYPE_REJECTED", rejected_card_type: "VISA" },
          fault: { kind: "latency", ms: 1 },
        });
        await expect(window.band).toContainText("Ends in");
        const over = [
          { key: "f", role: "dialog", name: "Answer bookings with" },
          { key: "Control+k", role: "dialog", name: "Find anything" },
          { key: "?", role: "dialog", name: "Keyboard shortcuts" },
          { key: "Escape", role: "alertdialog", name: "Back to normal?" },
        ] as const;
        for (const { key, role, name } of over) {
          await page.keyboard.press(key);
          await expect(page.getByRole(role, { name })).toBeVisible();
          await audit(page, name);
          await page.keyboard.press("Escape");
          await expect(page.getByRole(role, { name })).toBeHidden();
        }
        for (const name of ["More", "Theme"]) {
          await page.getByRole("button", { name, exact: true }).click();
          await expect(page.getByRole("menu")).toBeVisible();
          await audit(page, `menu: ${name}`);
          await page.keyboard.press("Escape");
          await expect(page.getByRole("menu")).toBeHidden();
        }
        const menu = await window.open();
        await expect(menu).toBeVisible();
        await audit(page, "the server's menu");
        await menu.getByRole("textbox", { name: "Port" }).fill("99999");
        await menu.getByRole("button", { name: "Change port" }).click();
        await expect(menu.getByRole("alert")).toBeVisible();
        await audit(page, "the server's menu with a problem");
        await menu.getByRole("button", { name: "Stop the server" }).click();
        await expect(window.band.getByRole("button", { name: "Start the server" })).toBeVisible();
        await audit(page, "the band of a stopped server");
      });
    });
  }
}

test("the theme is chosen in the window and kept", async ({ window, page }) => {
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await page.getByRole("button", { name: "Theme" }).click();
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  await expect.poll(background).not.toBe(light);
  await audit(page, "dark by choice");
  await page.reload();
  await expect(window.server).toBeVisible();
  expect(await background()).not.toBe(light);
});

test("an address without its token passes, too", async ({ page, partner }) => {
  await page.goto(partner.ready.control_url);
  await expect(page.getByRole("heading", { name: "This address is not complete" })).toBeVisible();
  await audit(page, "no token");
});

test.describe("the engine is gone", () => {
  test.use({ expectedErrors: [/net::ERR_/] });

  test("its notice passes, too", async ({ window, page, partner }) => {
    await expect(window.traffic.or(page.getByRole("heading", { name: "No requests yet" }))).toBeVisible();
    await partner.end("SIGKILL");
    await expect(page.getByRole("alert")).toContainText("The engine does not answer.");
    await audit(page, "engine gone");
  });
});

test("the bar and the control room read as they are meant", async ({ window }) => {
  await expect(window.bar).toMatchAriaSnapshot(`
    - banner:
      - heading "Mock Partner" [level=1]
      - 'button "Server: Running"'
      - code: /^http://127.0.0.1:\\d+$/
      - button "Copy the address"
      - text: Sign-in
      - code: mock:partner
      - button "Copy the credentials"
      - button "Scenario Every booking works"
      - button "Find Ctrl K"
      - button "Theme"
      - button "More"
  `);
  await expect(window.room).toMatchAriaSnapshot(`
    - complementary "Control room":
      - heading "Control room" [level=2]
      - radiogroup "Confirmation":
        - radio "By slot" [checked]
        - radio "At once"
        - radio "Later"
      - radiogroup "Merchant’s reply":
        - radio "By hand" [checked]
        - radio "Confirm"
        - radio "Decline"
        - radio "Fail"
      - radiogroup "Answer bookings with":
        - radio "A booking" [checked]
        - paragraph: Slot
        - radio "Slot is gone SLOT_UNAVAILABLE"
        - radio "Guest already has this slot SLOT_ALREADY_BOOKED_BY_USER"
        - radio "Another booking too close OVERLAPPING_RESERVATION"
        - paragraph: Payment
        - radio "Card declined PAYMENT_ERROR_CARD_DECLINED"
        - radio "Bank wants a 3-D Secure check PAYMENT_REQUIRES_3DS1"
      - button "All 15 causes… F"
      - radiogroup "Payment":
        - radio "As the service says" [checked]
        - radio "Pay on arrival"
        - radio "Pay in full"
        - radio "No-show fee"
        - radio "Deposit"
        - radio "Card required"
      - radiogroup "Processed by":
        - radio "Partner" [checked]
        - radio "Google"
      - text: Processor says
      - combobox "Processor says"
      - button "Send a sample with this payment"
      - button "Test tokens and samples…"
      - radiogroup "Network":
        - radio "Fast" [checked]
        - radio "Slow"
        - radio "Flaky"
        - radio "Down"
      - radiogroup "Unknown inventory":
        - radio "Accept" [checked]
        - radio "Refuse"
      - paragraph: New merchant, service and slot ids just work.
      - radiogroup "Check requests":
        - radio "Off"
        - radio "Warn" [checked]
        - radio "Reject"
      - paragraph: Mistakes are flagged; the answer stays lenient.
      - button "Override one request…"
  `);
});
