// Room for everything: nothing is lost sideways, whatever the window's width and the size of its letters.

import { guest } from "./support/messages";
import type { Partner } from "./support/partner";
import { standStill } from "./support/still";
import { expect, test, type Window_ } from "./support/test";

async function somethingToSee(window: Window_, partner: Partner): Promise<void> {
  await partner.control("PATCH", "behaviour", { failure: { cause: "SLOT_UNAVAILABLE", times: 2 } });
  await partner.call("CreateBooking", guest("Ada"));
  await window.row(/Ada/).click();
  await expect(window.details.getByRole("heading", { name: "CreateBooking" })).toBeVisible();
}

async function fits(window: Window_): Promise<void> {
  const { page } = window;
  // The details slide in from beyond the edge, where their buttons would be found on a slow machine.
  await standStill(page);
  await expect
    .poll(() =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
    )
    .toBeLessThanOrEqual(0);
  // What sticks out of the window to the right could not be reached at all.
  const outside = await page.evaluate(() =>
    [...document.querySelectorAll("button, input, select, [role=tab]")]
      .filter((element) => element.checkVisibility({ visibilityProperty: true }))
      .filter((element) => {
        const { left, right } = element.getBoundingClientRect();
        return right > innerWidth + 1 || left < -1;
      })
      .map((element) => element.getAttribute("aria-label") ?? element.textContent),
  );
  expect(outside, "controls outside of the window").toEqual([]);
}

for (const width of [1024, 1280, 1920]) {
  test.describe(`${width} wide`, () => {
    test.use({ viewport: { width, height: width === 1920 ? 1080 : 800 } });

    test("everything is in reach", async ({ window, partner }) => {
      await fits(window);
      await somethingToSee(window, partner);
      await fits(window);
    });

    test("so it is with letters twice as large", async ({ window, partner, page }) => {
      // As set in the browser: widths at which the layout changes grow with the letters.
      // Letters of the page's own root, in contrast, are nothing that a person sets.
      const session = await page.context().newCDPSession(page);
      await session.send("Page.setFontSizes", { fontSizes: { standard: 32, fixed: 26 } });
      await page.reload();
      await expect
        .poll(() => page.evaluate(() => getComputedStyle(document.documentElement).fontSize))
        .toBe("32px");
      await expect(window.server).toBeVisible();
      await fits(window);
      await somethingToSee(window, partner);
      await fits(window);
    });
  });
}

test.describe("zoomed to 200 %", () => {
  test.use({ viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 });

  test("a window of 1280 still does the whole job", async ({ window, partner }) => {
    await fits(window);
    await somethingToSee(window, partner);
    await expect(await window.look("Answer")).toContainText("SLOT_UNAVAILABLE");
    await fits(window);
    await window.details.getByRole("button", { name: "Close the details" }).click();
    await window.backToNormal.click();
    await expect(window.sentence).toHaveText("Every call answers as normal.");
  });
});

test.describe("1024 wide", () => {
  test.use({ viewport: { width: 1024, height: 700 } });

  test("the details lie over the rows and are closed again", async ({ window, partner }) => {
    await partner.call("CreateBooking", guest("Ada"));
    await expect(window.details.getByRole("button", { name: "Close the details" })).toBeHidden();
    await window.row(/Ada/).click();
    await expect(window.details.getByRole("heading", { name: "CreateBooking" })).toBeInViewport();
    await window.details.getByRole("button", { name: "Close the details" }).click();
    await expect(window.details.getByRole("heading", { name: "CreateBooking" })).toBeHidden();
    await expect(window.traffic).toBeFocused();
  });
});
