import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../api/client";
import type { ScenarioRow } from "../api/scenarios";
import { App } from "../app/App";
import { bench, status, type TestBench } from "../test/engine";
import { row } from "../test/scenarios";
import { marksOf } from "./ScenarioDetails";
import { about, nameOf } from "./words";

const PROBLEM = {
  line: 12,
  column: 5,
  path: "rules[0].when",
  message: 'There is no field "metod".',
  hint: 'Did you mean "method"?',
};

const ROWS: ScenarioRow[] = [
  row("default", { title: "Every booking works", in_force: true }),
  row("sold-out", {
    title: "Sold out between lookup and booking",
    description: "The last place goes to another guest: SLOT_UNAVAILABLE.",
    audience: ["product", "engineering"],
    has_steps: true,
    steps: 4,
  }),
  row("flaky", { title: "A flaky partner", audience: ["engineering"], rules: 2 }),
  row("half-done", { title: "half-done", description: "", valid: false, problems: [PROBLEM] }),
];

describe("the scenarios", () => {
  let t: TestBench;
  const user = userEvent.setup();
  const cards = () => screen.getByRole("list", { name: "Scenarios" });
  const card = (name: string | RegExp) => {
    const found = within(cards()).getByRole("button", { name }).closest("li");
    if (!found) throw new Error(`no card ${name}`);
    return within(found);
  };

  beforeEach(async () => {
    t = bench();
    t.api.scenarios.mockResolvedValue({ scenarios: ROWS, folder: "/scenarios" });
    t.show(<App />);
    t.say("status", status());
    await user.click(screen.getByRole("tab", { name: "Scenarios" }));
    await screen.findByRole("list", { name: "Scenarios" });
  });

  it("begin with the one in force, and then with what is to be mended", () => {
    const titles = within(cards()).getAllByRole("listitem");
    expect(titles.map((it) => it.querySelector("button")?.textContent)).toEqual([
      "Every booking works",
      "half-done",
      "Sold out between lookup and booking",
      "A flaky partner",
    ]);
  });

  it("are cards that say what each shows and for whom", () => {
    const sold = card("Sold out between lookup and booking");
    expect(sold.getByText(/^The last place goes/)).toBeVisible();
    expect(sold.getByText("Product")).toBeVisible();
    expect(sold.getByText("4 steps")).toBeVisible();
    expect(card("Every booking works").getByText("In force")).toBeVisible();
  });

  it("are narrowed by audience and by words, and a broken one is never hidden from an audience", async () => {
    await user.click(screen.getByRole("radio", { name: "Product 1" }));
    expect(within(cards()).getAllByRole("listitem")).toHaveLength(2);
    await user.click(screen.getByRole("radio", { name: "Everybody" }));
    await user.type(screen.getByRole("textbox", { name: "Search scenarios" }), "slot unavailable");
    expect(within(cards()).getAllByRole("listitem")).toHaveLength(1);
    await user.keyboard("{Escape}");
    expect(within(cards()).getAllByRole("listitem")).toHaveLength(4);
    await user.type(screen.getByRole("textbox", { name: "Search scenarios" }), "nothing such");
    await user.click(screen.getByRole("button", { name: "Show all scenarios" }));
    expect(within(cards()).getAllByRole("listitem")).toHaveLength(4);
  });

  it("are one tab stop, with arrows inside", async () => {
    const first = within(cards()).getByRole("button", { name: "Every booking works" });
    first.focus();
    await user.keyboard("{ArrowRight}{ArrowRight}");
    expect(
      within(cards()).getByRole("button", { name: "Sold out between lookup and booking" }),
    ).toHaveFocus();
    await user.keyboard("{Tab}");
    expect(screen.getByRole("button", { name: /^Walk through “Sold out/ })).toHaveFocus();
    await user.keyboard("{Tab}{Tab}");
    expect(cards()).not.toContainElement(document.activeElement as HTMLElement);
    expect(first).toHaveAttribute("tabindex", "-1");
  });

  it("is loaded with one press", async () => {
    await user.click(screen.getByRole("button", { name: "Load “A flaky partner”" }));
    expect(t.api.activate).toHaveBeenCalledExactlyOnceWith("flaky", false);
    expect(await screen.findByText("“A flaky partner” is in force.")).toBeVisible();
  });

  it("asks once where something would be lost, and says what", async () => {
    const discards = { bookings: 3, exchanges: 12, notifications: 0, merchants: 1, toggles: ["failure"] };
    t.api.activate.mockRejectedValueOnce(new ApiError("It would.", "would_discard", null, null, discards));
    await user.click(screen.getByRole("button", { name: "Load “A flaky partner”" }));
    const question = await screen.findByRole("alertdialog", { name: "Load “A flaky partner”?" });
    const lost = within(question).getAllByRole("listitem");
    expect(lost.map((it) => it.textContent)).toEqual([
      "3 bookings",
      "12 exchanges",
      "1 added merchant",
      "1 toggle: failure",
    ]);
    await user.click(within(question).getByRole("button", { name: "Discard and load" }));
    expect(t.api.activate).toHaveBeenLastCalledWith("flaky", true);
  });

  it("is not loaded when the question is answered with no", async () => {
    const discards = { bookings: 1, exchanges: 0, notifications: 0, merchants: 0, toggles: [] };
    t.api.activate.mockRejectedValueOnce(new ApiError("It would.", "would_discard", null, null, discards));
    await user.click(screen.getByRole("button", { name: "Load “A flaky partner”" }));
    await user.click(await screen.findByRole("button", { name: "Cancel" }));
    expect(t.api.activate).toHaveBeenCalledTimes(1);
  });

  it("says where a broken file is broken, and offers no way to load it", async () => {
    const broken = card("half-done");
    expect(broken.getByText("Broken")).toBeVisible();
    expect(broken.getByText("half-done.yaml, line 12, column 5:")).toBeVisible();
    expect(broken.queryByRole("button", { name: /^Load/ })).toBeNull();
    await user.click(broken.getByRole("button", { name: "half-done" }));
    const details = screen.getByRole("complementary", { name: "Details" });
    const wrong = await within(details).findByRole("region", { name: "What is wrong" });
    expect(wrong).toHaveTextContent("line 12, column 5 rules[0].when");
    expect(wrong).toHaveTextContent('Did you mean "method"?');
  });

  it("shows the file with each problem under its line", () => {
    const text = "name: a\nrules:\n  - metod: x\n";
    const [mark] = marksOf(text, [{ ...PROBLEM, line: 3, column: 5 }]);
    expect(text.slice(mark?.from).split("\n")[0]).toBe("metod: x");
    // Behind the end, as where something is missing.
    expect(marksOf("a", [{ ...PROBLEM, line: 9, column: 9 }])[0]?.from).toBe(1);
  });

  it("saves what is set, under a name made of the title", async () => {
    await user.click(screen.getByRole("button", { name: "Save what is set…" }));
    const dialog = await screen.findByRole("dialog", { name: "Save what is set as a scenario" });
    await user.type(within(dialog).getByRole("textbox", { name: "Title" }), "A busy Friday");
    expect(within(dialog).getByRole("textbox", { name: "Name" })).toHaveValue("a-busy-friday");
    await user.type(within(dialog).getByRole("textbox", { name: "What it shows" }), "Much to do.");
    await user.click(within(dialog).getByRole("checkbox", { name: "Training" }));
    t.api.saveScenario.mockRejectedValueOnce(new ApiError("Taken.", "name_taken"));
    await user.click(within(dialog).getByRole("button", { name: "Save" }));
    expect(await within(dialog).findByRole("alert")).toHaveTextContent("Choose another name.");
    await user.click(within(dialog).getByRole("button", { name: "Save" }));
    expect(t.api.saveScenario).toHaveBeenLastCalledWith({
      name: "a-busy-friday",
      title: "A busy Friday",
      description: "Much to do.",
      audience: ["training"],
    });
    await waitFor(() => expect(dialog).not.toBeVisible());
  });

  it("says so where nothing can be saved", async () => {
    t.api.scenarios.mockResolvedValue({ scenarios: ROWS, folder: null });
    t.say("scenario", status().scenario);
    await waitFor(() => expect(t.api.scenarios).toHaveBeenCalledTimes(2));
    await user.click(screen.getByRole("button", { name: "Save what is set…" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("There is no folder to save scenarios in.");
  });

  it("says in every tab that the file of the one in force broke, and that it is mended", async () => {
    await user.click(screen.getByRole("tab", { name: /^Traffic/ }));
    const { scenario } = status();
    t.say("scenario", { ...scenario, broken: { file: "/scenarios/default.yaml", problems: [PROBLEM] } });
    const alert = screen.getByRole("alert");
    expect(alert).toHaveTextContent("default.yaml, line 12, column 5:");
    expect(alert).toHaveTextContent("What the file said last is in force.");
    await user.click(within(alert).getByRole("button", { name: "Show the file" }));
    expect(t.window.tab.get()).toBe("scenarios");
    expect(t.window.scenario.get()).toBe("default");
    t.say("scenario", scenario);
    expect(screen.queryByRole("alert")).toBeNull();
    expect(await screen.findByText(/can be read again/)).toBeVisible();
  });

  it("says what an edit changed that waits for the next reset", () => {
    t.say("scenario", { ...status().scenario, waits_for_reset: ["clock", "inventory"] });
    expect(screen.getByText("the clock and the inventory")).toBeVisible();
  });

  it("loads any of them from the palette", async () => {
    await user.keyboard("{Control>}k{/Control}");
    const palette = await screen.findByRole("dialog", { name: "Find anything" });
    await user.type(within(palette).getByRole("combobox"), "load flaky");
    await user.keyboard("{Enter}");
    expect(t.api.activate).toHaveBeenCalledExactlyOnceWith("flaky", false);
  });

  it("speaks of time as people do", () => {
    expect(about({ action: "advance", what: "82800 s" })).toBe("23 h");
    expect(about({ action: "advance", what: "next_timer" })).toBe("until the next thing happens");
    expect(about({ action: "send", what: "CreateBooking" })).toBe("CreateBooking");
  });

  it("loads and walks through any that has steps from the palette", async () => {
    await user.keyboard("{Control>}k{/Control}");
    const palette = await screen.findByRole("dialog", { name: "Find anything" });
    await user.type(within(palette).getByRole("combobox"), "walk through sold");
    await user.keyboard("{Enter}");
    expect(t.api.activate).toHaveBeenCalledExactlyOnceWith("sold-out", false);
    expect(await screen.findByRole("region", { name: "Walk-through" })).toBeVisible();
  });

  it("makes names that files can have", () => {
    expect(nameOf("  Café: two  tables! ")).toBe("cafe-two-tables");
  });
});
