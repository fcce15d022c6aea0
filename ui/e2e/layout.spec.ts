// Room for everything: nothing is lost sideways, whatever the window's width and the size of its letters.

import type { Locator, Page } from "@playwright/test";
import { audit } from "./support/audit";
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

test.describe("a part of the window that is gone", () => {
  test.use({ expectedErrors: [/status of 404|CodeView|dynamically imported/] });

  test("leaves no empty page, and is there after loading again", async ({ window, partner, page }) => {
    await page.route("**/assets/CodeView-*.js", (route) => route.fulfill({ status: 404 }));
    await partner.call("CreateBooking", guest("Ada"));
    await window.row(/Ada/).click();
    const alert = page.getByRole("alert");
    await expect(alert).toContainText("This window could not go on");
    await audit(page, "a window that could not go on");
    await page.unroute("**/assets/CodeView-*.js");
    await alert.getByRole("button", { name: "Load the window again" }).click();
    await window.row(/Ada/).click();
    await expect(await window.look("Answer")).toContainText("CONFIRMED");
  });
});

/** A name as long as one may be. */
const LONG_NAME = "suite-of-the-payments-team-in-the-night-of-november-22-run-00017";

for (const colorScheme of ["light", "dark"] as const) {
  for (const viewport of [
    { width: 1024, height: 768 },
    { width: 1280, height: 800 },
  ]) {
    test.describe(`${colorScheme}, ${viewport.width} x ${viewport.height}`, () => {
      test.use({ colorScheme, viewport });

      test("a session keeps the bar in one line, however long its name", async ({
        window,
        partner,
        page,
      }) => {
        expect(LONG_NAME).toHaveLength(64);
        const { scenarios } = await partner.control<{ scenarios: { name: string; title: string }[] }>(
          "GET",
          "scenarios",
        );
        const longest = scenarios.reduce((a, b) => (b.title.length > a.title.length ? b : a));
        await partner.control("POST", `scenarios/${longest.name}/activate?session=${LONG_NAME}`, {});
        await page.goto(`${partner.windowUrl}&session=${LONG_NAME}`);
        await page.reload();
        const session = window.bar.getByRole("button", { name: `Session: ${LONG_NAME}` });
        await expect(window.bar.getByText(longest.title)).toBeVisible();
        await expect(session).toBeVisible();
        await fits(window);
        expect(await linesOf(window.bar)).toBe(1);
        const find = window.bar.getByRole("button", { name: /^Find/ });
        const before = await find.boundingBox();
        await session.click();
        await expect(page.getByRole("menuitemradio", { name: /^main/ })).toBeVisible();
        expect(await find.boundingBox(), "an open menu moves nothing").toEqual(before);
        await page.keyboard.press("Escape");
        // What is cut is said to whoever points at it.
        await expect(session).toHaveAttribute("title", LONG_NAME);
        for (const [text, title] of [
          [LONG_NAME, LONG_NAME],
          [`/sessions/${LONG_NAME}`, `${partner.bookingUrl}/sessions/${LONG_NAME}`],
        ] as const) {
          const shown = window.bar.getByText(text, { exact: true });
          expect(await isCut(shown), text).toBe(true);
          await expect(shown.locator("xpath=ancestor-or-self::*[@title][1]")).toHaveAttribute("title", title);
        }
        await expect(window.band.getByText(LONG_NAME)).toHaveAttribute("title", LONG_NAME);
        // What a client needs first stays whole.
        const { username, password } = partner.credentials;
        for (const whole of [partner.bookingUrl, `${username}:${password}`]) {
          const shown = window.bar.getByText(whole, { exact: true });
          expect(await isCut(shown), whole).toBe(false);
        }
      });
    });
  }
}

/** Whether dots stand for the end of a text: a hair's breadth too little is enough. */
async function isCut(shown: Locator): Promise<boolean> {
  return shown.evaluate((it) => {
    const text = document.createRange();
    text.selectNodeContents(it);
    return text.getBoundingClientRect().width > it.getBoundingClientRect().width + 0.01;
  });
}

/** Labels, choices and hints in fields that have less room than they need. */
async function cutWords(page: Page): Promise<string[]> {
  await standStill(page);
  return page.evaluate(() => {
    const pen = document.createElement("canvas").getContext("2d");
    const cut = (element: Element, words: string, reserve: number) => {
      const { font, paddingLeft, paddingRight } = getComputedStyle(element);
      if (!pen) throw new Error("no canvas to measure with");
      pen.font = font;
      const room = element.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
      return pen.measureText(words).width > room - reserve ? [words] : [];
    };
    const ARROW = 20;
    return [
      ...document.querySelectorAll<HTMLElement>("label:not(.visually-hidden), select, input[placeholder]"),
    ]
      .filter((element) => element.checkVisibility({ visibilityProperty: true }))
      .flatMap((element) => {
        if (element instanceof HTMLInputElement) return cut(element, element.placeholder, 0);
        if (element instanceof HTMLSelectElement)
          return [...element.options].flatMap(({ text }) => cut(element, text, ARROW));
        return element.clientWidth > 0 && element.scrollWidth > element.clientWidth
          ? [element.innerText]
          : [];
      });
  });
}

test.describe("1280 wide", () => {
  test("forms have room for their words", async ({ window, partner, page }) => {
    await partner.control("POST", "inventory/generate", { kind: "salon", days: 1 });
    expect(await cutWords(page), "the control room").toEqual([]);
    for (const tab of ["Bookings", "Outbox", "Inventory", "Scenarios"]) {
      await page.getByRole("tab", { name: tab }).click();
      expect(await cutWords(page), tab).toEqual([]);
    }
    await page.getByRole("tab", { name: "Inventory" }).click();
    await page.getByRole("grid", { name: "Merchants" }).getByRole("row").nth(1).click();
    await page
      .getByRole("grid", { name: /^Services of/ })
      .getByRole("row")
      .nth(1)
      .click();
    await expect(window.details.getByRole("form", { name: "Terms of the service" })).toBeVisible();
    expect(await cutWords(page), "a service").toEqual([]);
    for (const [command, title] of [
      ["packs and memberships", "Packs and memberships"],
      ["generate an inventory", "Generate a business"],
      ["sessions: look", "Sessions"],
      ["try a payment", /./],
    ] as const) {
      await page.keyboard.press("Control+k");
      await page.keyboard.type(command);
      await page.keyboard.press("Enter");
      await expect(page.getByRole("dialog", { name: title })).toBeVisible();
      expect(await cutWords(page), command).toEqual([]);
      await page.keyboard.press("Escape");
      await expect(page.getByRole("dialog")).toBeHidden();
    }
    await expect(window.room).toBeVisible();
  });
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    // An audit passes over what cannot be pressed; people read it all the same.
    test("a main button that cannot be pressed yet can be read", async ({ window: _, page }) => {
      await page.keyboard.press("Control+k");
      await page.keyboard.type("sessions: look");
      await page.keyboard.press("Enter");
      const button = page.getByRole("button", { name: "Begin and look at it" });
      await expect(button).toBeDisabled();
      await standStill(page);
      const ratio = await button.evaluate((it) => {
        const light = (colour: string) => {
          const [r = 0, g = 0, b = 0] = (colour.match(/[\d.]+/g) ?? []).map((part) => {
            const channel = Number(part) / 255;
            return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
          });
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const { color, backgroundColor } = getComputedStyle(it);
        const [least = 0, most = 0] = [light(color), light(backgroundColor)].sort((a, b) => a - b);
        return (most + 0.05) / (least + 0.05);
      });
      expect(ratio).toBeGreaterThanOrEqual(4.5);
    });
  });
}

/** Over how many lines the parts of a bar are spread. */
async function linesOf(bar: Locator): Promise<number> {
  return bar.evaluate((it) => {
    const middles = [...it.children]
      .filter((child) => child.checkVisibility())
      .map((child) => child.getBoundingClientRect())
      .map(({ top, bottom }) => Math.round((top + bottom) / 20));
    return new Set(middles).size;
  });
}
