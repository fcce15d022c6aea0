import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../api/client";
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
    const findings = screen.getByRole("region", { name: "Findings" });
    expect(within(findings).getByText("/slot/resource_ids")).toBeVisible();
    expect(within(findings).getByText("It was ignored.")).toBeVisible();
    expect(await screen.findByText(/"start_sec": 9007199254740993/)).toBeVisible();
  });

  it("explains why, and marks what settled it", async () => {
    showWith({
      decisions: [
        { step: "token", layer: "domain", text: "The token is new.", decided: false, reference: "2.5" },
        { step: "failure", layer: "toggle", text: "The toggle answers.", decided: true, reference: null },
      ],
    });
    await user.click(await screen.findByRole("tab", { name: "Why" }));
    expect(screen.getByText("decided by a toggle")).toBeVisible();
    expect(screen.getAllByRole("listitem")[1]).toHaveTextContent("This settled it: The toggle answers.");
  });

  it("says when a body is not JSON, and when no answer was sent", async () => {
    showWith({
      request: { ...details(1).request, body: '{"slot": {' },
      response: null,
    });
    expect(await screen.findByText(/^No answer was sent/)).toBeVisible();
    await user.click(screen.getByRole("tab", { name: /Request/ }));
    expect(screen.getByText("This is not JSON. It is shown as it came.")).toBeVisible();
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
