import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../api/client";
import { Spoken } from "../app/Spoken";
import { bench, status, type TestBench } from "../test/engine";
import { clock } from "../test/time";
import { ClockStrip } from "./ClockStrip";

const REPLY = { at: "2026-11-22T01:00:30Z", what: "merchant_reply", booking_id: "bk-1" } as const;

describe("the clock", () => {
  let t: TestBench;
  const user = userEvent.setup();
  const strip = () => screen.getByRole("region", { name: "Clock" });
  const radio = (name: string) => within(strip()).getByRole("radio", { name });

  beforeEach(() => {
    t = bench();
    t.show(
      <>
        <ClockStrip />
        <Spoken />
      </>,
    );
    t.say("status", status());
    t.say("clock", clock());
  });

  it("shows how it goes, and asks for another way with one call", async () => {
    expect(radio("Real")).toBeChecked();
    await user.click(radio("Frozen"));
    expect(t.api.putClock).toHaveBeenCalledExactlyOnceWith({ mode: "frozen" });
    t.say("clock", clock({ mode: "frozen", rate: 0 }));
    expect(radio("Frozen")).toBeChecked();
    await user.click(radio("60×"));
    expect(t.api.putClock).toHaveBeenLastCalledWith({ mode: "scaled", rate: 60 });
  });

  it("is moved by one click, and what fired is said", async () => {
    t.say("clock", clock({ next_timer: REPLY }));
    const later = { ...clock({ mode: "scaled", now: "2026-11-22T01:05:00Z" }), fired: 1 };
    t.api.advance.mockResolvedValueOnce(later);
    await user.click(screen.getByRole("button", { name: "+5 min" }));
    expect(t.api.advance).toHaveBeenCalledExactlyOnceWith({ sec: 300 });
    expect(await screen.findByText(/Then the merchant replied to bk-1\.$/)).toBeVisible();
    // A real clock that was moved goes on ahead of the system's, which is none of the three ways.
    expect(radio("Moved")).toBeChecked();
    expect(within(strip()).getByText("Nothing happens by itself.")).toBeVisible();
  });

  it("goes to what happens next, by name", async () => {
    t.say("clock", clock({ mode: "frozen", rate: 0, next_timer: REPLY }));
    const next = screen.getByRole("button", {
      name: "To the next timer: the merchant replies to bk-1 in 30 s",
    });
    await user.click(next);
    expect(t.api.advance).toHaveBeenCalledExactlyOnceWith({ to: "next_timer" });
  });

  it("counts down by the engine's clock and not by ours", async () => {
    t.say("clock", clock({ mode: "scaled", rate: 60, next_timer: { ...REPLY, at: "2026-11-22T02:00:00Z" } }));
    await waitFor(() => expect(strip()).toHaveTextContent(/in 59 min/));
  });

  it("says why it could not be moved", async () => {
    t.api.advance.mockRejectedValueOnce(new ApiError("The store is in trouble.", "store_unavailable"));
    await user.click(screen.getByRole("button", { name: "+1 day" }));
    expect(await screen.findByText("The store is in trouble.")).toBeVisible();
  });
});
