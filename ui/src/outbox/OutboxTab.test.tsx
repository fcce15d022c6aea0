import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../api/client";
import type { Notification } from "../api/outbox";
import { DetailsPane } from "../details/DetailsPane";
import { bench, status, type TestBench } from "../test/engine";
import { aggregator, clock, notification, told } from "../test/time";
import { OutboxTab } from "./OutboxTab";

describe("the outbox", () => {
  let t: TestBench;
  const user = userEvent.setup();
  const COUNTS = { waiting: 1, delivered: 1, given_up: 0 };

  function open(...rows: Notification[]) {
    t.api.notifications.mockResolvedValue({ notifications: rows, next: null, counts: COUNTS });
    t.api.notification.mockImplementation(async (id: number) => rows.find((row) => row.id === id));
    t.show(
      <>
        <OutboxTab />
        <DetailsPane />
      </>,
    );
    t.window.tab.set("outbox");
    t.say("status", status());
    t.say("clock", clock({ mode: "frozen", rate: 0 }));
    t.say("notifications", COUNTS);
  }

  beforeEach(() => {
    t = bench();
  });

  it("says what to do while nothing was to be told", async () => {
    open();
    expect(await screen.findByRole("heading", { name: "Nothing to tell yet" })).toBeVisible();
    await user.click(screen.getByRole("button", { name: /^1\. Let the merchant confirm/ }));
    expect(t.api.patchBehaviour).toHaveBeenCalledExactlyOnceWith({
      confirmation: "asynchronous",
      merchant_reply: { decision: "confirm", after_sec: 5, cause: null },
    });
    t.behaviour({
      confirmation: "asynchronous",
      merchant_reply: { decision: "confirm", after_sec: 5 },
    });
    expect(screen.getByRole("button", { name: /^1\. The merchant decides/ })).toBeDisabled();
    await user.click(screen.getByRole("button", { name: "2. Send a sample request" }));
    expect(t.api.sample).toHaveBeenCalledExactlyOnceWith("create_booking");
  });

  it("lists what waits with the time until the next try, by the engine's clock", async () => {
    const error = "503 UNAVAILABLE";
    const attempt = { at: "2026-11-22T01:00:00Z", status: 503, error, duration_us: 900, exchange_id: 7 };
    open(
      notification(2, { attempts: [attempt] }),
      notification(1, { state: "delivered", next_attempt_at: null, attempts: [{ ...attempt, status: 200 }] }),
    );
    const waiting = await screen.findByRole("row", { name: /bk-2/ });
    expect(waiting).toHaveTextContent("Waitingbookings.patchCONFIRMED · bk-21in 4 s");
    expect(screen.getByRole("row", { name: /bk-1/ })).toHaveTextContent("Delivered");
    t.say("clock", clock({ mode: "frozen", rate: 0, now: "2026-11-22T01:00:03Z" }));
    expect(waiting).toHaveTextContent("in 1 s");
  });

  it("asks for those of one state, with how many there are", async () => {
    open(notification(1));
    await user.click(await screen.findByRole("radio", { name: "Delivered 1" }));
    await waitFor(() =>
      expect(t.api.notifications).toHaveBeenLastCalledWith("delivered", null, expect.anything()),
    );
  });

  it("shows body, mask and attempts, and gives up or sends again", async () => {
    const attempt = {
      at: "2026-11-22T01:00:00Z",
      status: 503,
      error: "UNAVAILABLE: told to fail",
      duration_us: 900,
      exchange_id: 7,
    };
    open(notification(2, { attempts: [attempt] }));
    await user.click(await screen.findByRole("row", { name: /bk-2/ }));
    const details = screen.getByRole("complementary", { name: "Details" });
    expect(await within(details).findByRole("heading", { name: "bookings.patch" })).toBeVisible();
    const facts = within(details).getByRole("region", { name: "What is sent" });
    expect(facts).toHaveTextContent("updateMaskstatus");
    expect(facts).toHaveTextContent("Next tryin 4 s");
    expect(within(details).getByText(/"name": "partners\/20002\/bookings\/bk-2"/)).toBeVisible();
    const attempts = within(details).getByRole("region", { name: "Attempts" });
    expect(attempts).toHaveTextContent("503");
    expect(attempts).toHaveTextContent("UNAVAILABLE: told to fail");
    await user.click(within(details).getByRole("button", { name: "Give up" }));
    expect(t.api.giveUp).toHaveBeenCalledExactlyOnceWith(2);
    await user.click(within(details).getByRole("button", { name: "Send now" }));
    expect(t.api.resend).toHaveBeenCalledExactlyOnceWith(2);
    await user.click(within(attempts).getByRole("button", { name: "Show the exchange" }));
    expect(t.window.tab.get()).toBe("traffic");
    expect(t.window.exchange.get()).toBe(7);
  });

  it("says in place why it could not be given up", async () => {
    t.api.giveUp.mockRejectedValueOnce(new ApiError("The notification does not wait.", "not_waiting"));
    open(notification(2));
    t.window.notification.set(2);
    await user.click(await screen.findByRole("button", { name: "Give up" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("The notification does not wait.");
  });

  describe("the stand-in", () => {
    const standIn = () => user.click(screen.getByRole("tab", { name: "Stand-in aggregator" }));

    it("is told to fail its next calls, and with what", async () => {
      const failing = aggregator({ faults: { fail_next: 2, status: 503 } });
      t.api.failNext.mockImplementation(async () => {
        // Who asks afterwards hears the same.
        t.api.aggregator.mockResolvedValue(failing);
        return failing;
      });
      open();
      const fail = await screen.findByRole("radiogroup", { name: "Fail the next calls" });
      expect(within(fail).getByRole("radio", { name: "None" })).toBeChecked();
      await user.click(within(fail).getByRole("radio", { name: "2" }));
      expect(t.api.failNext).toHaveBeenCalledExactlyOnceWith(2, 503);
      await waitFor(() => expect(within(fail).getByRole("radio", { name: "2" })).toBeChecked());
      await user.selectOptions(screen.getByRole("combobox", { name: "with" }), "404 not found");
      expect(t.api.failNext).toHaveBeenLastCalledWith(2, 404);
    });

    it("shows what is left, also where nobody offered that number", async () => {
      t.api.aggregator.mockResolvedValue(aggregator({ faults: { fail_next: 4, status: 429 } }));
      open();
      expect(await screen.findByRole("radio", { name: "4" })).toBeChecked();
      expect(screen.getByText("tried again")).toBeVisible();
    });

    it("shows the places that it was told of", async () => {
      t.api.aggregator.mockResolvedValue(aggregator({ real_time_updates: true }));
      t.api.aggregatorSlots.mockResolvedValue({ slots: [told(1), told(2, { spotsOpen: "0" })], next: null });
      open();
      await standIn();
      const places = await screen.findByRole("grid", { name: "Places as the stand-in was told of them" });
      expect(within(places).getByRole("row", { name: /s-1/ })).toHaveTextContent("2 of 3at once");
      expect(within(places).getByRole("row", { name: /s-2/ })).toHaveTextContent("0 of 3");
    });

    it("says how places come to be told where they are not", async () => {
      open();
      await standIn();
      expect(await screen.findByRole("heading", { name: "Told of no places yet" })).toBeVisible();
      expect(screen.getByText(/send_real_time_updates: true/)).toBeVisible();
    });

    it("takes bookings that it never saw when it is told to", async () => {
      open();
      await standIn();
      await user.click(await screen.findByRole("checkbox", { name: "Take bookings it never saw" }));
      expect(t.api.acceptUnknownBookings).toHaveBeenCalledExactlyOnceWith(true);
    });

    it("says so when notifications go elsewhere", async () => {
      t.api.aggregator.mockResolvedValue(aggregator({ notify_url: "http://elsewhere.test" }));
      open();
      await standIn();
      expect(await screen.findByText("http://elsewhere.test")).toBeVisible();
    });
  });
});
