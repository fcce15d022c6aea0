import { describe, expect, it } from "vitest";
import { dateAndTime, shortDate } from "./format";

// Local, as the window has them, so that the test says the same wherever it runs.
const EVENING = new Date(2026, 10, 25, 19, 5, 9).toISOString();

describe("dates", () => {
  it("have hours up to 23 wherever they stand, as the clock above them has", () => {
    expect(dateAndTime(EVENING)).toMatch(/2026.*19:05$/);
    expect(dateAndTime(EVENING, "medium")).toMatch(/2026.*19:05:09$/);
    expect(shortDate(EVENING, Date.parse(EVENING))).toMatch(/25.*19:05$/);
  });

  it("are given as they came where they are none, and spoken of where there is none", () => {
    expect(dateAndTime("soon")).toBe("soon");
    expect(dateAndTime(null)).toBe("no time");
  });
});
