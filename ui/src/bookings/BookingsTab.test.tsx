import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../api/client";
import type { BookingStatus } from "../api/types";
import { booking } from "../test/bookings";
import { bench, status, type TestBench } from "../test/engine";
import { BookingsTab } from "./BookingsTab";
import { STATUSES } from "./status";

describe("the list of bookings", () => {
  let t: TestBench;
  const user = userEvent.setup();

  beforeEach(() => {
    t = bench();
    t.say("status", status({ counts: { ...status().counts, bookings: 3 } }));
  });

  function holds(...rows: ReturnType<typeof booking>[]) {
    t.api.bookings.mockImplementation(
      async ({ words, status }: { words: string; status: string | null }) => ({
        bookings: rows.filter(
          (row) => row.guest.toLowerCase().includes(words) && (status === null || row.status === status),
        ),
        next: null,
      }),
    );
    t.show(<BookingsTab />);
  }

  it("names every state in words, with its protocol name to point at", async () => {
    holds(...STATUSES.map(([status], index) => booking(index, { status })));
    for (const [status, { word }] of STATUSES) {
      const row = await screen.findByRole("row", { name: new RegExp(`^${word} Guest`) });
      expect(row.querySelector(`[title="${status}"]`)).toBeInTheDocument();
    }
  });

  it("has a shape and a word of its own for each state", () => {
    const words = new Set(STATUSES.map(([, { word }]) => word));
    const shapes = new Set(STATUSES.map(([, { Shape }]) => Shape));
    expect([words.size, shapes.size]).toEqual([STATUSES.length, STATUSES.length]);
  });

  it("has the engine look for a guest or an id, and for a state", async () => {
    holds(booking(1, { guest: "Ann Okafor" }), booking(2, { guest: "Ben Berg", status: "FAILED" }));
    await screen.findByRole("row", { name: /Ann Okafor/ });
    await user.type(screen.getByRole("searchbox", { name: "Guest or booking id" }), "ben");
    await waitFor(() => expect(screen.queryByRole("row", { name: /Ann/ })).toBeNull());
    expect(screen.getByRole("row", { name: /Ben Berg/ })).toBeVisible();
    expect(screen.getByText("1 booking")).toBeVisible();
    await user.selectOptions(screen.getByRole("combobox", { name: "State" }), "Confirmed");
    expect(await screen.findByRole("heading", { name: "No booking is like that" })).toBeVisible();
    const wanted: { words: string; status: BookingStatus } = { words: "ben", status: "CONFIRMED" };
    expect(t.api.bookings.mock.lastCall?.[0]).toEqual(wanted);
    await user.click(screen.getAllByRole("button", { name: "Show all bookings" })[0] as HTMLElement);
    expect(await screen.findByRole("row", { name: /Ann Okafor/ })).toBeVisible();
  });

  it("is walked through by keyboard: from the words into the rows, into the details and back", async () => {
    holds(booking(1), booking(2));
    await user.click(await screen.findByRole("searchbox", { name: "Guest or booking id" }));
    await user.keyboard("{Enter}");
    const grid = screen.getByRole("grid", { name: "Bookings, newest first" });
    await waitFor(() => expect(grid).toHaveFocus());
    await user.keyboard("{ArrowDown}{ArrowDown}{Enter}");
    expect(t.window.booking.get()).toBe("bk-2");
    expect(t.window.detailsOpen.get()).toBe(true);
    await user.keyboard("{Escape}");
    expect(t.window.booking.get()).toBeNull();
    expect(t.window.detailsOpen.get()).toBe(false);
  });

  it("asks again when the engine says that bookings changed", async () => {
    holds(booking(1));
    await screen.findByRole("row", { name: /Guest 1/ });
    const before = t.api.bookings.mock.calls.length;
    t.say("bookings", { total: 4 });
    await waitFor(() => expect(t.api.bookings.mock.calls.length).toBeGreaterThan(before));
  });

  it("says what to do while there is none, and why none could be fetched", async () => {
    t.say("status", status());
    holds();
    expect(await screen.findByRole("heading", { name: "No bookings yet" })).toBeVisible();
    expect(screen.queryByRole("searchbox")).toBeNull();
  });

  it("says why none could be fetched", async () => {
    t.api.bookings.mockRejectedValue(new ApiError("The store is full.", "store_unavailable"));
    t.show(<BookingsTab />);
    expect(await screen.findByRole("alert")).toHaveTextContent("The store is full.");
  });
});
