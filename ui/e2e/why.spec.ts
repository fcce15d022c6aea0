// Why an answer came out so, what would have changed it, and what is wrong with a request, at its place.

import { audit } from "./support/audit";
import { beauty, guest } from "./support/messages";
import { expect, test } from "./support/test";

test("what would change the answer is done at a click, and the request sent again", async ({
  window,
  partner,
}) => {
  await window.choose("Answer bookings with", /SLOT_UNAVAILABLE/);
  await partner.call("CreateBooking", guest("Ada"));
  await window.row(/SLOT_UNAVAILABLE/).click();
  const why = (await window.look("Why")).getByRole("region", { name: "Why this answer" });
  await expect(why).toContainText("decided by a toggle");
  await expect(why.getByRole("listitem").filter({ hasText: "This settled it:" })).toContainText("Toggle");
  // The first idea is the one nearest to what the person did: the toggle.
  const idea = why
    .getByRole("region", { name: "What would change the answer" })
    .getByRole("listitem")
    .filter({ hasText: '"failure":null' });
  await idea.getByRole("button", { name: "Do this" }).focus();
  await window.page.keyboard.press("Enter");
  await expect(idea.getByRole("status")).toHaveText(/^Done: it is in force/);
  await expect(window.sentence).toHaveText("Every call answers as normal.");
  await expect(idea.getByRole("button", { name: "Send it again" })).toBeFocused();
  await window.page.keyboard.press("Enter");
  await expect(window.traffic.getByRole("row", { selected: true })).toContainText("CONFIRMED");
  await expect(window.details.getByText("CONFIRMED").first()).toBeVisible();
  await window.count(2);
});

test("a changed request is sent and copied", async ({ window, partner, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const { slot, ...rest } = guest("Ada");
  await partner.send("CreateBooking", { ...rest, slot: { ...slot, start_sec: "soon" } });
  await window.row(/400/).click();
  const ideas = (await window.look("Why")).getByRole("region", { name: "What would change the answer" });
  const idea = ideas.getByRole("listitem").filter({ hasText: "/slot/start_sec" }).first();
  await idea.getByRole("button", { name: "Copy as cURL with this change" }).click();
  await expect.poll(() => window.clipboard()).toContain("curl");
  expect(await window.clipboard()).not.toContain('"soon"');
  await idea.getByRole("button", { name: "Send it so" }).click();
  await window.count(2);
  await expect(window.traffic.getByRole("row", { selected: true })).not.toContainText("wrong type");
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`${colorScheme} findings`, () => {
    test.use({ colorScheme });

    test("stand in the list and at their line of the body", async ({ window, partner }) => {
      const { slot, ...rest } = guest("Ada");
      await partner.send("CreateBooking", { ...rest, slot: { ...slot, start_secs: "5" } });
      await window.row(/CONFIRMED/).click();
      const why = await window.look("Why");
      const findings = why.getByRole("region", { name: "Findings" });
      await expect(findings).toContainText("Warning");
      await audit(window.page, "why, with findings");
      await findings.getByRole("button", { name: "/slot/start_secs" }).click();
      const body = window.details
        .getByRole("tabpanel", { name: /^Request/ })
        .getByRole("textbox", { name: "Request body" });
      await expect(body).toBeFocused();
      const mark = body.getByText(/^▲ Warning: /);
      await expect(mark).toBeInViewport();
      await expect(body.locator(".cm-flagged-warning")).toContainText('"start_secs"');
      await audit(window.page, "the body with a finding");
    });
  });
}

test("requests are checked as strictly as wished", async ({ window, partner }) => {
  const { slot, ...rest } = beauty();
  const odd = { ...rest, slot: { ...slot, start_secs: "5" } };
  await window.choose("Check requests", "Reject");
  await expect(window.sentence).toContainText("A request with a mistake is refused (400).");
  expect((await partner.send("CreateBooking", odd)).status).toBe(400);
  await window.choose("Check requests", "Off");
  await expect(window.sentence).toContainText("Mistakes in requests are not looked for.");
  expect((await partner.send("CreateBooking", odd)).status).toBe(200);
  await window.row(/CONFIRMED/).click();
  await window.look("Request");
  await expect(window.details.getByText("Nothing is wrong with this request.")).toBeVisible();
  await window.backToNormal.click();
  await expect(window.choice("Check requests", "Warn")).toBeChecked();
});
