// The rules of the scenario in force: what they did, and that a switch takes one out of the next request.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { audit } from "./support/audit";
import { type BookingAnswer, guest } from "./support/messages";
import { Partner } from "./support/partner";
import { test as base, expect } from "./support/test";

const SCENARIO = `name: ruled
title: Rules to see
rules:
  - name: every second booking fails
    when: { method: CreateBooking, nth_call: { every: 2, per: all } }
    then: { failure: { cause: SLOT_UNAVAILABLE } }
  - name: health is slow
    when: { method: HealthCheck }
    then: { fault: { kind: latency, ms: 5 } }
`;

const test = base.extend({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern to know what is needed
  partner: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), "mock-partner-rules-"));
    writeFileSync(join(folder, "ruled.yaml"), SCENARIO);
    const partner = await Partner.start(0, ["--scenarios-dir", folder, "--scenario", "ruled"]);
    await use(partner);
    await partner.end();
    rmSync(folder, { recursive: true });
  },
});

async function book(partner: Partner, number: number): Promise<string | undefined> {
  const answer = await partner.call<BookingAnswer>("CreateBooking", guest("Ruled", number));
  return answer.booking_failure?.cause ?? answer.booking?.status;
}

test("rules count their hits and are switched off and on", async ({ window, partner, page }) => {
  const rules = window.room.getByRole("region", { name: "Rules of the scenario" });
  const rule = rules.getByRole("listitem").filter({ hasText: "every second booking fails" });
  await expect(rules.getByRole("listitem")).toHaveCount(2);
  await expect(rule).toContainText("no hit yet");
  await expect(window.sentence).toHaveText(
    "Every call answers as normal, unless one of the scenario’s 2 rules holds.",
  );
  expect([await book(partner, 1), await book(partner, 2)]).toEqual(["CONFIRMED", "SLOT_UNAVAILABLE"]);
  await expect(rule).toContainText("1 hit");

  const on = rule.getByRole("switch");
  await on.press("Space");
  await expect(on).not.toBeChecked();
  await expect(rule).toContainText("off · 1 hit");
  expect([await book(partner, 3), await book(partner, 4)]).toEqual(["CONFIRMED", "CONFIRMED"]);
  await rules.getByRole("button", { name: "All on" }).click();
  await expect(on).toBeChecked();
  await partner.control("PATCH", "scenarios/rules/2", { on: false });
  await expect(rules.getByRole("switch", { name: /health is slow/ })).not.toBeChecked();

  // Another scenario has none.
  await page.keyboard.press("Control+k");
  await page.keyboard.type("rules of the scenario");
  await page.keyboard.press("Enter");
  await expect(on).toBeFocused();
  await partner.control("POST", "scenarios/default/activate?discard=true");
  await expect(rules).toBeHidden();
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test("the rules pass the audit", async ({ window, page, partner }) => {
      const rules = window.room.getByRole("region", { name: "Rules of the scenario" });
      await book(partner, 1);
      await book(partner, 2);
      await expect(rules).toContainText("1 hit");
      await audit(page, "the rules");
      await rules.getByRole("switch").first().click();
      await expect(rules.getByRole("button", { name: "All on" })).toBeVisible();
      await audit(page, "a rule that is off");
    });
  });
}
