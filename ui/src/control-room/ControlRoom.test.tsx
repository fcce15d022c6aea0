import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../api/client";
import { bench, CAUSES, NORMAL, status, type TestBench } from "../test/engine";
import { clock } from "../test/time";
import { ControlRoom } from "./ControlRoom";

const CLEARED = { methods: null, rejected_card_type: null, times: null, probability: null };

describe("the control room", () => {
  let t: TestBench;
  const user = userEvent.setup();
  const radio = (name: string | RegExp) => screen.getByRole("radio", { name });

  beforeEach(() => {
    t = bench();
    t.show(<ControlRoom causes={CAUSES} />);
    t.say("status", status());
  });

  it.each([
    ["Later", { confirmation: "asynchronous" }],
    ["At once", { confirmation: "synchronous" }],
    [/Slot is gone/, { failure: { cause: "SLOT_UNAVAILABLE", ...CLEARED } }],
    ["Deposit", { payment: { mode: "deposit" } }],
    ["Confirm", { merchant_reply: { decision: "confirm", after_sec: 30, cause: null } }],
    ["Decline", { merchant_reply: { decision: "decline", after_sec: 30, cause: null } }],
    ["Fail", { merchant_reply: { decision: "fail", after_sec: 30, cause: "SLOT_UNAVAILABLE" } }],
    ["Google", { payment: { processed_by: "PROCESSED_BY_GOOGLE" } }],
    ["Refuse", { unknown_inventory: "reject" }],
    ["Reject", { validation: "reject" }],
    ["Off", { validation: "off" }],
  ])("asks the engine for one thing per click: %s", async (name, patch) => {
    await user.click(radio(name));
    expect(t.api.patchBehaviour).toHaveBeenCalledExactlyOnceWith(patch, undefined);
  });

  it("shows what the engine says and nothing else", async () => {
    await user.click(radio("Later"));
    expect(radio("By slot")).toBeChecked();
    t.behaviour({ confirmation: "asynchronous" });
    expect(radio("Later")).toBeChecked();
    t.behaviour({});
    expect(radio("By slot")).toBeChecked();
  });

  it("limits a failure to some times and shows what is left", async () => {
    t.behaviour({ failure: { cause: "SLOT_UNAVAILABLE" } });
    await user.click(radio("3×"));
    expect(t.api.patchBehaviour).toHaveBeenLastCalledWith({ failure: { times: 3 } }, undefined);
    t.behaviour({ failure: { cause: "SLOT_UNAVAILABLE", times: 2 } });
    expect(radio("2×")).toBeChecked();
    expect(screen.getByText("2 left")).toBeVisible();
  });

  it("limits a failure to some time and counts down", async () => {
    t.behaviour({ failure: { cause: "SLOT_UNAVAILABLE" } });
    await user.click(radio("1 min"));
    expect(t.api.patchBehaviour).toHaveBeenLastCalledWith({ failure: { cause: "SLOT_UNAVAILABLE" } }, 60);
    t.say("clock", clock({ mode: "frozen", rate: 0 }));
    t.behaviour({ failure: { cause: "SLOT_UNAVAILABLE" } }, 48);
    expect(radio("1 min")).toBeChecked();
    expect(screen.getByText("0:48 left")).toBeVisible();
  });

  it("has the merchant reply after some time that is offered", async () => {
    t.behaviour({ merchant_reply: { decision: "decline", after_sec: 45 } });
    expect(radio("45 s")).toBeChecked();
    await user.click(radio("5 min"));
    expect(t.api.patchBehaviour).toHaveBeenCalledExactlyOnceWith(
      { merchant_reply: { decision: "decline", after_sec: 300, cause: null } },
      undefined,
    );
  });

  it("has the merchant reply after any time that is typed", async () => {
    t.behaviour({ merchant_reply: { decision: "confirm", after_sec: 30 } });
    const field = screen.getByRole("textbox", { name: "or after so many seconds" });
    await user.clear(field);
    await user.type(field, "soon{Enter}");
    expect(screen.getByRole("alert")).toHaveTextContent(/^A whole number from 0/);
    expect(t.api.patchBehaviour).not.toHaveBeenCalled();
    await user.clear(field);
    await user.type(field, "12{Enter}");
    expect(field).toHaveFocus();
    expect(t.api.patchBehaviour).toHaveBeenCalledExactlyOnceWith(
      { merchant_reply: { decision: "confirm", after_sec: 12, cause: null } },
      undefined,
    );
  });

  it("has a pending booking fail with a cause", async () => {
    t.behaviour({ merchant_reply: { decision: "fail", after_sec: 30, cause: "SLOT_UNAVAILABLE" } });
    await user.selectOptions(screen.getByRole("combobox", { name: "Cause" }), "PAYMENT_ERROR_CARD_DECLINED");
    expect(t.api.patchBehaviour).toHaveBeenCalledExactlyOnceWith(
      { merchant_reply: { decision: "fail", after_sec: 30, cause: "PAYMENT_ERROR_CARD_DECLINED" } },
      undefined,
    );
  });

  it("forgets time and cause when a person decides", async () => {
    t.behaviour({ merchant_reply: { decision: "fail", after_sec: 30, cause: "SLOT_UNAVAILABLE" } });
    await user.click(radio("By hand"));
    expect(t.api.patchBehaviour).toHaveBeenCalledExactlyOnceWith(
      { merchant_reply: { decision: "manual", after_sec: null, cause: null } },
      undefined,
    );
  });

  it("has the payment processor say something else", async () => {
    await user.selectOptions(
      screen.getByRole("combobox", { name: "Processor says" }),
      "Card brand not taken",
    );
    expect(t.api.patchBehaviour).toHaveBeenCalledExactlyOnceWith(
      { payment: { authorisation: "reject_card_type", rejected_card_type: "VISA" } },
      undefined,
    );
  });

  it.each(["Visa", "Mastercard", "American Express", "Discover", "JCB"])(
    "rejects a brand of cards: %s",
    async (brand) => {
      t.behaviour({
        payment: { ...NORMAL.payment, authorisation: "reject_card_type", rejected_card_type: null },
      });
      const cards = screen.getByRole("radiogroup", { name: "Card that is not taken" });
      expect(within(cards).getByRole("radio", { name: "Visa" })).toBeChecked();
      if (brand === "Visa") return;
      await user.click(within(cards).getByRole("radio", { name: brand }));
      const rejected_card_type = brand.toUpperCase().replace(" ", "_");
      expect(t.api.patchBehaviour).toHaveBeenCalledExactlyOnceWith(
        { payment: { rejected_card_type } },
        undefined,
      );
    },
  );

  it("leaves the parameters of a challenge out", async () => {
    expect(screen.queryByRole("radiogroup", { name: "3-D Secure parameters" })).toBeNull();
    t.behaviour({ payment: { ...NORMAL.payment, authorisation: "require_3ds1" } });
    const parameters = screen.getByRole("radiogroup", { name: "3-D Secure parameters" });
    await user.click(within(parameters).getByRole("radio", { name: "Missing" }));
    expect(t.api.patchBehaviour).toHaveBeenCalledExactlyOnceWith(
      { payment: { threeds1_parameters: "missing" } },
      undefined,
    );
  });

  it("sends a sample with the payment that is chosen", async () => {
    t.behaviour({ payment: { ...NORMAL.payment, mode: "deposit" } });
    await user.click(screen.getByRole("button", { name: "Send a sample with this payment" }));
    expect(t.api.sample).toHaveBeenCalledExactlyOnceWith("create_booking", { payment: "deposit" });
    await waitFor(() => expect(t.window.notice.get()?.text).toBe("CreateBooking answered CONFIRMED."));
  });

  it("chooses the card that is rejected", async () => {
    t.behaviour({ failure: { cause: "PAYMENT_ERROR_CARD_TYPE_REJECTED", rejected_card_type: "VISA" } });
    expect(radio(/Card brand not taken/)).toBeChecked();
    await user.selectOptions(screen.getByRole("combobox", { name: "Rejected card" }), "JCB");
    expect(t.api.patchBehaviour).toHaveBeenLastCalledWith(
      { failure: { cause: "PAYMENT_ERROR_CARD_TYPE_REJECTED", rejected_card_type: "JCB" } },
      undefined,
    );
  });

  it("says in place why something was refused", async () => {
    t.api.patchBehaviour.mockRejectedValue(new ApiError("That does not go together.", "illegal_combination"));
    await user.click(radio("Later"));
    expect(await screen.findByRole("alert")).toHaveTextContent("That does not go together.");
    expect(radio("By slot")).toBeChecked();
  });

  it("opens the list of all causes", async () => {
    await user.click(screen.getByRole("button", { name: /causes…/ }));
    expect(t.window.dialog.get()).toBe("causes");
  });
});
