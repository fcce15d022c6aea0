import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../api/client";
import type { OwnedOption } from "../api/payments";
import { Dialogs } from "../app/Dialogs";
import { bench, NOW, status, type TestBench } from "../test/engine";
import { leftInWords } from "./options";

function owned(id: string, change: Partial<OwnedOption> = {}): OwnedOption {
  return {
    user_payment_option_id: id,
    payment_option_id: "pack-of-ten",
    type: "PAYMENT_OPTION_MULTI_USE",
    original_count: 10,
    current_count: 9,
    user_id: "u-1",
    merchant_id: "m-1",
    origin: "given",
    booking_id: null,
    created_at: NOW,
    withdrawn: false,
    ...change,
  };
}

describe("packs and memberships", () => {
  let t: TestBench;
  const user = userEvent.setup();
  const dialog = () => screen.findByRole("dialog", { name: "Packs and memberships" });

  beforeEach(() => {
    t = bench();
    t.api.paymentOptions.mockResolvedValue([owned("upo-1"), owned("upo-2", { current_count: 0 })]);
    t.show(<Dialogs causes={[]} />);
    t.say("status", status());
    t.window.dialog.set("payment-options");
  });

  it("are listed with what is left, used up, filled up and taken back", async () => {
    const box = await dialog();
    const row = await within(box).findByRole("row", { name: /^upo-1/ });
    expect(row).toHaveTextContent("9 of 10given");
    await user.click(within(row).getByRole("button", { name: "Use up upo-1" }));
    expect(t.api.patchPaymentOption).toHaveBeenLastCalledWith("upo-1", { current_count: 0 });
    await user.click(within(box).getByRole("button", { name: "Fill up upo-2" }));
    expect(t.api.patchPaymentOption).toHaveBeenLastCalledWith("upo-2", { current_count: 10 });
    await user.click(within(row).getByRole("button", { name: "Take upo-1 back" }));
    expect(t.api.patchPaymentOption).toHaveBeenLastCalledWith("upo-1", { withdrawn: true });
  });

  it("are given to a guest; why not is said in place", async () => {
    const box = await dialog();
    const give = within(box).getByRole("button", { name: "Give it" });
    expect(give).toBeDisabled();
    await user.type(within(box).getByRole("textbox", { name: "Guest (user_id)" }), "u-7");
    await user.type(within(box).getByRole("textbox", { name: "Merchant (merchant_id)" }), "m-2");
    t.api.givePaymentOption.mockRejectedValueOnce(new ApiError("There is one already.", "conflict"));
    await user.click(give);
    expect(t.api.givePaymentOption).toHaveBeenLastCalledWith({
      user_id: "u-7",
      merchant_id: "m-2",
      payment_option_id: "pack-of-ten",
      type: "PAYMENT_OPTION_MULTI_USE",
      original_count: 10,
    });
    expect(await within(box).findByRole("alert")).toHaveTextContent("There is one already.");
  });

  it("have words for what is left", () => {
    expect(leftInWords(owned("a", { type: "PAYMENT_OPTION_UNLIMITED_USE" }))).toBe("membership");
    expect(leftInWords(owned("a", { withdrawn: true }))).toBe("taken back");
  });
});
