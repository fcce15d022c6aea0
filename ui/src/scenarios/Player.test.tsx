import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../api/client";
import type { StepReport } from "../api/scenarios";
import { App } from "../app/App";
import { bench, status, type TestBench } from "../test/engine";
import { report, step, walkthrough } from "../test/scenarios";

const FAILED = report({
  state: "failed",
  held: [{ path: "/expect/status", what: "status", expected: "200" }],
  differences: [
    {
      path: "/expect/fields/~1booking~1status",
      what: "/booking/status",
      expected: '"PENDING"',
      got: '"CONFIRMED"',
    },
  ],
});

describe("the player", () => {
  let t: TestBench;
  const user = userEvent.setup();
  const player = () => screen.getByRole("region", { name: "Walk-through" });
  const article = (name: string) => screen.findByRole("article", { name });

  async function open(reports: StepReport[] = []) {
    let taken = 0;
    t.api.walkthrough.mockImplementation(async () => walkthrough(taken, reports));
    t.api.walkNext.mockImplementation(async () => walkthrough(++taken, reports));
    t.api.walkBack.mockImplementation(async () => walkthrough(--taken, reports));
    t.api.walkRestart.mockImplementation(async () => {
      taken = 0;
      return walkthrough();
    });
    t.show(<App />);
    t.say("status", status());
    t.window.showScenarios(true);
    await article("Step 1 of 3");
  }

  // What is loaded when first needed takes longer on a busy machine than a test waits.
  beforeAll(() => Promise.all([import("./JsonText"), import("./Markdown")]));

  beforeEach(() => {
    t = bench();
  });

  it("shows what the audience is told before anything is sent", async () => {
    await open();
    const first = await article("Step 1 of 3");
    expect(within(first).getByRole("heading", { name: "Mina asks" })).toBeVisible();
    expect(await within(first).findByText("About Mina asks.")).toBeVisible();
    expect(first).toHaveTextContent("The aggregator sendsCreateBookingnot taken yet");
    expect(t.api.walkNext).not.toHaveBeenCalled();
  });

  it("goes forward and back with the keys of a clicker and with arrows", async () => {
    await open();
    await user.keyboard("{PageDown}");
    expect(await screen.findByText("As expected")).toBeVisible();
    await user.keyboard("{ArrowRight}");
    await article("Step 2 of 3");
    await user.keyboard("{ArrowLeft}");
    await article("Step 1 of 3");
    expect(t.api.walkBack).not.toHaveBeenCalled();
    await user.keyboard("{PageUp}");
    await waitFor(() => expect(t.api.walkBack).toHaveBeenCalledTimes(1));
    expect(await screen.findByText("not taken yet")).toBeVisible();
  });

  it("leaves a key to whoever uses it", async () => {
    await open();
    const choice = screen.getAllByRole("radio")[0];
    choice?.focus();
    await user.keyboard("{ArrowRight}");
    expect(t.api.walkNext).not.toHaveBeenCalled();
  });

  it("ticks what held, and shows what came in its place where it did not", async () => {
    await open([FAILED]);
    await user.click(screen.getByRole("button", { name: "Take this step" }));
    const expected = await screen.findByRole("region", { name: "What was expected" });
    expect(expected).toHaveTextContent("One thing is not as expected");
    const [different, held] = within(expected).getAllByRole("listitem");
    expect(different).toHaveTextContent('/booking/statusexpected"PENDING"came"CONFIRMED"');
    expect(held).toHaveTextContent("status 200");
    const came = await screen.findByRole("region", { name: "What came back" });
    expect(came).toHaveTextContent('expected: "PENDING"');
    expect(await screen.findByRole("region", { name: "What was sent" })).toHaveTextContent(
      "idempotency_token",
    );
  });

  it("plays to the end and says how it went", async () => {
    await open([report(), FAILED]);
    for (let press = 0; press < 6; press += 1) {
      await user.keyboard("{ArrowRight}");
      await waitFor(() => expect(t.engine.walk.working.get()).toBeNull());
    }
    expect(await screen.findByRole("heading", { name: "1 step is not as expected" })).toBeVisible();
    await user.click(screen.getByRole("button", { name: "2. Tom asks, too" }));
    await article("Step 2 of 3");
    await user.click(screen.getByRole("button", { name: "Begin anew" }));
    expect(t.api.walkRestart).toHaveBeenCalledTimes(1);
  });

  it("takes all steps at one press", async () => {
    await open();
    await user.click(screen.getByRole("button", { name: "All steps" }));
    expect(await screen.findByRole("heading", { name: "3 steps, all as expected" })).toBeVisible();
  });

  it("has the steps as a list, from which those that were taken can be looked at again", async () => {
    await open();
    await user.click(screen.getByRole("button", { name: "All steps" }));
    const list = await screen.findByRole("list", { name: "Steps" });
    await user.click(await within(list).findByRole("button", { name: /^Mina asks.*, as expected$/ }));
    await article("Step 1 of 3");
    await user.keyboard("{ArrowDown}");
    await article("Step 2 of 3");
    expect(within(list).getByRole("button", { name: /^Tom asks/ })).toHaveFocus();
  });

  it("has a presenter’s size, with the same keys, which Esc leaves", async () => {
    await open();
    await user.keyboard("p");
    const presenter = await screen.findByRole("dialog", { name: "Sold out" });
    await user.keyboard("{PageDown}");
    expect(await within(presenter).findByText("As expected")).toBeVisible();
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(player()).toBeVisible();
    await user.keyboard("p");
    await screen.findByRole("dialog", { name: "Sold out" });
    await user.keyboard("p");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  it("leaves the focus to who goes from tab to tab by keyboard", async () => {
    await open();
    await user.click(screen.getByRole("tab", { name: "Inventory" }));
    await user.keyboard("{ArrowRight}{Enter}");
    await article("Step 1 of 3");
    expect(screen.getByRole("tab", { name: "Scenarios" })).toHaveFocus();
  });

  it("forgets an exchange whose id is given again after a step was undone", async () => {
    await open();
    t.window.exchange.set(7);
    t.say("reset", {});
    expect(t.window.exchange.get()).toBeNull();
  });

  it("says why a step was not taken", async () => {
    await open();
    t.api.walkNext.mockRejectedValueOnce(new ApiError("The server is stopped.", "listener_stopped"));
    await user.keyboard("{ArrowRight}");
    expect(await within(player()).findByRole("alert")).toHaveTextContent("The server is stopped.");
  });

  it("offers the start where something was booked before the first step", async () => {
    await open();
    t.say("bookings", { total: 2 });
    expect(screen.getByText(/^2 bookings are there already/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Begin at the start" }));
    expect(t.api.walkRestart).toHaveBeenCalledTimes(1);
  });

  it("shows Markdown, and nothing that reaches beyond the text", async () => {
    const text = [
      "# Loud",
      "A **bold** word, `code`, <b>html</b> <img src=x onerror=alert(1)>.",
      "![a picture](https://example.com/p.png) [a link](https://example.com/a) [bad](javascript:alert(1))",
    ].join("\n\n");
    t.api.walkthrough.mockResolvedValue({ ...walkthrough(), steps: [step("Told", { text })] });
    t.show(<App />);
    t.say("status", status());
    t.window.showScenarios(true);
    const told = await article("Step 1 of 1");
    expect((await within(told).findByText("bold")).tagName).toBe("STRONG");
    expect(told).toHaveTextContent("<b>html</b>");
    expect(told.querySelector("img, a, b, script")).toBeNull();
    expect(within(told).getAllByRole("heading")).toHaveLength(1);
    expect(within(told).queryByRole("button", { name: "bad" })).toBeNull();
    await user.click(within(told).getByRole("button", { name: "a link" }));
    expect(t.window.platform.openExternal).toHaveBeenCalledExactlyOnceWith("https://example.com/a");
  });

  it("has nothing to play where there are no steps, and says so", async () => {
    t.api.walkthrough.mockResolvedValue({ ...walkthrough(), steps: [] });
    t.show(<App />);
    t.say("status", status());
    t.window.showScenarios(true);
    expect(await screen.findByRole("heading", { name: "“Sold out” has no walk-through" })).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Show all scenarios" }));
    expect(await screen.findByRole("list", { name: "Scenarios" })).toBeVisible();
  });

  it("is found in the palette by the scenario's own name, too", async () => {
    await open();
    t.window.showScenarios(false);
    t.window.tab.set("traffic");
    t.say("status", status({ scenario: { ...status().scenario, title: "The restaurant confirms" } }));
    await user.keyboard("{Control>}k{/Control}");
    const palette = await screen.findByRole("dialog", { name: "Find anything" });
    await user.type(within(palette).getByRole("combobox"), "walk through the restaurant confirms");
    await user.keyboard("{Enter}");
    expect(t.window.walking.get()).toBe(true);
  });

  it("goes forward from the palette, wherever one is", async () => {
    await open();
    t.window.tab.set("traffic");
    await user.keyboard("{Control>}k{/Control}");
    const palette = await screen.findByRole("dialog", { name: "Find anything" });
    await user.type(within(palette).getByRole("combobox"), "walk-through forward");
    await user.keyboard("{Enter}");
    await waitFor(() => expect(t.api.walkNext).toHaveBeenCalledTimes(1));
    expect(await screen.findByText("As expected")).toBeVisible();
  });
});
