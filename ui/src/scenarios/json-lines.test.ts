import { describe, expect, it } from "vitest";
import { prettyJson } from "../details/pretty";
import { report } from "../test/scenarios";
import { inShort, jsonLines, type Line } from "./json-lines";

const text = (lines: Line[]) => lines.map(({ pieces }) => pieces.map((it) => it.text).join(""));

const ANSWER =
  prettyJson(
    JSON.stringify({
      booking: { booking_id: "b", slot: { resources: { party_size: 2 } }, status: "CONFIRMED", list: [] },
    }),
  ) ?? "";

describe("a body’s lines", () => {
  it("are all of its text, line by line", () => {
    expect(text(jsonLines(ANSWER, null)).join("\n")).toBe(ANSWER);
  });

  it("are marked where something was expected of them", () => {
    const lines = jsonLines(ANSWER, report());
    expect(lines.filter((line) => line.held).map((line) => text([line])[0]?.trim())).toEqual([
      '"status": "CONFIRMED",',
    ]);
  });

  it("are marked with what should be there, at what should hold it where it is missing", () => {
    const differences = [
      { path: "/expect/fields/~1booking~1status", what: "/booking/status", expected: '"PENDING"', got: "" },
      { path: "/expect/fields/~1booking~1paid", what: "/booking/paid", expected: "1", got: "nothing" },
      { path: "/expect/notification", what: "notification", expected: "one", got: "none" },
    ];
    const lines = jsonLines(ANSWER, report({ held: [], differences }));
    const marked = lines.filter((line) => line.held === false);
    expect(marked.map((line) => line.wanted)).toEqual([["/booking/paid: 1"], ['"PENDING"']]);
  });

  it("are shortened to what matters", () => {
    expect(text(inShort(jsonLines(ANSWER, report())))).toEqual([
      "{",
      '  "booking": {',
      '    "booking_id": "b",',
      '    "slot": { … },',
      '    "status": "CONFIRMED",',
      '    "list": []',
      "  }",
      "}",
    ]);
    const inside = { path: "/expect/fields/~1x", what: "/booking/slot/resources/party_size", expected: "2" };
    expect(text(inShort(jsonLines(ANSWER, report({ held: [inside] }))))).toContain('        "party_size": 2');
  });

  it("may be of no object at all", () => {
    expect(text(inShort(jsonLines("17", report())))).toEqual(["17"]);
  });
});
