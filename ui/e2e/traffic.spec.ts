// The middle of the window: what came, and finding one's way in it.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Locator, Page } from "@playwright/test";
import { type BookingAnswer, guest } from "./support/messages";
import type { Partner } from "./support/partner";
import { expect, test } from "./support/test";

const run = promisify(execFile);

/** A booking each, one after the other, so that the rows stand in this order from below. */
async function guests(partner: Partner, ...names: string[]): Promise<void> {
  for (const name of names) await partner.call("CreateBooking", guest(name));
}

async function many(count: number, each: (index: number) => Promise<unknown>, lanes = 16): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) await each(next++);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

test.describe("while nothing came yet", () => {
  test("a click sends a true request, and its row replaces the words", async ({ window, partner }) => {
    const { page } = window;
    await expect(page.getByRole("heading", { name: "No requests yet" })).toBeVisible();
    await page.getByRole("button", { name: "Send a sample request" }).click();
    await expect(window.row(/CreateBooking CONFIRMED/)).toBeVisible({ timeout: 1_000 });
    const status = await partner.control<{ counts: unknown }>("GET", "status");
    expect(status.counts).toMatchObject({ exchanges: 1, bookings: 1 });
    await window.row(/CONFIRMED/).click();
    await expect(await window.look("Headers")).toContainText("POST /v3/CreateBooking HTTP/1.1");
    // Beside rows it is still one click away.
    await page.getByRole("button", { name: "Send a sample request" }).click();
    await window.count(2);
  });

  test("availability and health can be asked for, too", async ({ window }) => {
    await window.page.getByRole("button", { name: "Check health" }).click();
    await expect(window.row(/HealthCheck SERVING/)).toBeVisible();
  });

  test("the curl line books as it stands", async ({ window, context }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const line = (await window.page.getByRole("region", { name: "curl command" }).textContent()) ?? "";
    await window.page.getByRole("button", { name: "Copy", exact: true }).click();
    await expect.poll(() => window.clipboard()).toBe(line);
    const { stdout } = await run("bash", ["-c", line]);
    expect((JSON.parse(stdout) as BookingAnswer).booking?.status).toBe("CONFIRMED");
    await expect(window.row(/CreateBooking CONFIRMED/)).toBeVisible();
  });
});

test.describe("the filter", () => {
  test.beforeEach(async ({ partner, window }) => {
    await guests(partner, "Ada", "Bela");
    await partner.control("PATCH", "behaviour", { failure: { cause: "SLOT_UNAVAILABLE", times: 1 } });
    await guests(partner, "Cleo");
    await partner.send("HealthCheck");
    await partner.send("CreateBooking", "{");
    await window.count(5);
  });

  test("narrows by tokens, shows them as chips, and says when nothing matches", async ({ window }) => {
    const { page } = window;
    await window.filter.fill("method:HealthCheck");
    await window.count(1);
    await expect(window.row(/HealthCheck SERVING/)).toBeVisible();
    await window.filter.fill("method:CreateBooking outcome:failure");
    await window.count(1);
    await expect(window.row(/SLOT_UNAVAILABLE/)).toBeVisible();
    await page.getByRole("button", { name: "Remove outcome:failure" }).click();
    await window.count(4);
    await window.filter.fill("status:4xx");
    await window.count(1);
    await expect(window.row(/CreateBooking 400/)).toBeVisible();
    await window.filter.fill("status:4xx outcome:ok");
    await expect(page.getByRole("heading", { name: "Nothing matches" })).toBeVisible();
    await page.getByRole("button", { name: "Show all traffic" }).click();
    await window.count(5);
  });

  test("offers what there is to filter by, by keyboard", async ({ window }) => {
    await window.filter.pressSequentially("out");
    await window.filter.press("ArrowDown");
    await window.filter.press("Enter");
    await expect(window.filter).toHaveValue("outcome:");
    const offers = window.page.getByRole("listbox", { name: "Ways to filter" });
    await expect(offers.getByRole("option")).toHaveText([/outcome:ok/, /outcome:failure/, /outcome:error/]);
    await window.filter.press("ArrowDown");
    await window.filter.press("ArrowDown");
    await window.filter.press("Enter");
    await expect(window.filter).toHaveValue("outcome:failure ");
    await window.count(1);
  });

  test("finds words in bodies, and new rows that hold them", async ({ window, partner }) => {
    await window.filter.fill("Bela");
    await window.count(1);
    await expect(window.row(/Bela Guest/)).toBeVisible();
    await partner.call("CreateBooking", guest("Bela", 2));
    await window.count(2);
    await window.filter.fill("Guest outcome:failure");
    await window.count(1);
    await expect(window.row(/Cleo Guest/)).toBeVisible();
    await window.filter.fill("nobody-of-that-name");
    await expect(window.page.getByRole("heading", { name: "Nothing matches" })).toBeVisible();
  });

  test("takes the keyboard with / and gives it back to the rows", async ({ window }) => {
    await window.page.keyboard.press("/");
    await expect(window.filter).toBeFocused();
    await window.page.keyboard.type("Ada");
    await window.count(1);
    await window.page.keyboard.press("Enter");
    await expect(window.traffic).toBeFocused();
    await window.page.keyboard.press("/");
    await expect(window.filter).toBeFocused();
    await window.page.keyboard.press("Escape");
    await expect(window.filter).toHaveValue("");
    await window.count(5);
  });
});

test("rows are walked by keyboard, into the details and back", async ({ window, partner }) => {
  const { keyboard } = window.page;
  await guests(partner, "Ada", "Bela", "Cleo");
  await window.count(3);
  const selected = window.traffic.getByRole("row", { selected: true });
  await window.traffic.focus();
  await keyboard.press("ArrowDown");
  await expect(selected).toContainText("Cleo");
  await keyboard.press("End");
  await expect(selected).toContainText("Ada");
  await keyboard.press("ArrowUp");
  await expect(selected).toContainText("Bela");
  await keyboard.press("Enter");
  await expect(window.details).toBeFocused();
  await expect(window.details).toContainText("Bela Guest");
  await keyboard.press("Escape");
  await expect(window.traffic).toBeFocused();
  await keyboard.press("Escape");
  await expect(selected).toHaveCount(0);
});

test("pausing holds the rows, resuming shows what came", async ({ window, partner }) => {
  await guests(partner, "Ada");
  await window.count(1);
  await window.page.getByRole("button", { name: "Pause" }).click();
  await guests(partner, "Bela", "Cleo");
  const resume = window.page.getByRole("button", { name: "2 new rows, resume" });
  await expect(resume).toBeVisible();
  await window.count(1);
  await expect(window.page.getByRole("tab", { name: "Traffic 3" })).toBeVisible();
  await resume.click();
  await window.count(3);
  await expect(window.rows.first()).toContainText("Cleo");
});

test("the newest row is followed until somebody scrolls away", async ({ window, partner }) => {
  await many(120, (index) => partner.call("CreateBooking", guest("Many", index)));
  await window.count(120);
  await guests(partner, "Ada");
  await expect(window.rows.first()).toContainText("Ada");

  await window.traffic.hover();
  await window.page.mouse.wheel(0, 1_200);
  await expect(window.row(/Ada/)).toBeHidden();
  // Only once the window knows that it was scrolled does it hold the rows.
  await expect.poll(() => window.traffic.evaluate((grid) => grid.scrollTop)).toBeGreaterThan(100);
  const seen = await middleRow(window.traffic);
  await guests(partner, "Bela", "Cleo");
  const fresh = window.page.getByRole("button", { name: "2 new rows" });
  await expect(fresh).toBeVisible();
  expect(await middleRow(window.traffic), "what is read stays where it is").toBe(seen);
  await fresh.click();
  await expect(window.rows.first()).toContainText("Cleo");
  await expect(window.row(/Cleo/)).toBeInViewport();
  await expect(fresh).toBeHidden();
});

function middleRow(grid: Locator): Promise<string> {
  return grid.evaluate((element) => {
    const { top, left, width, height } = element.getBoundingClientRect();
    const row = document.elementFromPoint(left + width / 3, top + height / 2)?.closest('[role="row"]');
    return row?.textContent ?? "no row";
  });
}

test("copied as cURL, a request can be sent again", async ({ window, partner, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  // A quote in a name is what a careless command would stumble over.
  await partner.call("CreateBooking", guest("D'Arcy"));
  await window.row(/D'Arcy/).click();
  await window.details.getByRole("button", { name: "Copy as cURL", exact: true }).click();
  await expect.poll(() => window.clipboard()).toContain("curl");
  const command = await window.clipboard();
  const { stdout } = await run("bash", ["-c", `${command.trimEnd()} -w '\\n%{http_code}'`]);
  expect(stdout.trim().split("\n").at(-1)).toBe("200");
  await window.count(2);

  // The same of another guest, with a token of its own, is a booking of its own.
  const other = command.replaceAll("D'\\''Arcy", "Elma").replaceAll("DArcy@", "elma@");
  expect(other).not.toBe(command);
  const again = await run("bash", ["-c", other]);
  expect((JSON.parse(again.stdout) as BookingAnswer).booking?.status).toBe("CONFIRMED");
  await expect(window.page.getByRole("tab", { name: "Bookings 2" })).toBeVisible();
});

test("the log is cleared after asking, and bookings stay", async ({ window, partner }) => {
  const { page } = window;
  await guests(partner, "Ada");
  await window.count(1);
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Clear the log…" }).click();
  const question = page.getByRole("alertdialog", { name: "Clear the log?" });
  await question.getByRole("button", { name: "Clear the log" }).click();
  await expect(page.getByRole("heading", { name: "No requests yet" })).toBeVisible();
  await expect(page.getByRole("tab", { name: "Bookings 1" })).toBeVisible();
});

test("the log comes down as a HAR file", async ({ window, partner }) => {
  const { page } = window;
  await guests(partner, "Ada", "Bela");
  await page.getByRole("button", { name: "More" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "Download the log as HAR" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^mock-partner-.*\.har$/);
  const chunks: Buffer[] = [];
  for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer);
  const har = JSON.parse(Buffer.concat(chunks).toString()) as {
    log: { version: string; entries: unknown[] };
  };
  expect(har.log.version).toBe("1.2");
  expect(har.log.entries).toHaveLength(2);
});

/** Milliseconds that the page's main thread works for a frame while the rows are scrolled in a hundred. */
async function workPerFrame(page: Page, to: (step: number, end: number) => number): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const worked = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0) * 1000;
  };
  const grid = await page.getByRole("grid").elementHandle();
  const end = await page.evaluate((grid) => (grid ? grid.scrollHeight - grid.clientHeight : 0), grid);
  const places = Array.from({ length: 100 }, (_, index) => to(index + 1, end));
  const before = await worked();
  await page.evaluate(
    async ({ grid, places }) => {
      for (const place of places) {
        if (grid) grid.scrollTop = place;
        await new Promise((done) => requestAnimationFrame(done));
      }
    },
    { grid, places },
  );
  const spent = (await worked()) - before;
  await session.detach();
  return spent / places.length;
}

test("ten thousand rows are counted and scrolled to the end without a hitch", async ({ window, partner }) => {
  test.setTimeout(120_000);
  const { page } = window;
  await many(10_000, (index) =>
    index % 10 === 0 ? partner.send("CreateBooking", guest("Many", index)) : partner.send("HealthCheck"),
  );
  await window.count(10_000);
  await expect(page.getByRole("tab", { name: "Traffic 10,000" })).toBeVisible();
  expect(await window.rows.count(), "only what is visible is drawn").toBeLessThan(120);

  // Processor time and not the clock's, so that a busy machine does not make the window look slow.
  const wheel = await workPerFrame(page, (step) => step * 100);
  expect(wheel, "ms of work for a frame of turning the wheel").toBeLessThan(24);
  const leap = await workPerFrame(page, (step, end) => (end * step) / 100);
  expect(leap, "ms of work for a frame in which every row is another").toBeLessThan(60);

  await expect(window.rows.last()).toHaveAttribute("aria-rowindex", "10001");
  await expect(window.rows.last()).toBeInViewport();
  await window.traffic.focus();
  await page.keyboard.press("Home");
  await expect(window.rows.first()).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("End");
  await expect(window.rows.last()).toHaveAttribute("aria-selected", "true");

  await window.filter.fill("method:CreateBooking");
  await window.count(1_000);
});
