import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../api/client";
import type { SlotQuery } from "../api/inventory";
import { Dialogs } from "../app/Dialogs";
import { DetailsPane } from "../details/DetailsPane";
import { bench, status, type TestBench } from "../test/engine";
import { DAY, merchant, service, slot, usd } from "../test/inventory";
import { bounds } from "./day";
import { InventoryTab } from "./InventoryTab";

describe("the inventory", () => {
  let t: TestBench;
  const user = userEvent.setup();
  const merchants = () => screen.findByRole("grid", { name: "Merchants" });
  const slots = () => screen.findByRole("grid", { name: "Slots of the day" });
  const details = () => screen.getByRole("complementary", { name: "Details" });

  beforeEach(() => {
    t = bench();
    t.window.tab.set("inventory");
    t.window.day.set(DAY);
  });

  function open() {
    t.show(
      <>
        <InventoryTab />
        <DetailsPane />
        <Dialogs causes={[]} />
      </>,
    );
    t.say("status", status());
  }

  function stocked() {
    t.api.merchants.mockResolvedValue({ merchants: [merchant(1), merchant(2)], next: null });
    t.api.services.mockResolvedValue({ services: [service(1), service(2)], next: null });
    t.api.slots.mockResolvedValue({ slots: [slot(0), slot(1, { spots_open: 0 }), slot(2)], next: null });
    open();
  }

  it("says what to do while there is none", async () => {
    open();
    expect(await screen.findByRole("heading", { name: "No merchants yet" })).toBeVisible();
    expect(screen.getByText(/^That is fine: any merchant/)).toBeVisible();
    t.behaviour({ unknown_inventory: "reject" });
    expect(screen.getByText(/^Requests are refused until there is one/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Generate a business" }));
    expect(await screen.findByRole("dialog", { name: "Generate a business" })).toBeVisible();
  });

  it("goes from a merchant over a service to a slot, by keyboard alone", async () => {
    stocked();
    (await merchants()).focus();
    await user.keyboard("{ArrowDown}");
    expect(t.window.place.get().merchant).toBe("m-1");
    await user.tab();
    expect(screen.getByRole("grid", { name: "Services of Merchant 1" })).toHaveFocus();
    await user.keyboard("{ArrowDown}{ArrowDown}");
    expect(t.window.place.get().service).toBe("s-2");
    await user.keyboard("{Escape}");
    expect(t.window.place.get()).toEqual({ merchant: "m-1", service: null, slot: null });
    (await slots()).focus();
    await user.keyboard("{ArrowDown}{ArrowDown}");
    expect(t.window.place.get().slot).toBe(1);
    expect(await within(details()).findByRole("heading", { name: /Service 1/ })).toBeVisible();
    await user.keyboard("{Escape}");
    expect(t.window.place.get().slot).toBeNull();
  });

  it("asks for the day's slots only, and shows places left in numbers", async () => {
    stocked();
    (await merchants()).focus();
    await user.keyboard("{ArrowDown}");
    const rows = within(await slots()).getAllByRole("row");
    expect(rows[1]).toHaveTextContent("09:002 of 3Service 1 · staff annaat onceon arrival");
    expect(rows[2]).toHaveTextContent("full (3)");
    const { from, to } = bounds(DAY);
    const asked = () => (t.api.slots.mock.lastCall?.[0] as SlotQuery | undefined)?.from_sec;
    expect(t.api.slots).toHaveBeenLastCalledWith(
      { merchant_id: "m-1", from_sec: from, to_sec: to },
      1000,
      null,
      expect.anything(),
    );
    await user.click(screen.getByRole("button", { name: "Day after" }));
    await waitFor(() => expect(asked()).toBe(bounds("2026-11-23").from));
    fireEvent.change(screen.getByLabelText("Day"), { target: { value: "2027-01-05" } });
    await waitFor(() => expect(asked()).toBe(bounds("2027-01-05").from));
  });

  it("stays a window on many slots", async () => {
    t.api.merchants.mockResolvedValue({ merchants: [merchant(1)], next: null });
    t.api.slots.mockResolvedValue({
      slots: Array.from({ length: 12_000 }, (_, index) => slot(index)),
      next: null,
    });
    open();
    (await merchants()).focus();
    await user.keyboard("{ArrowDown}");
    expect(await slots()).toHaveAttribute("aria-rowcount", "12001");
    expect(within(await slots()).getAllByRole("row").length).toBeLessThan(100);
  });

  it("finds the next day that has slots", async () => {
    t.api.merchants.mockResolvedValue({ merchants: [merchant(1)], next: null });
    const later = slot(5, { start_sec: String(bounds("2026-12-03").from + 3600) });
    t.api.slots.mockImplementation(async (query: SlotQuery, limit: number) => ({
      slots: limit === 1 && query.from_sec === bounds(DAY).to ? [later] : [],
      next: null,
    }));
    open();
    (await merchants()).focus();
    await user.keyboard("{ArrowDown}");
    await user.click(await screen.findByRole("button", { name: "Go to a day with slots" }));
    await waitFor(() => expect(t.window.day.get()).toBe("2026-12-03"));
  });

  it("asks again when the engine says that something changed", async () => {
    stocked();
    await merchants();
    t.api.merchants.mockResolvedValue({ merchants: [merchant(3)], next: null });
    t.say("inventory", {});
    expect(await screen.findByText("Merchant 3", undefined, { timeout: 3000 })).toBeVisible();
  });

  describe("a slot", () => {
    async function choose() {
      stocked();
      (await merchants()).focus();
      await user.keyboard("{ArrowDown}");
      (await slots()).focus();
      await user.keyboard("{ArrowDown}");
      return within(details()).findByRole("form", { name: "The slot" });
    }

    it("is changed by one call that names only what was changed", async () => {
      const form = await choose();
      const save = within(form).getByRole("button", { name: "Save" });
      expect(save).toBeDisabled();
      const places = within(form).getByRole("spinbutton", { name: "Places" });
      await user.clear(places);
      await user.type(places, "5");
      await user.click(within(form).getByRole("radio", { name: "Later" }));
      await user.type(within(form).getByRole("textbox", { name: "Deposit" }), "0");
      await user.click(save);
      expect(t.api.patchSlot).toHaveBeenCalledExactlyOnceWith(0, {
        spots_total: 5,
        confirmation_mode: "CONFIRMATION_MODE_ASYNCHRONOUS",
        terms: {
          deposit: {
            deposit: usd(0),
            deposit_type: "FIXED_RATE_DEFAULT",
            min_advance_cancellation_sec: "0",
          },
        },
      });
      await waitFor(() => expect(t.window.notice.get()?.text).toMatch(/^Saved\./));
      expect(within(form).getByRole("button", { name: "Save" })).toBeDisabled();
    });

    it("says in place why a change was refused, and keeps what was typed", async () => {
      t.api.patchSlot.mockRejectedValueOnce(
        new ApiError("2 places of the slot are taken.", "places_taken", "Cancel bookings first."),
      );
      const form = await choose();
      const places = within(form).getByRole("spinbutton", { name: "Places" });
      await user.clear(places);
      await user.type(places, "1{Enter}");
      expect(await within(form).findByRole("alert")).toHaveTextContent(
        "2 places of the slot are taken. Cancel bookings first.",
      );
      expect(places).toHaveValue(1);
      await user.type(within(form).getByRole("textbox", { name: "No-show fee" }), "much{Enter}");
      expect(await within(form).findByRole("alert")).toHaveTextContent("An amount is a number");
      expect(t.api.patchSlot).toHaveBeenCalledTimes(1);
    });

    it("is deleted after asking once", async () => {
      await choose();
      await user.click(within(details()).getByRole("button", { name: "Delete…" }));
      const question = await screen.findByRole("alertdialog", { name: "Delete this slot?" });
      expect(t.api.deleteSlot).not.toHaveBeenCalled();
      await user.click(within(question).getByRole("button", { name: "Delete the slot" }));
      expect(t.api.deleteSlot).toHaveBeenCalledExactlyOnceWith(0);
      await waitFor(() => expect(t.window.place.get().slot).toBeNull());
    });

    it("shows whose bookings hold it", async () => {
      t.api.merchants.mockResolvedValue({ merchants: [merchant(1)], next: null });
      t.api.slots.mockResolvedValue({ slots: [slot(0, { bookings: ["bk-1"] })], next: null });
      t.api.booking.mockRejectedValue(
        new ApiError("It is another test that looks at bookings.", "not_found"),
      );
      open();
      (await merchants()).focus();
      await user.keyboard("{ArrowDown}");
      (await slots()).focus();
      await user.keyboard("{ArrowDown}");
      await user.click(await within(details()).findByRole("button", { name: "bk-1" }));
      expect(t.window.booking.get()).toBe("bk-1");
      expect(t.window.tab.get()).toBe("bookings");
    });

    it("is added to the merchant that is looked at", async () => {
      await choose();
      await user.click(screen.getByRole("button", { name: "Add a slot…" }));
      const dialog = await screen.findByRole("dialog", { name: "Add a slot" });
      await user.type(within(dialog).getByRole("textbox", { name: "Staff" }), "tom");
      await user.click(within(dialog).getByRole("button", { name: "Add the slot" }));
      expect(t.api.createSlot).toHaveBeenCalledExactlyOnceWith({
        merchant_id: "m-1",
        service_id: "s-1",
        start_sec: String(bounds(DAY).from + 12 * 3600),
        duration_sec: "3600",
        spots_total: 1,
        confirmation_mode: "CONFIRMATION_MODE_SYNCHRONOUS",
        resources: { staff_id: "tom" },
      });
      await waitFor(() => expect(t.window.place.get().slot).toBe(1));
    });
  });

  it("changes a service's terms", async () => {
    stocked();
    (await merchants()).focus();
    await user.keyboard("{ArrowDown}{Tab}{ArrowDown}");
    const form = await within(details()).findByRole("form", { name: "Terms of the service" });
    await user.type(within(form).getByRole("textbox", { name: "No-show fee" }), "25");
    const cancel = within(form).getByRole("spinbutton", { name: "Cancel until" });
    expect(cancel).toHaveValue(2);
    await user.clear(cancel);
    await user.type(cancel, "24");
    await user.selectOptions(within(form).getByRole("combobox", { name: "Paid" }), "In full when booking");
    await user.click(within(form).getByRole("button", { name: "Save" }));
    expect(t.api.patchService).toHaveBeenCalledExactlyOnceWith("m-1", "s-1", {
      no_show_fee: { fee: usd(25), fee_type: "FIXED_RATE_DEFAULT" },
      min_advance_online_canceling_sec: 86400,
      prepayment_type: "REQUIRED",
    });
  });

  it("changes a merchant's name", async () => {
    stocked();
    (await merchants()).focus();
    await user.keyboard("{ArrowDown}");
    const form = await within(details()).findByRole("form", { name: "The merchant" });
    const name = within(form).getByRole("textbox", { name: "Name" });
    await user.clear(name);
    await user.type(name, "Harbor Spa{Enter}");
    expect(t.api.patchMerchant).toHaveBeenCalledExactlyOnceWith("m-1", { name: "Harbor Spa" });
  });

  it("generates what was chosen", async () => {
    open();
    await user.click(await screen.findByRole("button", { name: "Generate…" }));
    const dialog = await screen.findByRole("dialog", { name: "Generate a business" });
    await user.click(within(dialog).getByRole("radio", { name: /^Spa/ }));
    await user.selectOptions(within(dialog).getByRole("combobox", { name: "Where" }), "German, Berlin");
    const days = within(dialog).getByRole("spinbutton", { name: "Slots for" });
    await user.clear(days);
    await user.type(days, "100{Enter}");
    expect(await within(dialog).findByRole("alert")).toHaveTextContent("from 1 to 90");
    await user.clear(days);
    await user.type(days, "7");
    await user.click(within(dialog).getByRole("button", { name: "Generate" }));
    expect(t.api.generateInventory).toHaveBeenCalledExactlyOnceWith({ kind: "spa", locale: "de", days: 7 });
    await waitFor(() =>
      expect(t.window.notice.get()?.text).toBe("Made 1 merchant, 4 services and 300 slots."),
    );
  });

  it("imports dropped files in the order that they need, and names bad records by place", async () => {
    t.api.importFeed.mockImplementation(async (_: Blob, name: string) => {
      if (name === "odd.json") throw new ApiError("That is no feed.", "no_feed", "Send one of section 8.");
      const problems =
        name === "services.json.gz"
          ? [
              {
                severity: "error",
                file: name,
                pointer: "/service/3/service_id",
                message: "It has no id.",
                hint: "Give it one.",
              },
            ]
          : [];
      return {
        kind: "services",
        taken: true,
        merchants: 0,
        services: 7,
        slots: 0,
        problems,
        more_problems: 0,
      };
    });
    open();
    const empty = await screen.findByRole("heading", { name: "No merchants yet" });
    const files = ["availability.json", "odd.json", "services.json.gz", "merchants.json"].map(
      (name) => new File(["{}"], name),
    );
    fireEvent.drop(empty, { dataTransfer: { files } });
    const dialog = await screen.findByRole("dialog", { name: "Import feeds" });
    await user.click(within(dialog).getByRole("radio", { name: "Take nothing of its file" }));
    await user.click(within(dialog).getByRole("button", { name: "Import" }));
    expect(await within(dialog).findByText("Done.")).toBeVisible();
    const how = { onError: "abort", replace: false };
    expect(t.api.importFeed.mock.calls.map((call) => [call[1], call[2]])).toEqual([
      ["merchants.json", how],
      ["services.json.gz", how],
      ["odd.json", how],
      ["availability.json", how],
    ]);
    const results = within(dialog).getByRole("list", { name: "What came of it" });
    expect(within(results).getByText("/service/3/service_id")).toBeVisible();
    expect(within(results).getByText("It has no id. Give it one.")).toBeVisible();
    expect(results).toHaveTextContent("services.json.gz taken in part: 7 services · 1 bad record");
    expect(results).toHaveTextContent("odd.json refused: That is no feed. Send one of section 8.");
    await user.click(within(dialog).getByRole("checkbox", { name: /^Take away what a file does not name/ }));
    await user.click(within(dialog).getByRole("button", { name: "Import again" }));
    await waitFor(() => expect(t.api.importFeed).toHaveBeenCalledTimes(8));
    expect(t.api.importFeed.mock.lastCall?.[2]).toEqual({ onError: "abort", replace: true });
  });
});
