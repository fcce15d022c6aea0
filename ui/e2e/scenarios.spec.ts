// Scenarios from end to end: cards of real files, loading one, the question where work would be lost, a file
// that breaks while it is in force, saving what is set, and a walk-through from its first step to its last.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { audit } from "./support/audit";
import { guest } from "./support/messages";
import { Partner } from "./support/partner";
import { standStill } from "./support/still";
import { test as base, expect } from "./support/test";

const SLOT = '{ merchant_id: m-1, service_id: massage, start_sec: "1804014000", duration_sec: "3600" }';

const user = (id: string, name: string) =>
  `{ user_id: ${id}, given_name: ${name}, family_name: Guest, telephone: "+12065550142", email: ${id}@example.com }`;

const send = (token: string, id: string, name: string) => `
    send:
      method: CreateBooking
      body:
        idempotency_token: ${token}
        slot: \${slot}
        user_information: ${user(id, name)}
        payment_information: { prepayment_status: PREPAYMENT_NOT_PROVIDED }`;

const LAST_PLACE = `name: last-place
title: The last place
description: Two guests want it, and one of them is late.
audience: [product, training]
clock: { mode: frozen, now: "2027-03-01T12:00:00Z" }
inventory:
  merchants: [{ merchant_id: m-1, name: Harbor Spa, category: spa, geo: { latitude: 47.6, longitude: -122.3 } }]
  services: [{ merchant_id: m-1, service_id: massage, name: Massage }]
  availability:
    - { merchant_id: m-1, service_id: massage, start_sec: 1804014000, duration_sec: 3600, spots_total: 1, spots_open: 1 }
variables:
  slot: ${SLOT}
steps:
  - title: Mina takes the last place
    text: |
      The **last** place of the morning. See [the protocol](https://developers.google.com/actions-center),
      and <b>no</b> HTML.${send("t-1", "u-mina", "Mina")}
    expect:
      fields: { /booking/status: CONFIRMED }
  - title: Tom is late
    text: He gets \`SLOT_UNAVAILABLE\`.${send("t-2", "u-tom", "Tom")}
    expect:
      cause: SLOT_UNAVAILABLE
  - title: This expects too much
    text: The file is wrong about this one.${send("t-3", "u-eva", "Eva")}
    expect:
      cause: PAYMENT_ERROR
`;

const QUIET = `name: quiet
title: Nothing happens
description: Not much to see.
audience: [engineering]
`;

const BROKEN = `name: broken
title: Broken
description: Its rule has a typing error.
rules:
  - name: typing-error
    when: { metod: CreateBooking }
    then: { failure: { cause: SLOT_UNAVAILABLE } }
`;

const test = base.extend<{ folder: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern to know what is needed
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), "mock-partner-scenarios-"));
    await writeFile(join(folder, "last-place.yaml"), LAST_PLACE);
    await writeFile(join(folder, "quiet.yaml"), QUIET);
    await writeFile(join(folder, "broken.yaml"), BROKEN);
    await use(folder);
    await rm(folder, { recursive: true });
  },
  partner: async ({ folder }, use) => {
    const partner = await Partner.start(0, ["--scenarios-dir", folder]);
    await use(partner);
    await partner.end();
  },
});

test.describe("scenarios", () => {
  // The browser writes refusals to the console: the question is one.
  test.use({ expectedErrors: [/409 \(Conflict\)/] });

  test.beforeEach(async ({ window, page }) => {
    await expect(window.server).toBeVisible();
    await page.getByRole("tab", { name: "Scenarios" }).click();
    await expect(page.getByRole("button", { name: "Load “Nothing happens”" })).toBeVisible();
  });

  test("one press loads one, and what is in force is said", async ({ window, page, partner }) => {
    await page.getByRole("button", { name: "Load “Nothing happens”" }).click();
    await expect(window.bar.getByRole("button", { name: /^Scenario Nothing happens/ })).toBeVisible();
    const status = await partner.control<{ scenario: { name: string } }>("GET", "status");
    expect(status.scenario.name).toBe("quiet");
    await expect(window.details.getByRole("heading", { name: "Nothing happens" })).toBeVisible();
    await expect(window.details.getByRole("region", { name: "The file", exact: true })).toContainText(
      "title: Nothing",
    );
  });

  test("asks before work is lost, and leaves all as it is when told to", async ({
    window,
    page,
    partner,
  }) => {
    await partner.call("CreateBooking", guest("Ada"));
    await partner.control("PATCH", "behaviour", { confirmation: "asynchronous" });
    const question = page.getByRole("alertdialog", { name: "Load “Nothing happens”?" });
    await page.getByRole("button", { name: "Load “Nothing happens”" }).click();
    await expect(question.getByRole("listitem")).toHaveText([
      "1 booking",
      "1 exchange",
      "1 toggle: confirmation",
    ]);
    await audit(page, "the question before a scenario is loaded");
    await page.keyboard.press("Escape");
    await expect(question).toBeHidden();
    expect(await partner.control("GET", "bookings")).toMatchObject({ bookings: [{}] });
    await page.getByRole("button", { name: "Load “Nothing happens”" }).click();
    await question.getByRole("button", { name: "Discard and load" }).click();
    await expect(window.bar.getByRole("button", { name: /^Scenario Nothing happens/ })).toBeVisible();
    await expect(page.getByRole("tab", { name: "Bookings 0" })).toBeVisible();
    await expect(window.sentence).toHaveText("Every call answers as normal.");
  });

  test("a broken file says where, in its card and under its line", async ({ window, page }) => {
    const card = page
      .getByRole("list", { name: "Scenarios" })
      .getByRole("listitem")
      .filter({ hasText: "broken.yaml" });
    await expect(card).toContainText("broken.yaml, line 6, column 13:");
    await card.getByRole("button", { name: "broken" }).click();
    const wrong = window.details.getByRole("region", { name: "What is wrong" });
    await expect(wrong).toContainText('Did you mean "method"?');
    await expect(window.details.locator(".cm-finding")).toContainText("metod");
    await audit(page, "a broken scenario");
  });

  test("a file that breaks while it is in force is said, with what stays in force", async ({
    window,
    page,
    folder,
  }) => {
    await page.getByRole("button", { name: "Load “Nothing happens”" }).click();
    await expect(window.bar.getByRole("button", { name: /^Scenario Nothing happens/ })).toBeVisible();
    await page.getByRole("tab", { name: /^Traffic/ }).click();
    await writeFile(join(folder, "quiet.yaml"), `${QUIET}behaviour:\n  confirmation: sometimes\n`);
    const alert = page.getByRole("alert");
    await expect(alert).toContainText("quiet.yaml, line 6, column");
    await expect(alert).toContainText("What the file said last is in force.");
    await audit(page, "a broken file in force");
    await alert.getByRole("button", { name: "Show the file" }).click();
    await expect(window.details.getByRole("region", { name: "What is wrong" })).toContainText("sometimes");
    await writeFile(join(folder, "quiet.yaml"), QUIET.replace("Nothing happens", "Mended"));
    await expect(alert).toBeHidden();
    await expect(window.bar.getByRole("button", { name: /^Scenario Mended/ })).toBeVisible();
  });

  test("what is set is saved as a file that can be loaded", async ({ page, partner, folder }) => {
    await partner.control("PATCH", "behaviour", { failure: { cause: "SLOT_UNAVAILABLE" } });
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Find a command" }).fill("save what is set");
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Save what is set as a scenario" });
    await dialog.getByRole("textbox", { name: "Title" }).fill("All sold out");
    await dialog.getByRole("checkbox", { name: "Product" }).check();
    await audit(page, "saving a scenario");
    await dialog.getByRole("button", { name: "Save", exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(page.getByRole("button", { name: "Load “All sold out”" })).toBeVisible();
    expect(await readFile(join(folder, "all-sold-out.yaml"), "utf8")).toContain("SLOT_UNAVAILABLE");
  });

  test("a walk-through goes to its end and back, all by keyboard", async ({ page, partner }) => {
    const search = page.getByRole("textbox", { name: "Search scenarios" });
    await search.fill("last place");
    await search.press("Tab");
    await page.keyboard.press("Tab");
    await page.getByRole("button", { name: "Walk through “The last place”" }).press("Enter");
    const step = page.getByRole("article");
    await expect(step).toHaveAccessibleName("Step 1 of 3");
    await expect(step).toContainText("<b>no</b> HTML");
    await expect(step.getByRole("button", { name: "the protocol" })).toBeVisible();
    await page.keyboard.press("PageDown");
    await expect(step).toContainText("As expected");
    await expect(step.getByRole("region", { name: "What came back" })).toContainText('"CONFIRMED"');
    await page.keyboard.press("PageDown");
    await expect(step).toHaveAccessibleName("Step 2 of 3");
    await page.keyboard.press("ArrowRight");
    await expect(step).toContainText("As expected");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await expect(step).toContainText("One thing is not as expected");
    const expected = step.getByRole("region", { name: "What was expected" });
    await expect(expected.getByRole("listitem").first()).toContainText("PAYMENT_ERROR");
    await expect(expected.getByRole("listitem").first()).toContainText("SLOT_UNAVAILABLE");
    await page.keyboard.press("ArrowRight");
    await expect(page.getByRole("heading", { name: "1 step is not as expected" })).toBeVisible();
    await expect(page.getByRole("tab", { name: "Bookings 1" })).toBeVisible();

    // The same way back, until nothing was booked.
    for (const name of ["Step 3 of 3", "Step 3 of 3", "Step 2 of 3", "Step 2 of 3", "Step 1 of 3"]) {
      await page.keyboard.press("ArrowLeft");
      await expect(page.getByRole("button", { name: "Undoing…" })).toBeHidden();
      await expect(step).toHaveAccessibleName(name);
    }
    await page.keyboard.press("ArrowLeft");
    await expect(step).toContainText("not taken yet");
    expect(await partner.control("GET", "bookings")).toMatchObject({ bookings: [] });
  });

  test("a presenter’s letters are large, and the keys the same", async ({ page }) => {
    await page.getByRole("button", { name: "Walk through “The last place”" }).click();
    await expect(page.getByRole("article")).toBeVisible();
    await page.keyboard.press("p");
    const presenter = page.getByRole("dialog", { name: "The last place" });
    await page.keyboard.press("PageDown");
    await expect(presenter).toContainText("As expected");
    const told = presenter.getByText("place of the morning");
    const size = await told.evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize));
    expect(size).toBeGreaterThanOrEqual(26);
    await page.keyboard.press("Escape");
    await expect(presenter).toBeHidden();
    await expect(page.getByRole("article")).toBeVisible();
  });

  test("a step that another client takes is seen here", async ({ page, partner }) => {
    await page.getByRole("button", { name: "Walk through “The last place”" }).click();
    await expect(page.getByRole("article")).toContainText("not taken yet");
    await partner.control("POST", "walkthrough/next");
    await expect(page.getByRole("article")).toContainText("As expected");
  });
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [1280, 1024]) {
    test.describe(`${colorScheme}, ${width} wide`, () => {
      test.use({ colorScheme, viewport: { width, height: 800 }, expectedErrors: [/409 \(Conflict\)/] });
      test.setTimeout(120_000);

      test("no finding of axe in the cards, the player and the presenter’s size", async ({
        window,
        page,
      }) => {
        await expect(window.server).toBeVisible();
        await page.getByRole("tab", { name: "Scenarios" }).click();
        await expect(page.getByRole("button", { name: "Load “Nothing happens”" })).toBeVisible();
        await audit(page, "cards");
        await page.getByRole("button", { name: "The last place", exact: true }).click();
        await expect(window.details.getByRole("region", { name: "The file", exact: true })).toContainText(
          "steps:",
        );
        await audit(page, "a scenario’s details");
        await window.details.getByRole("button", { name: "Walk through" }).click();
        await expect(page.getByRole("article")).toContainText("not taken yet");
        await audit(page, "a step before it is taken");
        await page.getByRole("button", { name: "Take this step" }).click();
        await expect(page.getByRole("region", { name: "What came back" })).toBeVisible();
        await audit(page, "a step as expected");
        await page.getByRole("button", { name: "All steps" }).click();
        await expect(page.getByRole("article")).toContainText("One thing is not as expected");
        await audit(page, "a step not as expected");
        await page.keyboard.press("p");
        await expect(page.getByRole("dialog", { name: "The last place" })).toBeVisible();
        await audit(page, "presenter’s size");
        await page.keyboard.press("PageDown");
        await expect(page.getByRole("heading", { name: "1 step is not as expected" })).toBeVisible();
        await audit(page, "the end");
      });
    });
  }
}

test.describe("letters twice as large", () => {
  test.use({ viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 });

  test("nothing of a walk-through is lost", async ({ window, page }) => {
    await expect(window.server).toBeVisible();
    await page.getByRole("tab", { name: "Scenarios" }).click();
    await page.getByRole("button", { name: "Walk through “The last place”" }).click();
    await page.getByRole("button", { name: "Take this step" }).click();
    await expect(page.getByRole("region", { name: "What came back" })).toContainText("CONFIRMED");
    for (const key of ["", "p"]) {
      if (key) await page.keyboard.press(key);
      await standStill(page);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(over).toBeLessThanOrEqual(0);
      await expect(page.getByRole("button", { name: "Next step" }).last()).toBeInViewport();
    }
  });
});
