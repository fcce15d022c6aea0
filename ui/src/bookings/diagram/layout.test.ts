import { describe, expect, it } from "vitest";
import { message } from "../../test/bookings";
import { labelOf, layOut, widthOf, wrap } from "./layout";
import { nameOf, timeOf } from "./words";

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 22, 1, 0, seconds)).toISOString();

describe("the layout of the sequence diagram", () => {
  it("has four lifelines, and a processor once messages name it", () => {
    expect(layOut([message()], 700).lanes.map(({ party }) => party)).toEqual([
      "guest",
      "aggregator",
      "partner",
      "merchant",
    ]);
    const paid = { ...message(), to: "processor" } as unknown as ReturnType<typeof message>;
    expect(layOut([paid], 700).lanes.at(-1)?.party).toBe("processor");
  });

  it("spreads over the room that there is, and never so far that labels cannot be read", () => {
    const gapAt = (room: number) => {
      const [first, second] = layOut([message()], room).lanes;
      return (second?.x ?? 0) - (first?.x ?? 0);
    };
    expect(gapAt(300)).toBe(gapAt(500));
    expect(gapAt(900)).toBeGreaterThan(gapAt(700));
    expect(layOut([message()], 700).width).toBeLessThanOrEqual(700);
    expect(layOut([message()], 900).width).toBeLessThanOrEqual(900);
  });

  it("draws each arrow below the one before, between its two parties", () => {
    const { arrows, lanes, height } = layOut(
      [message(), message({ from: "partner", to: "aggregator", kind: "answer" })],
      700,
    );
    const x = new Map(lanes.map((lane) => [lane.party, lane.x]));
    expect(arrows.map(({ fromX, toX }) => [fromX, toX])).toEqual([
      [x.get("aggregator"), x.get("partner")],
      [x.get("partner"), x.get("aggregator")],
    ]);
    const [first, second] = arrows;
    expect(second?.top).toBe((first?.top ?? 0) + (first?.height ?? 0));
    expect(height).toBeGreaterThan(second?.y ?? 0);
  });

  it("says how much time passed where it was more than a moment", () => {
    const messages = [
      message({ at: at(0) }),
      message({ at: at(9) }),
      message({ at: at(39) }),
      message({ at: at(134) }),
    ];
    expect(layOut(messages, 700).pauses.map(({ text }) => text)).toEqual(["30 s later", "1 min 35 s later"]);
  });

  it("breaks long labels in two lines and says when that was not all", () => {
    expect(wrap("CreateBooking", 200)).toEqual({ lines: ["CreateBooking"], shortened: false });
    expect(wrap("new booking bk-00000501GWF4", 120)).toEqual({
      lines: ["new booking", "bk-00000501GWF4"],
      shortened: false,
    });
    const { lines, shortened } = wrap("one two three four five six seven eight", 60);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/…$/);
    expect(shortened).toBe(true);
    const [cut] = wrap("PENDING_MERCHANT_CONFIRMATION", 100).lines;
    expect(cut).toMatch(/^PENDING.*…$/);
    expect(widthOf(cut ?? "")).toBeLessThanOrEqual(100);
  });

  it("shortens what the drawing has no room for, but not the name", () => {
    const waits = message({ kind: "answer", label: "PENDING_MERCHANT_CONFIRMATION" });
    expect(labelOf(waits)).toBe("PENDING");
    const email = message({
      from: "aggregator",
      to: "guest",
      kind: "email",
      label: "Booking requested: massage-60 at 1234",
      exchange_id: null,
    });
    expect(labelOf(email)).toBe("E-mail: booking requested");
    const time = timeOf("2026-11-22T01:00:03Z");
    expect(time).toMatch(/^\d\d:\d\d:03$/);
    expect(nameOf(message())).toBe(`${time} aggregator to partner: CreateBooking, opens exchange 17`);
    expect(nameOf(waits)).toBe(
      `${time} aggregator to partner: answers PENDING_MERCHANT_CONFIRMATION, opens exchange 17`,
    );
    expect(nameOf(email)).toBe(
      `${time} aggregator to guest: e-mail “Booking requested: massage-60 at 1234”, a preview`,
    );
  });
});
