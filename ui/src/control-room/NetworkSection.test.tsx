import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../api/client";
import type { Fault } from "../api/types";
import { listenToKeys } from "../app/keyboard";
import { bench, CAUSES, NORMAL, status, type TestBench } from "../test/engine";
import { clock } from "../test/time";
import { ControlRoom } from "./ControlRoom";
import { KINDS, kindPatch, networkOf, toggled } from "./faults";

describe("the network", () => {
  let t: TestBench;
  const user = userEvent.setup();
  const radio = (name: string | RegExp) => screen.getByRole("radio", { name });
  const field = (name: string) => screen.getByRole("textbox", { name });
  const asked = () => t.api.patchBehaviour.mock.lastCall;
  const open = () => user.click(screen.getByRole("button", { name: /^All kinds and amounts/ }));

  beforeEach(() => {
    t = bench();
    t.show(<ControlRoom causes={CAUSES} />);
    t.say("status", status());
  });

  it("is chosen out of four, leaving nothing of the one before", async () => {
    await user.click(radio("Slow"));
    expect(asked()?.[0]).toEqual({
      fault: {
        kind: "latency",
        ms: 800,
        jitter_ms: 200,
        status: null,
        probability: null,
        retry_after_sec: null,
        bytes_per_sec: null,
        when: null,
        methods: null,
        times: null,
      },
    });
    await user.click(radio("Flaky"));
    expect(asked()?.[0]).toMatchObject({
      fault: { kind: "status", status: 503, probability: 0.3, ms: null },
    });
    t.behaviour({ fault: { kind: "status", status: 503 } });
    await user.click(radio("Fast"));
    expect(asked()?.[0]).toEqual({ fault: null });
  });

  it.each([
    [/^Answers come late/, { kind: "latency", ms: 800, jitter_ms: 200 }],
    [/^An error instead/, { kind: "status", status: 503 }],
    [/^Too many requests/, { kind: "rate_limit", retry_after_sec: 2 }],
    [/^Connection is reset/, { kind: "reset" }],
    [/^No answer at all/, { kind: "empty" }],
    [/^Answer breaks off/, { kind: "truncated" }],
    [/^Answer is no JSON/, { kind: "malformed" }],
    [/^Answer drips/, { kind: "drip", bytes_per_sec: 50 }],
  ])("fails in every way there is: %s", async (name, fault) => {
    expect(screen.queryByRole("radiogroup", { name: "What goes wrong" })).toBeNull();
    await open();
    const kinds = screen.getByRole("radiogroup", { name: "What goes wrong" });
    await user.click(within(kinds).getByRole("radio", { name }));
    const patch = asked()?.[0] as { fault: Record<string, unknown> };
    const said = Object.entries(patch.fault).filter(([, value]) => value !== null);
    expect(Object.fromEntries(said)).toEqual(fault);
  });

  it("has the amounts of the fault in force, and asks for others by Enter", async () => {
    t.behaviour({ fault: { kind: "rate_limit", retry_after_sec: 2 } });
    // None of the four means it, so the kinds are shown.
    expect(radio(/^Too many requests/)).toBeChecked();
    const after = field("Come again after");
    expect(after).toHaveValue("2");
    await user.clear(after);
    await user.type(after, "90");
    expect(t.api.patchBehaviour).not.toHaveBeenCalled();
    await user.keyboard("{Enter}");
    expect(asked()).toEqual([{ fault: { retry_after_sec: 90 } }, undefined]);
    expect(after).toHaveFocus();
    await user.clear(after);
    await user.type(after, "90000{Enter}");
    expect(screen.getByRole("alert")).toHaveTextContent("A whole number from 0 to 86400.");
    expect(t.api.patchBehaviour).toHaveBeenCalledTimes(1);
  });

  it("does not let a delay stray by more than itself", async () => {
    t.behaviour({ fault: { kind: "latency", ms: 800, jitter_ms: 200 } });
    await open();
    await user.clear(field("Longer by"));
    await user.type(field("Longer by"), "100{Enter}");
    expect(asked()?.[0]).toEqual({ fault: { ms: 100, jitter_ms: 100 } });
  });

  it("fails before or after the request is carried out", async () => {
    t.behaviour({ fault: { kind: "reset" } });
    expect(radio("Not carried out")).toBeChecked();
    await user.click(radio("Carried out"));
    expect(asked()?.[0]).toEqual({ fault: { when: "after" } });
  });

  it("counts down, and takes any number of times", async () => {
    t.behaviour({ fault: { kind: "empty", times: 4 } });
    expect(screen.getByText("4 left")).toBeVisible();
    const times = field("or so many times");
    expect(times).toHaveValue("4");
    await user.click(radio("Once"));
    expect(asked()?.[0]).toEqual({ fault: { times: 1 } });
    t.behaviour({ fault: { kind: "empty", times: 3 } });
    expect(radio("3×")).toBeChecked();
    await user.clear(times);
    await user.keyboard("{Enter}");
    expect(asked()?.[0]).toEqual({ fault: { times: null } });
  });

  it("takes any probability, in the words of everybody", async () => {
    t.behaviour({ fault: { kind: "drip", bytes_per_sec: 50, probability: 0.3 } });
    expect(radio("30 %")).toBeChecked();
    const odds = field("or in so many of 100");
    expect(odds).toHaveValue("30");
    await user.clear(odds);
    await user.type(odds, "2.5{Enter}");
    expect(asked()?.[0]).toEqual({ fault: { probability: 0.025 } });
    const likely = screen.getByRole("radiogroup", { name: "How likely" });
    await user.click(within(likely).getByRole("radio", { name: "Always" }));
    expect(asked()?.[0]).toEqual({ fault: { probability: null } });
  });

  it("ends by itself, and shows when", async () => {
    const fault: Fault = { kind: "malformed", times: 2 };
    t.behaviour({ fault });
    await user.click(radio("1 min"));
    expect(asked()).toEqual([{ fault }, 60]);
    await user.type(field("or for so many seconds"), "45{Enter}");
    expect(asked()).toEqual([{ fault }, 45]);
    t.say("clock", clock({ mode: "frozen", rate: 0 }));
    t.behaviour({ fault }, 45);
    expect(screen.getByText("0:45 left")).toBeVisible();
    await user.click(radio("Until changed"));
    expect(asked()).toEqual([{ fault }, undefined]);
    // Something else undoes itself.
    t.say("behaviour", {
      ...status().behaviour,
      in_force: { ...NORMAL, fault, confirmation: "asynchronous" },
      expires_at: "2026-11-22T01:01:00Z",
      expires_in_sec: 60,
      expiring: ["confirmation"],
    });
    expect(screen.queryByText("1:00 left")).toBeNull();
    expect(radio("Until changed")).toBeChecked();
  });

  it("fails some calls only", async () => {
    t.behaviour({ fault: { kind: "truncated" } });
    await user.click(screen.getByText("For which calls"));
    const call = (name: string) => screen.getByRole("checkbox", { name });
    expect(call("All calls")).toBeChecked();
    await user.click(call("CreateBooking"));
    expect(asked()?.[0]).toEqual({ fault: { methods: ["CreateBooking"] } });
    t.behaviour({ fault: { kind: "truncated", methods: ["CreateBooking"] } });
    expect(call("All calls")).not.toBeChecked();
    await user.click(call("UpdateBooking"));
    expect(asked()?.[0]).toEqual({ fault: { methods: ["CreateBooking", "UpdateBooking"] } });
    await user.click(call("CreateBooking"));
    expect(asked()?.[0]).toEqual({ fault: { methods: null } });
  });

  it("says in place why the engine refused", async () => {
    t.behaviour({ fault: { kind: "status", status: 503 } });
    await open();
    t.api.patchBehaviour.mockRejectedValue(new ApiError("No such status.", "unknown_value"));
    await user.clear(field("HTTP status"));
    await user.type(field("HTTP status"), "499{Enter}");
    expect(await screen.findByRole("alert")).toHaveTextContent("No such status.");
    expect(field("HTTP status")).toHaveValue("499");
    await user.type(field("HTTP status"), "{Escape}");
    expect(field("HTTP status")).toHaveValue("503");
  });

  it("is one key away", async () => {
    const stop = listenToKeys(window, t.engine, t.window);
    await user.keyboard("n");
    expect(radio(/^Answers come late/)).toHaveFocus();
    await user.keyboard("{ArrowDown}");
    stop();
    expect(asked()?.[0]).toMatchObject({ fault: { kind: "status", status: 503 } });
  });
});

describe("the faults", () => {
  it("have a network of the four, or none", () => {
    const network = (fault: Fault | null) => networkOf({ fault } as Parameters<typeof networkOf>[0]);
    expect(network(null)).toBe("fast");
    expect(network({ kind: "latency", ms: 800, jitter_ms: 200, times: 2 })).toBe("slow");
    expect(network({ kind: "latency", ms: 50 })).toBeNull();
    expect(network({ kind: "status", status: 503, methods: ["CreateBooking"] })).toBe("down");
    expect(network({ kind: "status", status: 503, probability: 0.3 })).toBe("flaky");
    expect(network({ kind: "status", status: 500 })).toBeNull();
    expect(network({ kind: "reset" })).toBeNull();
  });

  it("begin afresh", () => {
    for (const kind of KINDS) {
      expect(kindPatch(kind).fault).toMatchObject({ kind: kind.value, methods: null, times: null });
    }
  });

  it("are for all methods once the last one goes", () => {
    expect(toggled(null, "CreateBooking")).toEqual(["CreateBooking"]);
    expect(toggled(["CreateBooking"], "CreateBooking")).toBeNull();
  });
});
