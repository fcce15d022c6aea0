import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../api/client";
import type { Rule } from "../api/rules";
import { Dialogs } from "../app/Dialogs";
import { bench, rule, status, type TestBench } from "../test/engine";
import { RULES, RuleList } from "./RuleList";

describe("the rules of the scenario", () => {
  let t: TestBench;
  const user = userEvent.setup();
  const scenario = { ...status().scenario, name: "large-parties", rules: 2 };
  const both: Rule[] = [
    rule(1, { name: "large parties", hits: 1 }),
    rule(2, { name: "slow on Sundays", on: false, words: "Always: takes 800 ms longer." }),
  ];
  const list = () => screen.findByRole("region", { name: "Rules of the scenario" });
  const turn = (name: string) => screen.getByRole("switch", { name });

  beforeEach(() => {
    t = bench();
    t.api.rules.mockResolvedValue(both);
    t.show(
      <>
        <RuleList />
        <Dialogs causes={[]} />
      </>,
    );
  });

  it("are not spoken of where there are none", () => {
    t.say("status", status());
    expect(document.getElementById(RULES)).toBeNull();
    expect(t.api.rules).not.toHaveBeenCalled();
  });

  it("say what they are about, how often they did something, and whether they are on", async () => {
    t.say("status", status({ scenario }));
    const [first, second] = within(await list()).getAllByRole("listitem");
    expect(first).toHaveTextContent("1. large parties");
    expect(first).toHaveTextContent("party of 6 or more: answers SLOT_UNAVAILABLE.1 hit");
    expect(second).toHaveTextContent("off · no hit yet");
    expect(turn("1. large parties")).toBeChecked();
    expect(turn("2. slow on Sundays")).not.toBeChecked();
  });

  it("are counted on as the engine tells of hits", async () => {
    t.say("status", status({ scenario }));
    await list();
    t.api.rules.mockResolvedValue([rule(1, { name: "large parties", hits: 1200 })]);
    t.say("scenario", scenario);
    expect(await screen.findByText("1,200 hits")).toBeVisible();
  });

  it("are switched off one by one, and all on again", async () => {
    t.say("status", status({ scenario }));
    await list();
    // As the engine does, which says the same to whoever asks for all of them again.
    let rules = both;
    t.api.rules.mockImplementation(async () => rules);
    t.api.switchRule.mockImplementation(async (number: number, on: boolean) => {
      rules = rules.map((it) => (it.number === number ? { ...it, on } : it));
      return rules.find((it) => it.number === number);
    });
    await user.click(turn("1. large parties"));
    expect(t.api.switchRule).toHaveBeenCalledExactlyOnceWith(1, false);
    t.api.switchRule.mockClear();
    await user.click(screen.getByRole("button", { name: "All on" }));
    await waitFor(() =>
      expect(t.api.switchRule.mock.calls).toEqual([
        [1, true],
        [2, true],
      ]),
    );
  });

  it("say in place why a switch was refused", async () => {
    t.say("status", status({ scenario }));
    await list();
    t.api.switchRule.mockRejectedValueOnce(new ApiError("The scenario has no rule 1.", "not_found"));
    await user.click(turn("1. large parties"));
    expect(await screen.findByRole("alert")).toHaveTextContent("The scenario has no rule 1.");
    expect(turn("1. large parties")).toBeChecked();
  });

  it("are found in the palette", async () => {
    t.say("status", status({ scenario }));
    await list();
    t.window.dialog.set("palette");
    await user.type(await screen.findByRole("combobox"), "rules of the scenario{Enter}");
    await waitFor(() => expect(turn("1. large parties")).toHaveFocus());
  });
});
