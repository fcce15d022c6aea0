// What every test has: a Mock Partner of its own, the window open on it, and two things that hold in all
// of them: no error in the console, and no request to anything but this machine.

import { test as base, type ConsoleMessage, type Locator, type Page } from "@playwright/test";
import { Partner } from "./partner";

interface Options {
  /** Errors that the browser itself writes when a test provokes a refusal. */
  expectedErrors: RegExp[];
}

interface Fixtures {
  partner: Partner;
  window: Window_;
  guard: undefined;
}

export const test = base.extend<Options & Fixtures>({
  expectedErrors: [[], { option: true }],

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern to know what is needed
  partner: async ({}, use) => {
    const partner = await Partner.start();
    await use(partner);
    await partner.end();
  },

  guard: [
    // Asks for the partner only to be asked first at the end, before the partner goes.
    async ({ context, expectedErrors, partner: _ }, use) => {
      const errors: string[] = [];
      const foreign: string[] = [];
      context.on("console", (message: ConsoleMessage) => {
        if (message.type() === "error") errors.push(`${message.text()} (${message.location().url})`);
      });
      context.on("weberror", (error) => errors.push(String(error.error())));
      context.on("request", (request) => {
        const { protocol, hostname } = new URL(request.url());
        const own = protocol === "data:" || protocol === "blob:" || hostname === "127.0.0.1";
        if (!own) foreign.push(request.url());
      });
      await use(undefined);
      const unexpected = errors.filter((error) => !expectedErrors.some((known) => known.test(error)));
      base.expect(unexpected, "errors in the console").toEqual([]);
      base.expect(foreign, "requests that leave this machine").toEqual([]);
    },
    { auto: true },
  ],

  window: async ({ page, partner }, use) => {
    await page.goto(partner.windowUrl);
    const window = new Window_(page);
    await base.expect(window.server).toBeVisible();
    await use(window);
  },
});

export const { expect } = test;

/** The places of the window, by role and name as a person knows them. */
export class Window_ {
  readonly bar: Locator;
  readonly band: Locator;
  readonly sentence: Locator;
  readonly room: Locator;
  readonly clock: Locator;
  readonly traffic: Locator;
  readonly filter: Locator;
  readonly details: Locator;
  readonly server: Locator;
  readonly backToNormal: Locator;

  constructor(readonly page: Page) {
    this.bar = page.getByRole("banner");
    this.band = page.getByRole("region", { name: "What the next request will get" });
    this.sentence = this.band.getByRole("status");
    this.clock = page.getByRole("region", { name: "Clock" });
    this.room = page.getByRole("complementary", { name: "Control room" });
    this.traffic = page.getByRole("grid", { name: "Traffic, newest first" });
    this.filter = page.getByRole("combobox", { name: "Filter traffic" });
    this.details = page.getByRole("complementary", { name: "Details" });
    this.server = page.getByRole("button", { name: /^Server: / });
    this.backToNormal = this.band.getByRole("button", { name: "Back to normal" });
  }

  /** A choice of the control room, in the group of that name. */
  choice(group: string, name: string | RegExp): Locator {
    return this.room
      .getByRole("radiogroup", { name: group, exact: true })
      .getByRole("radio", typeof name === "string" ? { name, exact: true } : { name });
  }

  /** A click on a choice only asks; it is checked once the engine has said so. */
  async choose(group: string, name: string | RegExp): Promise<void> {
    await this.choice(group, name).click();
    await expect(this.choice(group, name)).toBeChecked();
  }

  row(name: string | RegExp): Locator {
    return this.traffic.getByRole("row", { name });
  }

  /** The rows that are drawn, without the one of the titles. */
  get rows(): Locator {
    return this.traffic.getByRole("row").filter({ has: this.page.getByRole("gridcell") });
  }

  tab(name: string | RegExp): Locator {
    return this.details.getByRole("tab", { name });
  }

  /** Shows what a tab of the details shows. */
  async look(tab: "Answer" | "Request" | "Headers" | "Why"): Promise<Locator> {
    await this.tab(new RegExp(`^${tab}`)).click();
    return this.details.getByRole("tabpanel", { name: new RegExp(`^${tab}`) });
  }

  async count(rows: number): Promise<void> {
    // The row of the titles counts, too.
    await expect(this.traffic).toHaveAttribute("aria-rowcount", String(rows + 1));
  }

  clipboard(): Promise<string> {
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  async open(): Promise<Locator> {
    await this.server.click();
    return this.page.getByRole("dialog", { name: "Booking Server" });
  }
}
