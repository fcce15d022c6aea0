import { fireEvent, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../api/client";
import { bench, exchange, status, type TestBench } from "../test/engine";
import { App } from "./App";
import { inSum } from "./Spoken";

describe("the window", () => {
  let t: TestBench;
  const user = userEvent.setup();

  beforeEach(() => {
    t = bench();
    t.show(<App />);
    t.say("status", status());
  });

  it("has one button back to normal, only when something is not", async () => {
    expect(screen.queryByRole("button", { name: "Back to normal" })).toBeNull();
    t.behaviour({ confirmation: "asynchronous" });
    expect(screen.getByText("wait for the merchant")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Back to normal" }));
    expect(t.api.deleteBehaviour).toHaveBeenCalledTimes(1);
  });

  it("asks once before Esc goes back to normal, and not when all is normal", async () => {
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("alertdialog")).toBeNull();
    t.behaviour({ confirmation: "asynchronous" });
    await user.keyboard("{Escape}");
    const question = await screen.findByRole("alertdialog", { name: "Back to normal?" });
    expect(t.api.deleteBehaviour).not.toHaveBeenCalled();
    await user.click(within(question).getByRole("button", { name: "Back to normal" }));
    expect(t.api.deleteBehaviour).toHaveBeenCalledTimes(1);
  });

  it("opens all causes with F and takes one by keyboard", async () => {
    await user.keyboard("f");
    const dialog = await screen.findByRole("dialog", { name: "Answer bookings with" });
    await user.type(within(dialog).getByRole("combobox"), "cancelled");
    await user.keyboard("{Enter}");
    expect(t.api.patchBehaviour.mock.lastCall?.[0]).toMatchObject({
      failure: { cause: "BOOKING_NOT_CANCELLABLE" },
    });
  });

  it("does everything from the palette", async () => {
    await user.keyboard("{Control>}k{/Control}");
    const palette = await screen.findByRole("dialog", { name: "Find anything" });
    await user.type(within(palette).getByRole("combobox"), "network down");
    await user.keyboard("{Enter}");
    expect(t.api.patchBehaviour.mock.lastCall?.[0]).toMatchObject({
      fault: { kind: "status", status: 503 },
    });
  });

  it("brings the keyboard to the filter with /", async () => {
    await user.click(screen.getByRole("tab", { name: /^Bookings/ }));
    // Two keys before the next frame: the second is typed, and opens no dialog.
    fireEvent.keyDown(document.body, { key: "/" });
    const filter = screen.getByRole("combobox", { name: "Filter traffic" });
    expect(filter).toHaveFocus();
    fireEvent.keyDown(filter, { key: "f" });
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("says that a port is taken and offers a free one", async () => {
    const refusal = new ApiError(
      "Port 9999 is taken by another program.",
      "port_taken",
      "Port 8792 is free.",
      8792,
    );
    t.api.putListener.mockRejectedValueOnce(refusal);
    await user.click(screen.getByRole("button", { name: "Server: Running" }));
    const port = await screen.findByRole("textbox", { name: "Port" });
    await user.clear(port);
    await user.type(port, "9999");
    await user.click(screen.getByRole("button", { name: "Change port" }));
    expect(await screen.findByText("Port 9999 is taken by another program.")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Use port 8792" }));
    expect(t.api.putListener).toHaveBeenLastCalledWith({ listening: true, port: 8792 });
  });

  it("says when the engine does not answer, and keeps what it said", () => {
    t.engine.connection.set({ state: "lost", attempt: 1 });
    return expect(screen.findByText(/The engine does not answer. Trying again…/)).resolves.toBeVisible();
  });

  it("asks once before it clears the log", async () => {
    await user.click(screen.getByRole("button", { name: "More" }));
    await user.click(await screen.findByRole("menuitem", { name: "Clear the log…" }));
    const question = await screen.findByRole("alertdialog", { name: "Clear the log?" });
    expect(t.api.clearExchanges).not.toHaveBeenCalled();
    await user.click(within(question).getByRole("button", { name: "Clear the log" }));
    expect(t.api.clearExchanges).toHaveBeenCalledTimes(1);
  });

  it("copies address and credentials", async () => {
    await user.click(screen.getByRole("button", { name: "Copy the address" }));
    expect(t.window.platform.copyText).toHaveBeenLastCalledWith("http://127.0.0.1:8790");
    await user.click(screen.getByRole("button", { name: "Copy the credentials" }));
    expect(t.window.platform.copyText).toHaveBeenLastCalledWith("mock:partner");
  });

  it("counts traffic and bookings on the tabs", () => {
    t.rows(exchange(1), exchange(2));
    t.say("bookings", { total: 2 });
    expect(screen.getByRole("tab", { name: "Traffic 2" })).toBeVisible();
    expect(screen.getByRole("tab", { name: "Bookings 2" })).toBeVisible();
  });

  it("starts over when the engine says so", () => {
    t.rows(exchange(1), exchange(2));
    t.say("reset", {});
    expect(screen.getByRole("tab", { name: "Traffic 0" })).toBeVisible();
  });
});

describe("the spoken summary", () => {
  it("adds up instead of reading rows", () => {
    const rows = [exchange(1), exchange(2, { outcome: "failure" }), exchange(3, { outcome: "error" })];
    expect(inSum(rows)).toBe("3 new requests, 1 booking failure, 1 error.");
    expect(inSum([exchange(1)])).toBe("1 new request.");
  });
});
