// An audit by axe of what is on the screen, run inside the page. It comes in through the debugging
// protocol, because the page's own policy rightly refuses foreign scripts.

import type { Page } from "@playwright/test";
import axe from "axe-core";
import { standStill } from "./still";
import { expect } from "./test";

export async function audit(page: Page, screen: string): Promise<void> {
  // What still moves has colours of no state: neither the one before nor the one after.
  await standStill(page);
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe.source);
  const { violations, passed } = await page.evaluate(async () => {
    const { axe: inPage } = globalThis as unknown as { axe: typeof axe };
    const results = await inPage.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    const violations = results.violations.map(({ id, help, nodes }) => ({
      id,
      help,
      where: nodes.map((node) => `${node.target.join(" ")}: ${node.failureSummary ?? ""}`),
    }));
    return { violations, passed: results.passes.map(({ id }) => id) };
  });
  expect(passed, `${screen}: an audit that looked at colours`).toContain("color-contrast");
  expect(violations, screen).toEqual([]);
}
