import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../api/client";
import type { Session } from "../api/sessions";
import { App } from "../app/App";
import { bench, exchange, NOW, status, type TestBench } from "../test/engine";

function session(name: string, change: Partial<Session> = {}): Session {
  return {
    name,
    booking_url: `http://127.0.0.1:8790/sessions/${name}`,
    control_url: `http://127.0.0.1:8791/sessions/${name}`,
    exchanges: 0,
    bookings: 0,
    changed: false,
    now: NOW,
    ...change,
  };
}

describe("sessions", () => {
  let t: TestBench;
  const user = userEvent.setup();

  beforeEach(() => {
    t = bench();
    t.show(<App />);
    t.say("status", status());
  });

  const there = (...sessions: Session[]) => t.api.sessions.mockResolvedValue({ sessions, most: 100 });
  const open = async () => {
    t.window.dialog.set("sessions");
    return screen.findByRole("dialog", { name: "Sessions" });
  };

  it("are not spoken of in the bar where there are none", async () => {
    await waitFor(() => expect(t.api.sessions).toHaveBeenCalled());
    expect(screen.queryByRole("button", { name: /^Session: / })).toBeNull();
  });

  it("are chosen in the bar, and what was looked at is left behind", async () => {
    there(session("trainee-7", { exchanges: 3, changed: true }));
    t.rows(exchange(1));
    t.window.showExchange(1);
    await open();
    await user.keyboard("{Escape}");
    await user.click(await screen.findByRole("button", { name: "Session: main" }));
    const item = await screen.findByRole("menuitemradio", { name: /^trainee-7/ });
    expect(item).toHaveTextContent("3 exchanges, toggled");
    await user.click(item);
    expect(t.window.session.get()).toBe("trainee-7");
    expect(t.window.exchange.get()).toBeNull();
    // It says so in the bar, and beside the sentence.
    expect(screen.getByRole("button", { name: "Session: trainee-7" })).toBeVisible();
    const band = screen.getByRole("region", { name: "What the next request will get" });
    expect(within(band).getByText("trainee-7")).toBeVisible();
    expect(t.window.address()).toBe("http://127.0.0.1:8791/#token=token&session=trainee-7");
  });

  it("are listed with what is in them, and begun by name", async () => {
    there(session("suite-1", { exchanges: 1200, bookings: 4 }));
    const dialog = await open();
    const row = await within(dialog).findByRole("row", { name: /^suite-1/ });
    expect(row).toHaveTextContent("1,200");
    expect(row).toHaveTextContent("/sessions/suite-1");
    await user.click(within(row).getByRole("button", { name: "Copy the address of suite-1" }));
    expect(t.window.platform.copyText).toHaveBeenCalledWith("http://127.0.0.1:8790/sessions/suite-1");
    t.api.beginSession.mockRejectedValueOnce(new ApiError("“a b” is no name.", "unknown_value"));
    const name = within(dialog).getByRole("textbox", { name: "New session" });
    await user.type(name, "a b{Enter}");
    expect(await within(dialog).findByRole("alert")).toHaveTextContent("“a b” is no name.");
    await user.clear(name);
    await user.type(name, "ab{Enter}");
    expect(t.api.beginSession).toHaveBeenLastCalledWith("ab");
    await waitFor(() => expect(t.window.session.get()).toBe("ab"));
  });

  it("are ended after asking once; who looked at it is back at the main partner", async () => {
    there(session("suite-1"));
    t.window.session.set("suite-1");
    const dialog = await open();
    await user.click(await within(dialog).findByRole("button", { name: "End suite-1…" }));
    const question = await screen.findByRole("alertdialog", { name: "End the session suite-1?" });
    expect(t.api.endSession).not.toHaveBeenCalled();
    await user.click(within(question).getByRole("button", { name: "End the session" }));
    expect(t.api.endSession).toHaveBeenCalledExactlyOnceWith("suite-1");
    await waitFor(() => expect(t.window.session.get()).toBeNull());
  });

  it("that are not there are begun, or left", async () => {
    t.window.session.set("gone");
    t.engine.connection.set({ state: "gone" });
    const alert = await screen.findByRole("alert");
    expect(alert).toHaveTextContent("There is no session gone");
    await user.click(within(alert).getByRole("button", { name: "Begin it" }));
    expect(t.api.beginSession).toHaveBeenCalledExactlyOnceWith("gone");
    await user.click(within(alert).getByRole("button", { name: "Back to the main partner" }));
    expect(t.window.session.get()).toBeNull();
  });
});
