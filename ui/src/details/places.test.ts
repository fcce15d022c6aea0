import { describe, expect, it } from "vitest";
import { places } from "./places";
import { prettyJson } from "./pretty";

const BODY = '{"slot":{"start_sec":1,"resources":{"a/b":null}},"list":[{"x":1},[2,3]],"end":"\\"}{"}';

function at(text: string, pointer: string): string | undefined {
  const place = places(text, [pointer]).get(pointer);
  return place && text.slice(place.from, place.to);
}

describe("places", () => {
  it.each([
    ["/slot/start_sec", '"start_sec":1'],
    ["/slot/resources/a~1b", '"a/b":null'],
    ["/list/0/x", '"x":1'],
    ["/list/1/1", "3"],
    ["/end", '"end":"\\"}{"'],
    ["", BODY],
  ])("finds %s", (pointer, text) => {
    expect(at(BODY, pointer)).toBe(text);
  });

  it("finds the same in the text that is laid out for reading", () => {
    expect(at(prettyJson(BODY) ?? "", "/slot/start_sec")).toBe('"start_sec": 1');
  });

  it("names what should hold a field that is not there", () => {
    const place = places(BODY, ["/slot/resources/staff_id"]).get("/slot/resources/staff_id");
    expect(place?.exact).toBe(false);
    expect(BODY.slice(place?.from, place?.to)).toBe('"resources":{"a/b":null}');
  });

  it("takes the last of a name that comes twice", () => {
    expect(at('{"a":1,"a":2}', "/a")).toBe('"a":2');
  });

  it.each(['{"slot": {', "", "{]", '{"a":,}', "[,,]", '{"a" 1', '"\\'])("survives %s", (broken) => {
    expect(() => places(broken, ["/slot/x", "/a", "/0"])).not.toThrow();
  });

  it("marks what a text that breaks off still holds", () => {
    expect(at('{"slot": {"start_sec": 12', "/slot/start_sec")).toBe('"start_sec": 12');
  });
});
