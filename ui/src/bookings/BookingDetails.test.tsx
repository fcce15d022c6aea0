import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../api/client";
import type { BookingDetails as Details } from "../api/types";
import { actions, bookingDetails, message } from "../test/bookings";
import { bench, exchange, status, type TestBench } from "../test/engine";
import { BookingDetails } from "./BookingDetails";

describe("one booking", () => {
  let t: TestBench;
  let held: Details;
  const user = userEvent.setup();

  beforeEach(() => {
    t = bench();
    t.say("status", status());
    t.api.act.mockImplementation(async () => held);
  });

  async function showWith(change: Partial<Details> = {}) {
    held = bookingDetails(change);
    t.api.booking.mockImplementation(async () => held);
    t.show(<BookingDetails id="bk-1" />);
    await screen.findByRole("heading", { name: "Guest 1" });
  }

  const button = (name: string) => screen.getByRole("button", { name });
  const merchant = () => screen.getByRole("region", { name: "As the merchant" });

  it("reads the diagram as who said what to whom, each with its time", async () => {
    await showWith();
    const diagram = screen.getByRole("group", { name: "Sequence diagram of booking bk-1" });
    const items = within(diagram).getAllByRole("listitem");
    expect(items.map((item) => item.firstElementChild?.getAttribute("aria-label"))).toEqual([
      expect.stringMatching(/^\d\d:00:03 guest to aggregator: books$/),
      expect.stringMatching(/^\d\d:00:03 aggregator to partner: CreateBooking, opens exchange 17$/),
      expect.stringMatching(
        /^\d\d:00:03 partner to aggregator: answers PENDING_MERCHANT_CONFIRMATION, opens exchange 17$/,
      ),
    ]);
  });

  it("opens an arrow's exchange, by click and by keyboard, with one tab stop", async () => {
    await showWith({
      messages: [
        message({ from: "guest", to: "aggregator", kind: "action", label: "books", exchange_id: null }),
        message(),
        message({ label: "UpdateBooking", exchange_id: 18 }),
      ],
    });
    const links = screen.getAllByRole("link");
    expect(links.map((link) => link.getAttribute("tabindex"))).toEqual(["0", "-1"]);
    await user.click(links[1] as HTMLElement);
    expect(t.window.exchange.get()).toBe(18);
    expect(t.window.tab.get()).toBe("traffic");
    links[1]?.focus();
    await user.keyboard("{ArrowUp}");
    expect(links[0]).toHaveFocus();
    await user.keyboard("{ArrowUp}{End}");
    expect(links[1]).toHaveFocus();
    await user.keyboard("{Home}");
    expect(links[0]).toHaveFocus();
  });

  it("lights the state that it is in and says the same in words", async () => {
    await showWith();
    const machine = screen.getByRole("region", { name: "State machine" });
    expect(
      within(machine).getByRole("img", { name: "State machine: this booking is Pending" }),
    ).toBeVisible();
    await waitFor(() =>
      expect(machine).toHaveTextContent(
        "From here: confirmed (merchant accepts), declined (merchant declines).",
      ),
    );
    expect(machine.querySelector('[data-way="current"]')).toHaveTextContent("Pendingnow");
    expect(machine.querySelectorAll('[data-way="taken"]')).toHaveLength(1);
  });

  it("says the way that it came, and when nothing can follow", async () => {
    const step = bookingDetails().timeline[0] as Details["timeline"][number];
    await showWith({
      status: "DECLINED_BY_MERCHANT",
      timeline: [step, { ...step, event: "declined", status: "DECLINED_BY_MERCHANT", exchange_id: null }],
      actions: actions(),
    });
    const machine = screen.getByRole("region", { name: "State machine" });
    expect(machine).toHaveTextContent(/Now declined .*, by way of pending/);
    await waitFor(() => expect(machine).toHaveTextContent("This is final: nothing can follow."));
    expect(merchant()).toHaveTextContent("Nothing can be done with this booking any more.");
  });

  it("greys what is not legal, says why, and asks nobody for it", async () => {
    await showWith();
    const refund = button("Refund…");
    expect(refund).toHaveAttribute("aria-disabled", "true");
    expect(refund).toHaveAccessibleDescription("No refund now.");
    await user.click(refund);
    expect(within(merchant()).getAllByText("No refund now.")).not.toHaveLength(0);
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(t.api.act).not.toHaveBeenCalled();
    expect(button("Confirm")).not.toHaveAttribute("aria-disabled");
  });

  it("confirms at once, says what came of it and shows what the engine answered", async () => {
    await showWith();
    t.api.act.mockImplementation(async () => {
      held = bookingDetails({ status: "CONFIRMED", actions: actions("cancel", "reschedule") });
      return held;
    });
    await user.click(button("Confirm"));
    expect(t.api.act).toHaveBeenCalledWith("bk-1", { action: "confirm" });
    expect(t.window.notice.get()?.text).toBe("Confirmed: the booking of Guest 1. The aggregator is told.");
    await waitFor(() => expect(button("Confirm")).toHaveAttribute("aria-disabled", "true"));
  });

  it("asks once before it declines", async () => {
    await showWith();
    await user.click(button("Decline…"));
    const dialog = await screen.findByRole("dialog", { name: "Decline the booking of Guest 1?" });
    expect(t.api.act).not.toHaveBeenCalled();
    await user.click(within(dialog).getByRole("button", { name: "Back" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await user.click(button("Decline…"));
    await user.click(await screen.findByRole("button", { name: "Decline" }));
    expect(t.api.act).toHaveBeenCalledWith("bk-1", { action: "decline" });
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  it("fails with a cause, and a card where the cause is about one", async () => {
    await showWith();
    await user.click(button("Fail…"));
    const dialog = await screen.findByRole("dialog", { name: "Give up on the booking of Guest 1?" });
    const cause = within(dialog).getByRole("combobox", { name: "Cause" });
    await within(dialog).findByRole("option", { name: /Card brand not taken/ });
    await user.selectOptions(cause, "PAYMENT_ERROR_CARD_TYPE_REJECTED");
    await user.selectOptions(within(dialog).getByRole("combobox", { name: "Rejected card" }), "MASTERCARD");
    await user.type(within(dialog).getByRole("textbox", { name: "Description" }), "for the class");
    await user.click(within(dialog).getByRole("button", { name: "Let it fail" }));
    expect(t.api.act).toHaveBeenCalledWith("bk-1", {
      action: "fail",
      cause: "PAYMENT_ERROR_CARD_TYPE_REJECTED",
      rejected_card_type: "MASTERCARD",
      description: "for the class",
    });
  });

  it("moves only what was changed, and says in the dialog what is wrong", async () => {
    await showWith({ status: "CONFIRMED", actions: actions("reschedule") });
    t.api.act.mockRejectedValueOnce(
      new ApiError("All 1 places of the new slot are taken.", "slot_unavailable", "Choose another time."),
    );
    await user.click(button("Reschedule…"));
    const dialog = await screen.findByRole("dialog", { name: "Move the booking of Guest 1" });
    const yes = within(dialog).getByRole("button", { name: "Move it" });
    expect(yes).toBeDisabled();
    const guests = within(dialog).getByRole("spinbutton", { name: "Guests" });
    await user.clear(guests);
    await user.type(guests, "5");
    await user.click(yes);
    expect(t.api.act).toHaveBeenLastCalledWith("bk-1", { action: "reschedule", party_size: 5 });
    expect(await within(dialog).findByRole("alert")).toHaveTextContent(
      "All 1 places of the new slot are taken. Choose another time.",
    );
    await user.clear(guests);
    await user.click(yes);
    expect(within(dialog).getByRole("alert")).toHaveTextContent("At least one guest comes.");
    expect(t.api.act).toHaveBeenCalledTimes(1);
  });

  it("asks what becomes of the money only where there is some", async () => {
    await showWith({
      status: "CONFIRMED",
      actions: actions("cancel"),
      prepayment_status: "PREPAYMENT_PROVIDED",
    });
    await user.click(button("Cancel…"));
    const dialog = await screen.findByRole("dialog", { name: "Cancel the booking of Guest 1?" });
    await user.selectOptions(within(dialog).getByRole("combobox", { name: "What was paid" }), "Is kept");
    await user.click(within(dialog).getByRole("button", { name: "Cancel the booking" }));
    expect(t.api.act).toHaveBeenCalledWith("bk-1", { action: "cancel", refund: false });
  });

  it("says why an action at once was refused", async () => {
    await showWith();
    t.api.act.mockRejectedValueOnce(new ApiError("CANCELED is final.", "illegal_move", "Nothing is legal."));
    await user.click(button("Confirm"));
    await waitFor(() => expect(t.window.notice.get()?.text).toBe("CANCELED is final. Nothing is legal."));
    expect(t.window.notice.get()?.bad).toBe(true);
  });

  it("shows both sides and marks where they differ", async () => {
    const { aggregator } = bookingDetails();
    await showWith({
      status: "CONFIRMED",
      differs: ["status"],
      aggregator: aggregator && { ...aggregator, status: "PENDING_MERCHANT_CONFIRMATION" },
    });
    await user.click(screen.getByRole("tab", { name: "Both sides differ" }));
    const rows = within(screen.getByRole("region", { name: "Both sides" })).getAllByRole("row");
    const differ = rows.filter((row) => row.textContent?.includes("differs"));
    expect(differ.map((row) => within(row).getByRole("rowheader").textContent)).toEqual(["State"]);
    expect(differ[0]).toHaveTextContent("Confirmed CONFIRMEDPending PENDING_MERCHANT_CONFIRMATION");
    await user.click(button("Show what was sent"));
    expect(t.window.filterText.get()).toBe("booking:bk-1 direction:outbound");
    expect(t.window.tab.get()).toBe("traffic");
    await user.click(button("Open the outbox"));
    expect(t.window.tab.get()).toBe("outbox");
  });

  it("previews the e-mails and says that nobody sends them", async () => {
    await showWith();
    await user.click(screen.getByRole("tab", { name: "E-mails 1" }));
    expect(screen.getByText(/^Previews: nobody sends these/)).toBeVisible();
    const email = screen.getByRole("article", { name: "Preview: Booking requested: massage-60 at 1234" });
    expect(email).toHaveTextContent("Preview, not sent");
    expect(email).toHaveTextContent("ann@example.com");
    expect(email).toHaveTextContent("Hello Ann, your request was sent.");
  });

  it("tells its history with the ledger where there is one", async () => {
    const sums = { authorised_micros: "0", fee_micros: "0", refunded_micros: "0", credited_micros: "0" };
    const ledger = [
      {
        kind: "captured",
        amount_micros: "25000000",
        currency_code: "USD",
        at: "2026-11-22T01:00:03Z",
        text: "The deposit was taken.",
        exchange_id: 17,
      },
    ];
    const balances = [
      {
        ...sums,
        currency_code: "USD",
        balance_micros: "25000000",
        captured_micros: "25000000",
        held_micros: "40000000",
      },
    ];
    await showWith({ ledger, balances } as Partial<Details>);
    await user.click(screen.getByRole("tab", { name: "History" }));
    expect(screen.getByRole("region", { name: "What happened" })).toHaveTextContent("Booked by the guest.");
    const account = screen.getByRole("region", { name: "Ledger" });
    expect(account).toHaveTextContent("Captured $25.00 The deposit was taken.");
    expect(account).toHaveTextContent("The guest has paid $25.00: $25.00 captured, $40.00 held on the card.");
    await user.click(within(account).getByRole("button", { name: "Show the exchange" }));
    expect(t.window.exchange.get()).toBe(17);
  });

  it("asks again when something about it went over the wire", async () => {
    await showWith();
    const before = t.api.booking.mock.calls.length;
    t.rows(exchange(5, { booking_id: "bk-1", direction: "outbound" }));
    await waitFor(() => expect(t.api.booking.mock.calls.length).toBeGreaterThan(before));
  });

  it("gives the list its room back", async () => {
    await showWith();
    t.window.booking.set("bk-1");
    await user.click(button("List only"));
    expect(t.window.booking.get()).toBeNull();
  });

  it("says that a booking is gone", async () => {
    t.api.booking.mockRejectedValue(new ApiError('There is no booking "bk-1".', "not_found"));
    t.show(<BookingDetails id="bk-1" />);
    expect(await screen.findByRole("alert")).toHaveTextContent('There is no booking "bk-1".');
  });
});
