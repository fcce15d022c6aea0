import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../api/client";
import { bench, CAUSES, exchange, status, type TestBench } from "../test/engine";
import { TrafficTab } from "./TrafficTab";

const many = (count: number, from = 1) => Array.from({ length: count }, (_, index) => exchange(from + index));

describe("the traffic", () => {
  let t: TestBench;
  const user = userEvent.setup();
  const grid = () => screen.getByRole("grid", { name: "Traffic, newest first" });
  const selected = () => t.window.exchange.get();

  beforeEach(() => {
    t = bench();
    t.show(<TrafficTab causes={CAUSES} />);
    t.say("status", status());
  });

  it("says what to do while nothing came yet, and sends a true request", async () => {
    expect(screen.getByRole("heading", { name: "No requests yet" })).toBeVisible();
    expect(screen.getByText(/^curl -u mock:partner/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Send a sample request" }));
    expect(t.api.sample).toHaveBeenCalledExactlyOnceWith("create_booking");
    await user.click(screen.getByRole("button", { name: "Copy" }));
    expect(t.window.platform.copyText).toHaveBeenCalledWith(expect.stringMatching(/^curl/));
  });

  it("is a grid of all rows though only the visible ones exist", () => {
    t.rows(...many(5_000));
    expect(grid()).toHaveAttribute("aria-rowcount", "5001");
    expect(screen.getAllByRole("row").length).toBeLessThan(100);
    expect(screen.getByRole("row", { name: /guest 5000/ })).toHaveAttribute("aria-rowindex", "2");
  });

  it("moves by keyboard with one tab stop", async () => {
    t.rows(...many(500));
    grid().focus();
    await user.keyboard("{ArrowDown}");
    expect(selected()).toBe(500);
    await user.keyboard("{ArrowDown}{ArrowDown}");
    expect(selected()).toBe(498);
    expect(grid()).toHaveAttribute(
      "aria-activedescendant",
      screen.getByRole("row", { selected: true }).getAttribute("id"),
    );
    await user.keyboard("{ArrowUp}");
    expect(selected()).toBe(499);
    await user.keyboard("{End}");
    expect(selected()).toBe(1);
    await user.keyboard("{Home}");
    expect(selected()).toBe(500);
    await user.keyboard("{PageDown}");
    expect(selected()).toBeLessThan(490);
    await user.keyboard("{Enter}");
    expect(t.window.detailsOpen.get()).toBe(true);
    await user.keyboard("{Escape}");
    expect(selected()).toBeNull();
  });

  it("keeps the selected row while new ones come", async () => {
    t.rows(...many(10));
    grid().focus();
    await user.keyboard("{ArrowDown}");
    t.rows(...many(5, 11));
    expect(screen.getByRole("row", { selected: true })).toHaveTextContent("guest 10");
    await user.keyboard("{ArrowDown}");
    expect(selected()).toBe(9);
  });

  it("pauses, counts, and resumes", async () => {
    t.rows(...many(3));
    await user.click(screen.getByRole("button", { name: "Pause" }));
    t.rows(...many(2, 4));
    expect(screen.queryByText("guest 5")).toBeNull();
    await user.click(screen.getByRole("button", { name: "2 new rows, resume" }));
    expect(screen.getByText("guest 5")).toBeVisible();
    expect(screen.getByRole("button", { name: "Pause" })).toBeVisible();
  });

  it("names the calls of the aggregator's interface as that does", () => {
    const bookings = "/aggregator/v1alpha/notification/partners/20002/bookings/bk-1?updateMask=status";
    const places = "/aggregator/v1alpha/inventory/partners/20002/availability:replace";
    const outbound = { direction: "outbound", method: null } as const;
    t.rows(exchange(1, { ...outbound, path: bookings }), exchange(2, { ...outbound, path: places }));
    expect(screen.getByRole("row", { name: /out bookings\.patch/ })).toBeVisible();
    expect(screen.getByRole("row", { name: /out availability:replace/ })).toBeVisible();
  });

  it("tells an empty pause from an empty log", async () => {
    await user.click(screen.getByRole("button", { name: "Pause" }));
    expect(screen.getByRole("heading", { name: "Paused" })).toBeVisible();
  });

  it("filters by tokens and says when nothing matches", async () => {
    t.rows(exchange(1), exchange(2, { method: "UpdateBooking" }));
    await user.type(screen.getByRole("combobox", { name: "Filter traffic" }), "method:UpdateBooking ");
    await waitFor(() => expect(screen.queryByText("guest 1")).toBeNull());
    expect(screen.getByText("guest 2")).toBeVisible();
    await user.type(screen.getByRole("combobox", { name: "Filter traffic" }), "outcome:error ");
    expect(await screen.findByRole("heading", { name: "Nothing matches" })).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Show all traffic" }));
    expect(await screen.findByText("guest 1")).toBeVisible();
  });

  it("lets the engine search for words", async () => {
    t.rows(exchange(1));
    t.api.exchanges.mockResolvedValue({
      exchanges: [exchange(7, { note: "found in a body" })],
      next: null,
    });
    await user.type(screen.getByRole("combobox", { name: "Filter traffic" }), "smith");
    expect(await screen.findByText("found in a body")).toBeVisible();
    expect(t.api.exchanges).toHaveBeenLastCalledWith(
      expect.objectContaining({ q: "smith", limit: 200 }),
      expect.anything(),
    );
  });

  it("goes to the first row on Enter, also when the search is still out", async () => {
    t.rows(exchange(1));
    let answer: (page: unknown) => void = () => undefined;
    t.api.exchanges.mockImplementation(() => new Promise((resolve) => (answer = resolve)));
    const filter = screen.getByRole("combobox", { name: "Filter traffic" });
    await user.type(filter, "smith");
    expect(await screen.findByText("Searching all bodies…")).toBeVisible();
    await user.keyboard("{Enter}");
    expect(filter).toHaveFocus();
    await act(async () => answer({ exchanges: [exchange(7), exchange(6)], next: null }));
    await waitFor(() => expect(grid()).toHaveFocus());
    expect(selected()).toBe(7);
  });

  it("forgets the Enter when more is typed", async () => {
    t.rows(exchange(1));
    const answers: ((page: unknown) => void)[] = [];
    t.api.exchanges.mockImplementation(() => new Promise((resolve) => answers.push(resolve)));
    const filter = screen.getByRole("combobox", { name: "Filter traffic" });
    await user.type(filter, "smi{Enter}th");
    await act(async () => {
      for (const answer of answers) answer({ exchanges: [exchange(7)], next: null });
    });
    expect(await screen.findByText("guest 7")).toBeVisible();
    expect(filter).toHaveFocus();
    expect(selected()).toBeNull();
  });

  it("sends a sample beside the rows, and says why one could not be sent", async () => {
    t.rows(exchange(1));
    t.api.sample.mockRejectedValueOnce(
      new ApiError("The server is stopped.", "listener_stopped", "Start it."),
    );
    await user.click(screen.getByRole("button", { name: "Send a sample request" }));
    await waitFor(() => expect(t.window.notice.get()?.text).toBe("The server is stopped. Start it."));
  });

  it("shows a gap as a row", () => {
    t.rows(exchange(1));
    t.say("exchanges", { rows: [exchange(1202)], cursor: 1202, last: 1202, gap: { from: 2, to: 1201 } });
    expect(screen.getByText("1,200 rows not shown live")).toBeVisible();
  });

  it("drops everything when the log is cleared", () => {
    t.rows(...many(3));
    t.say("reset", {});
    expect(screen.getByRole("heading", { name: "No requests yet" })).toBeVisible();
  });
});
