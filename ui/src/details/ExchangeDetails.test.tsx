import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../api/client";
import type { Change } from "../api/types";
import { bench, details, status, type TestBench } from "../test/engine";
import { DetailsPane } from "./DetailsPane";

describe("the details", () => {
  let t: TestBench;
  const user = userEvent.setup();

  beforeEach(() => {
    t = bench();
    t.say("status", status());
  });

  function showWith(change: Parameters<typeof details>[1] = {}) {
    t.api.exchange.mockImplementation(async (id: number) => details(id, change));
    t.show(<DetailsPane />);
    t.window.exchange.set(17);
  }

  it("says what it is for while nothing is selected", () => {
    t.show(<DetailsPane />);
    expect(screen.getByText(/^Select a row to see/)).toBeVisible();
  });

  it("shows the formatted answer first", async () => {
    showWith();
    expect(await screen.findByRole("heading", { name: "CreateBooking" })).toBeVisible();
    const body = await screen.findByText(/"status": "CONFIRMED"/);
    expect(body).toHaveTextContent('{ "booking": { "status": "CONFIRMED" } }');
  });

  it("shows the request with its findings and every digit of its numbers", async () => {
    showWith({
      finding_count: 1,
      findings: [
        {
          severity: "warning",
          code: "unknown_field",
          pointer: "/slot/resource_ids",
          found: "an unknown field",
          expected: "resources",
          hint: "It was ignored.",
          reference: "3.1",
        },
      ],
    });
    await user.click(await screen.findByRole("tab", { name: "Request 1 findings" }));
    // The panel that is left is there for a moment still, with findings of its own.
    const panel = await screen.findByRole("tabpanel", { name: "Request 1 findings" });
    const findings = within(panel).getByRole("region", { name: "Findings" });
    expect(within(findings).getByText("Warning")).toBeVisible();
    expect(within(findings).getByText("/slot/resource_ids")).toBeVisible();
    expect(within(findings).getByText("It was ignored.")).toBeVisible();
    expect(within(findings).getByText("resources")).toBeVisible();
    expect(within(findings).getByText("§ 3.1")).toBeVisible();
    expect(await screen.findByText(/"start_sec": 9007199254740993/)).toBeVisible();
  });

  it("shows a finding at its line, and goes there from the list", async () => {
    const finding = {
      severity: "error" as const,
      code: "wrong_type",
      pointer: "/slot/start_sec",
      found: "a number",
      expected: "a string",
      hint: "Write it in quotes.",
      reference: "1.3",
    };
    showWith({ finding_count: 1, findings: [finding] });
    await user.click(await screen.findByRole("button", { name: "/slot/start_sec" }));
    expect(screen.getByRole("tab", { name: /^Request/ })).toHaveAttribute("aria-selected", "true");
    expect(await screen.findByText(/^"start_sec": 9007.*Error: Write it in quotes\.$/)).toBeVisible();
  });

  it("explains why, and marks what settled it", async () => {
    showWith({
      decisions: [
        {
          step: "token",
          layer: "domain",
          text: "The token is new.",
          decided: false,
          reference: "2.5",
          counterfactuals: [],
        },
        {
          step: "failure",
          layer: "toggle",
          text: "The toggle answers.",
          decided: true,
          reference: null,
          counterfactuals: [],
        },
      ],
    });
    const why = await screen.findByRole("region", { name: "Why this answer" });
    expect(within(why).getByText("decided by a toggle")).toBeVisible();
    const steps = within(why).getAllByRole("listitem");
    expect(steps[0]).toHaveTextContent("The token is new.Partner’s rules§ 2.5");
    expect(steps[1]).toHaveTextContent("This settled it: The toggle answers.Toggle");
  });

  describe("what would change the answer", () => {
    const control = {
      kind: "control" as const,
      verb: "PATCH",
      path: "/api/behaviour",
      body: { failure: null },
    };
    const idea = (change: Change, would: string | null = "CONFIRMED") =>
      showWith({
        decisions: [
          {
            step: "failure",
            layer: "toggle",
            text: "The toggle answers.",
            decided: true,
            reference: null,
            counterfactuals: [{ text: "Would be booked if the toggle were off.", would, change }],
          },
        ],
      });
    const section = () => screen.findByRole("region", { name: "What would change the answer" });

    it("is done by one control call, then the request is sent again, with the keyboard alone", async () => {
      idea(control);
      const ideas = await section();
      expect(within(ideas).getByText("CONFIRMED")).toBeVisible();
      expect(within(ideas).getByText('PATCH /api/behaviour {"failure":null}')).toBeVisible();
      within(ideas).getByRole("button", { name: "Do this" }).focus();
      await user.keyboard("{Enter}");
      expect(t.api.perform).toHaveBeenCalledExactlyOnceWith(control);
      expect(await within(ideas).findByText(/^Done: it is in force/)).toBeVisible();
      expect(within(ideas).getByRole("button", { name: "Send it again" })).toHaveFocus();
      await user.keyboard("{Enter}");
      expect(t.api.replay).toHaveBeenCalledExactlyOnceWith(17, undefined);
      await waitFor(() => expect(t.window.exchange.get()).toBe(18));
    });

    it("is time that passes, where the clock can be advanced", async () => {
      idea({ kind: "wait", sec: 90 });
      const ideas = await section();
      within(ideas).getByRole("button", { name: "Advance the clock by 1 min 30 s" }).focus();
      await user.keyboard("{Enter}");
      expect(t.api.advance).toHaveBeenCalledExactlyOnceWith({ sec: 90 });
      expect(await within(ideas).findByText(/^Done: the time has passed\./)).toBeVisible();
      await user.keyboard("{Enter}");
      expect(t.api.replay).toHaveBeenCalledExactlyOnceWith(17, undefined);
    });

    it("says in place why it could not be done", async () => {
      t.api.perform.mockRejectedValueOnce(new ApiError("That slot is gone.", "not_found", "Make it anew."));
      idea(control);
      const ideas = await section();
      await user.click(within(ideas).getByRole("button", { name: "Do this" }));
      expect(await within(ideas).findByRole("alert")).toHaveTextContent("That slot is gone. Make it anew.");
      expect(within(ideas).getByRole("button", { name: "Do this" })).toBeVisible();
    });

    it("is another request, sent or copied", async () => {
      const change: Change = { kind: "request", pointer: "/slot/start_sec", value: "5" };
      idea(change, null);
      const ideas = await section();
      expect(within(ideas).getByText('/slot/start_sec = "5"')).toBeVisible();
      await user.click(within(ideas).getByRole("button", { name: "Copy as cURL with this change" }));
      expect(t.api.curl).toHaveBeenCalledWith(17, change);
      await user.click(within(ideas).getByRole("button", { name: "Send it so" }));
      expect(t.api.replay).toHaveBeenCalledWith(17, change);
    });

    it.each([
      [{ kind: "header", name: "Authorization", value: null } as Change, "without the header Authorization"],
      [
        { kind: "header", name: "X-Mock-Partner", value: "status=503" } as Change,
        "X-Mock-Partner: status=503",
      ],
      [{ kind: "request_line", verb: "GET", path: "/v3/HealthCheck" } as Change, "GET /v3/HealthCheck"],
      [{ kind: "request", pointer: "/lease_ref" } as Change, "without /lease_ref"],
      [{ kind: "wait", sec: 30 } as Change, "30 s later"],
    ])("is said exactly: %o", async (change, words) => {
      idea(change);
      expect(within(await section()).getByText(words)).toBeVisible();
    });
  });

  it("says when a body is not JSON, and when no answer was sent", async () => {
    showWith({
      request: { ...details(1).request, body: '{"slot": {' },
      response: null,
    });
    expect(await screen.findByText(/^No answer was sent/)).toBeVisible();
    await user.click(screen.getByRole("tab", { name: /Request/ }));
    expect(await screen.findByText("This is not JSON. It is shown as it came.")).toBeVisible();
  });

  it("copies the request as a curl command", async () => {
    showWith();
    await user.click(await screen.findByRole("button", { name: "Copy as cURL" }));
    expect(t.api.curl).toHaveBeenCalledWith(17);
    expect(t.window.platform.copyText).toHaveBeenCalledWith("curl …");
  });

  it("lists the headers of both sides", async () => {
    showWith();
    await user.click(await screen.findByRole("tab", { name: "Headers" }));
    expect(screen.getByText("POST /v3/CreateBooking HTTP/1.1")).toBeVisible();
    expect(screen.getAllByText("content-type")).toHaveLength(2);
  });

  it("says in a sentence when the exchange is gone", async () => {
    t.api.exchange.mockRejectedValue(
      new ApiError("There is no exchange 17.", "not_found", "It was cleared."),
    );
    t.show(<DetailsPane />);
    t.window.exchange.set(17);
    expect(await screen.findByRole("alert", undefined, { timeout: 3000 })).toHaveTextContent(
      "There is no exchange 17. It was cleared.",
    );
  });
});
