// The dialogs that the palette opens, by keyboard alone: each is opened by its name, Tab goes round in it
// and nowhere else, and Escape gives the focus back to where it was.

import type { Page } from "@playwright/test";
import { expect, test } from "./support/test";

/** By the words that the palette has for it: the dialog's role and name. */
const DIALOGS = [
  ["Thresholds: error rate and latency", "dialog", "Error rate and latency"],
  ["Try a payment: samples and test tokens", "dialog", "Try a payment"],
  ["Packs and memberships of guests", "dialog", "Packs and memberships"],
  ["Sessions: look at one, begin one, end one", "dialog", "Sessions"],
  ["Override one request", "dialog", "Override one request"],
  ["All causes", "dialog", "Answer bookings with"],
  ["Keyboard shortcuts", "dialog", "Keyboard shortcuts"],
  ["Generate an inventory…", "dialog", "Generate a business"],
  ["Import feeds…", "dialog", "Import feeds"],
  ["Save what is set as a scenario…", "dialog", "Save what is set as a scenario"],
  ["Clear the log…", "alertdialog", "Clear the log?"],
  ["Reset everything…", "alertdialog", "Reset everything?"],
] as const;

/** More stops than any dialog has: going on that long, Tab does not come round. */
const MOST_STOPS = 80;

interface Stop {
  inside: boolean;
  seen: boolean;
  /** What it is and says; and, for two that say the same, which one it is. */
  name: string;
}

/** Where the focus is. */
function stop(page: Page, role: string): Promise<Stop> {
  return page.evaluate((role) => {
    const at = document.activeElement ?? document.body;
    const { top, bottom, left, right } = at.getBoundingClientRect();
    const all = [...document.querySelectorAll(at.tagName)];
    return {
      inside: at.closest(`[role="${role}"]`) !== null,
      seen: bottom > 0 && right > 0 && top < innerHeight && left < innerWidth,
      name: `${at.tagName} ${all.indexOf(at)} ${at.getAttribute("aria-label") ?? at.textContent?.trim()}`,
    };
  }, role);
}

test("dialogs keep the focus while they are open, and give it back", async ({ window, page }) => {
  test.setTimeout(120_000);
  await window.server.focus();
  for (const [words, role, name] of DIALOGS) {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: /find/i }).fill(words);
    await page.keyboard.press("Enter");
    const dialog = page.getByRole(role, { name, exact: true });
    await expect(dialog, words).toBeVisible();
    await expect.poll(async () => (await stop(page, role)).inside, words).toBe(true);

    const first = await stop(page, role);
    const stops = [first];
    for (;;) {
      await page.keyboard.press("Tab");
      // At the end it passes over a mark that sends it back to the beginning.
      const place = `${words}, behind ${stops.at(-1)?.name}`;
      await expect.poll(() => stop(page, role), place).toMatchObject({ inside: true, seen: true });
      const next = await stop(page, role);
      if (next.name === first.name) break;
      stops.push(next);
      expect(stops.length, `${words}: Tab comes round`).toBeLessThan(MOST_STOPS);
    }
    await page.keyboard.press("Shift+Tab");
    await expect
      .poll(async () => (await stop(page, role)).name, `${words}: and back`)
      .toBe(stops.at(-1)?.name);

    await page.keyboard.press("Escape");
    await expect(dialog, words).toBeHidden();
    await expect(window.server, `${words}: the focus goes back`).toBeFocused();
  }
});
