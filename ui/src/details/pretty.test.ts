import { describe, expect, it } from "vitest";
import { prettyJson } from "./pretty";

describe("laying out JSON", () => {
  it("reads as JSON.stringify would write it", () => {
    const value = { a: [1, { b: 'x, {y}: "z"' }], empty: {}, none: [], flag: true, nothing: null };
    expect(prettyJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
    expect(prettyJson(JSON.stringify(value, null, 7))).toBe(JSON.stringify(value, null, 2));
  });

  it("keeps every digit and every name, also those that JavaScript would lose", () => {
    expect(prettyJson('{"n":9007199254740993,"e":1.50e3,"n":1}')).toBe(
      '{\n  "n": 9007199254740993,\n  "e": 1.50e3,\n  "n": 1\n}',
    );
  });

  it("says when a text is no JSON", () => {
    expect(prettyJson('{"slot": {')).toBeNull();
    expect(prettyJson("not found")).toBeNull();
  });

  it("leaves single values alone", () => {
    expect(prettyJson(' "SERVING" ')).toBe('"SERVING"');
  });
});
