// A text of JSON as lines of coloured pieces, and which of them the expectations of a step are about. Pure.

import { jsonLanguage } from "@codemirror/lang-json";
import { highlightCode, tagHighlighter, tags } from "@lezer/highlight";
import type { StepReport } from "../api/scenarios";
import { places } from "../details/places";

export interface Piece {
  text: string;
  kind: string;
}

export interface Line {
  number: number;
  pieces: Piece[];
  /** What is expected here, and whether it is so. */
  held: boolean | null;
  /** Of what is not as expected: what should be there. */
  wanted: string[];
}

const highlighter = tagHighlighter([
  { tag: tags.propertyName, class: "key" },
  { tag: tags.string, class: "string" },
  { tag: tags.number, class: "number" },
  { tag: [tags.bool, tags.null], class: "atom" },
]);

/** The lines of a body; those that a report's expectations point into are marked. */
export function jsonLines(text: string, report: StepReport | null): Line[] {
  const lines: Line[] = [];
  let pieces: Piece[] = [];
  const end = () => {
    lines.push({ number: lines.length + 1, pieces, held: null, wanted: [] });
    pieces = [];
  };
  highlightCode(
    text,
    jsonLanguage.parser.parse(text),
    highlighter,
    (code, kind) => pieces.push({ text: code, kind }),
    end,
  );
  end();
  if (report) mark(text, lines, report);
  return lines;
}

/** The lines without what nothing is expected of: "slot": { … }. A body in one wrapper keeps that open. */
export function inShort(lines: Line[]): Line[] {
  const depth = ({ pieces }: Line) => (textOf(pieces).match(/^ */)?.[0].length ?? 0) / INDENT;
  const wrapped = lines.filter((line) => depth(line) === 1).length === 2;
  const kept: Line[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] as Line;
    kept.push(line);
    if (!/[{[]$/.test(textOf(line.pieces)) || depth(line) < (wrapped ? 2 : 1)) continue;
    const close = lines.findIndex((it, at) => at > index && depth(it) === depth(line));
    if (close < 0 || lines.slice(index, close + 1).some((it) => it.held !== null)) continue;
    const end = textOf((lines[close] as Line).pieces).trim();
    kept[kept.length - 1] = { ...line, pieces: [...line.pieces, { text: ` … ${end}`, kind: "" }] };
    index = close;
  }
  return kept;
}

const INDENT = 2;

function textOf(pieces: Piece[]): string {
  return pieces.map(({ text }) => text).join("");
}

function mark(text: string, lines: Line[], { held, differences }: StepReport): void {
  const into = (it: { path: string; what: string }) =>
    it.what.startsWith("/") && /^\/expect\/(fields|cause)/.test(it.path);
  const pointed = [...held.filter(into), ...differences.filter(into)].map((it) => it.what);
  const found = places(text, pointed);
  const lineAt = (pointer: string): Line | undefined => {
    const place = found.get(pointer);
    if (!place) return undefined;
    return lines[text.slice(0, place.from).split("\n").length - 1];
  };
  for (const { what } of held.filter(into)) {
    const line = found.get(what)?.exact ? lineAt(what) : undefined;
    if (line && line.held === null) line.held = true;
  }
  for (const { what, expected } of differences.filter(into)) {
    const line = lineAt(what);
    if (!line) continue;
    line.held = false;
    line.wanted.push(found.get(what)?.exact ? expected : `${what}: ${expected}`);
  }
}
