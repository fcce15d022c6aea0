// Error rates and latencies beside the limits, and the words with which one request overrides the toggles.

import { audit } from "./support/audit";
import { guest } from "./support/messages";
import { expect, test } from "./support/test";

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test("a method over its limit is marked, in the bottom line and in the table", async ({
      window,
      partner,
    }) => {
      const { page } = window;
      await page.keyboard.press("t");
      const dialog = page.getByRole("dialog", { name: "Error rate and latency" });
      await expect(dialog).toContainText("No requests yet");
      await audit(page, "no thresholds yet");
      await page.keyboard.press("Escape");
      await partner.call("CreateBooking", guest("Ada"));
      await expect(page.getByRole("button", { name: "All methods within Google’s limits" })).toBeVisible();
      await partner.control("PATCH", "behaviour", { fault: { kind: "status", status: 503 } });
      for (let number = 2; number < 6; number += 1) await partner.send("CreateBooking", guest("Ada", number));
      await page.getByRole("button", { name: "1 method over Google’s limits" }).click();
      const row = dialog.getByRole("row", { name: /^CreateBooking/ });
      await expect(row).toContainText("80 %");
      await expect(row).toContainText("too many errors");
      await audit(page, "thresholds");
      await page.keyboard.press("Escape");
      await expect(dialog).toBeHidden();
    });

    test("lines that override one request are there to copy, and work", async ({
      window,
      partner,
      context,
    }) => {
      await context.grantPermissions(["clipboard-read", "clipboard-write"]);
      const { page } = window;
      await page.keyboard.press("Control+k");
      await page.keyboard.type("override one");
      await page.keyboard.press("Enter");
      const dialog = page.getByRole("dialog", { name: "Override one request" });
      await expect(dialog).toBeVisible();
      await audit(page, "overrides");
      const lines = dialog.getByRole("row").filter({ has: page.getByRole("cell") });
      const { username, password } = partner.credentials;
      const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
      const count = await lines.count();
      expect(count).toBeGreaterThan(5);
      for (let index = 0; index < count; index += 1) {
        const line = lines.nth(index);
        await line.getByRole("button", { name: /^Copy the header/ }).click();
        await expect.poll(() => window.clipboard()).toMatch(/^X-Mock-Partner: /);
        const [name = "", value = ""] = (await window.clipboard()).split(": ");
        const booking = guest("Header", index + 1);
        const answer = await fetch(`${partner.bookingUrl}/v3/CreateBooking`, {
          method: "POST",
          headers: { authorization, "content-type": "application/json", [name]: value },
          body: JSON.stringify(booking),
        });
        expect(answer.status, value).toBe(value === "status=503" ? 503 : 200);
        await line.getByRole("button", { name: /^Copy the e-mail/ }).click();
        await expect.poll(() => window.clipboard()).toMatch(/@/);
        const email = await window.clipboard();
        const tagged = guest("Tag", index + 1);
        const { status } = await partner.send("CreateBooking", {
          ...tagged,
          user_information: { ...tagged.user_information, email },
        });
        expect(status, email).toBe(email.includes("STATUS_503") ? 503 : 200);
      }
    });
  });
}
