import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { Dialogs } from "../app/Dialogs";
import { Footer } from "../app/Footer";
import { listenToKeys } from "../app/keyboard";
import { ControlRoom } from "../control-room/ControlRoom";
import { bench, status, type TestBench } from "../test/engine";
import { method } from "../test/inventory";
import { inSum, milliseconds, nameOf, percent } from "./limits";

describe("the thresholds", () => {
  let t: TestBench;
  const user = userEvent.setup();
  const say = (...methods: ReturnType<typeof method>[]) =>
    t.api.thresholds.mockResolvedValue({ since: "2026-11-22T01:00:00Z", window: 1000, methods });

  beforeEach(() => {
    t = bench();
  });

  function open() {
    t.show(
      <>
        <Footer />
        <Dialogs causes={[]} />
      </>,
    );
    t.say("status", status());
  }

  it("are summed up in the bottom line, which opens them", async () => {
    say(method("CreateBooking", { error_rate: 0.31, breached: ["error_rate"] }), method("UpdateBooking"));
    open();
    await user.click(await screen.findByRole("button", { name: "1 method over Google’s limits" }));
    const dialog = await screen.findByRole("dialog", { name: "Error rate and latency" });
    const row = within(dialog).getByRole("row", { name: /^CreateBooking/ });
    expect(row).toHaveTextContent("31 % limit 5.0 %");
    expect(row).toHaveTextContent("too many errors");
    expect(within(dialog).getByRole("row", { name: /^UpdateBooking/ })).toHaveTextContent("within");
  });

  it("say of a method without limits that it has none, not that it is within them", async () => {
    say(method("HealthCheck", { error_rate_limit: null, latency_limit_ms: null }));
    open();
    t.window.dialog.set("thresholds");
    const row = await screen.findByRole("row", { name: /^HealthCheck/ });
    expect(within(row).getAllByRole("cell").at(-1)).toHaveTextContent(/^no limit$/);
  });

  it("open with T and from the palette, and say when nothing was counted", async () => {
    say(method("CreateBooking", { count: 0 }));
    open();
    const stop = listenToKeys(window, t.engine, t.window);
    await user.keyboard("t");
    const dialog = await screen.findByRole("dialog", { name: "Error rate and latency" });
    expect(within(dialog).getByText(/^No requests yet/)).toBeVisible();
    await user.keyboard("{Escape}");
    await user.keyboard("{Control>}k{/Control}");
    stop();
    await user.type(await screen.findByRole("combobox", { name: "Find a command" }), "thresholds{Enter}");
    expect(await screen.findByRole("dialog", { name: "Error rate and latency" })).toBeVisible();
  });

  it("are written for people", () => {
    expect(percent(0)).toBe("0 %");
    expect(percent(0.004)).toBe("0.4 %");
    expect(milliseconds(0.83)).toBe("0.8 ms");
    expect(milliseconds(4000)).toBe("4 s");
    expect(nameOf(method("CreateBooking", { with_payment: true }))).toBe("CreateBooking with payment");
    expect(inSum({ since: "", window: 1, methods: [method("HealthCheck")] })).toEqual({
      breached: false,
      text: "All methods within Google’s limits",
    });
  });
});

describe("the words of overrides", () => {
  it("are lines to copy", async () => {
    const t = bench();
    const user = userEvent.setup();
    t.show(
      <>
        <ControlRoom causes={[]} />
        <Dialogs causes={[]} />
      </>,
    );
    t.say("status", status());
    await user.click(screen.getByRole("button", { name: "Override one request…" }));
    const dialog = await screen.findByRole("dialog", { name: "Override one request" });
    await user.click(
      within(dialog).getByRole("button", { name: "Copy the header for “503 instead of an answer”" }),
    );
    expect(t.window.platform.copyText).toHaveBeenCalledWith("X-Mock-Partner: status=503");
    await user.click(
      within(dialog).getByRole("button", { name: /^Copy the e-mail for “The merchant confirms/ }),
    );
    expect(t.window.platform.copyText).toHaveBeenCalledWith("mina+ASYNC@example.com");
  });
});
