// Packs and memberships: given to a guest in the window, used by a client's booking.

import { audit } from "./support/audit";
import { type BookingAnswer, guest } from "./support/messages";
import { expect, test } from "./support/test";

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test("a pack is given, used and used up", async ({ window, partner, page }) => {
      const booking = guest("Packed");
      await window.room.getByRole("button", { name: "Packs and memberships…" }).click();
      const dialog = page.getByRole("dialog", { name: "Packs and memberships" });
      await expect(dialog.getByText("No guest owns one yet.")).toBeVisible();
      await audit(page, "no packs");
      await dialog.getByRole("textbox", { name: "Guest (user_id)" }).fill(booking.user_information.user_id);
      await dialog.getByRole("textbox", { name: "Merchant (merchant_id)" }).fill(booking.slot.merchant_id);
      await dialog.getByRole("textbox", { name: "Uses" }).press("Enter");
      const rows = dialog.getByRole("table").getByRole("row");
      await expect(rows.nth(1)).toContainText("10 of 10");
      await audit(page, "a pack");
      const { user_payment_options: options } = await partner.control<{
        user_payment_options: { user_payment_option_id: string }[];
      }>("GET", "user_payment_options");
      const answer = await partner.call<BookingAnswer>("CreateBooking", {
        ...booking,
        payment_information: {
          prepayment_status: "PREPAYMENT_PROVIDED",
          user_payment_option_id: options[0]?.user_payment_option_id,
        },
      });
      expect(answer.booking?.status).toBe("CONFIRMED");
      await expect(rows.nth(1)).toContainText("9 of 10");
      await dialog.getByRole("button", { name: /^Use up/ }).click();
      await expect(rows.nth(1)).toContainText("0 of 10");
    });
  });
}
