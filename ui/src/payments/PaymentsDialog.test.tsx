import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../api/client";
import { bench, status, type TestBench } from "../test/engine";
import { PaymentsDialog } from "./PaymentsDialog";
import { answered } from "./send";

describe("payments to try", () => {
  let t: TestBench;
  const user = userEvent.setup();

  function open() {
    t.show(<PaymentsDialog open="payments" />);
    t.say("status", status());
    return screen.findByRole("dialog", { name: "Try a payment" });
  }

  beforeEach(() => {
    t = bench();
  });

  it.each([
    ["Pay on arrival", "none"],
    ["Pay in full", "prepayment"],
    ["No-show fee", "no_show_fee"],
    ["Deposit", "deposit"],
    ["Card required", "card_required"],
  ])("are sent, one of each mode: %s", async (name, payment) => {
    await user.click(within(await open()).getByRole("button", { name }));
    expect(t.api.sample).toHaveBeenCalledExactlyOnceWith("create_booking", { payment });
    await waitFor(() =>
      expect(screen.getByRole("status")).toHaveTextContent("CreateBooking answered CONFIRMED."),
    );
  });

  it("are chosen by a token, which is copied or sent", async () => {
    const row = await within(await open()).findByRole("row", { name: /^tok_reject_jcb/ });
    expect(row).toHaveTextContent("The merchant takes no JCB.PAYMENT_ERROR_CARD_TYPE_REJECTED");
    await user.click(within(row).getByRole("button", { name: "Copy tok_reject_jcb" }));
    expect(t.window.platform.copyText).toHaveBeenCalledWith("tok_reject_jcb");
    await user.click(within(row).getByRole("button", { name: "Send a sample with tok_reject_jcb" }));
    expect(t.api.sample).toHaveBeenCalledExactlyOnceWith("create_booking", {
      payment_token: "tok_reject_jcb",
    });
  });

  it("say why nothing could be sent", async () => {
    t.api.sample.mockRejectedValueOnce(
      new ApiError("The Booking Server takes no calls.", "listener_stopped"),
    );
    await user.click(within(await open()).getByRole("button", { name: "Deposit" }));
    await waitFor(() =>
      expect(screen.getByRole("status")).toHaveTextContent("The Booking Server takes no calls."),
    );
  });

  it("lead to the page of the last challenge", async () => {
    const acs_url = "http://127.0.0.1:8790/3ds1/challenge";
    const challenge = { acs_url, pa_req: "eN pa+", md_merchant_data: "md-1" };
    t.api.lastChallenge.mockResolvedValue(challenge);
    await user.click(
      await within(await open()).findByRole("button", { name: "Open the bank’s last challenge" }),
    );
    expect(t.window.platform.openExternal).toHaveBeenCalledExactlyOnceWith(
      `${acs_url}?PaReq=eN+pa%2B&MD=md-1`,
    );
  });

  it("are answered by a status, a cause, or an HTTP status", () => {
    const body = (body: unknown, status = 200) => answered({ status, duration_us: 1, body });
    expect(body({ booking: { status: "CONFIRMED" } })).toBe("CONFIRMED");
    expect(body({ booking_failure: { cause: "PAYMENT_ERROR" } })).toBe("PAYMENT_ERROR");
    expect(body("broken", 503)).toBe("HTTP 503");
  });
});
