// Where everything in the sequence diagram lies. Pure: messages and a width in, places out. The unit is a sixteenth of
// a rem, a pixel where letters have their usual size.

import type { Message } from "../../api/types";
import { span } from "../../clock/time";

export const TIME_WIDTH = 62;
const EDGE = 12;
/** As near as two lifelines may come: a label of two lines still says something. */
const NEAREST = 132;
const FURTHEST = 300;
const HEAD_HEIGHT = 34;
const HEAD_GAP = 10;
export const LINE_HEIGHT = 15;
const ROW_PADDING = 19;
const PAUSE_HEIGHT = 26;
const FOOT = 14;
const MOST_LINES = 2;
/** Shorter pauses can be read from the times. */
const PAUSE_SEC = 10;

export interface Lane {
  party: string;
  x: number;
}

export interface Arrow {
  /** The place among the messages. */
  index: number;
  message: Message;
  lines: string[];
  /** Whether the lines are not all that the label says. */
  shortened: boolean;
  top: number;
  height: number;
  /** The line of the arrow. */
  y: number;
  fromX: number;
  toX: number;
}

export interface Pause {
  y: number;
  text: string;
}

export interface Layout {
  width: number;
  height: number;
  headHeight: number;
  headWidth: number;
  lanes: Lane[];
  arrows: Arrow[];
  pauses: Pause[];
}

/** From left to right; a processor is drawn only where messages name it. */
const ALWAYS = ["guest", "aggregator", "partner", "merchant"];

export function layOut(messages: readonly Message[], room: number): Layout {
  const parties = partiesOf(messages);
  const gaps = parties.length - 1;
  // Half a gap at each side, for the heads.
  const gap = Math.min(FURTHEST, Math.max(NEAREST, (room - TIME_WIDTH - 2 * EDGE) / (gaps + 1)));
  const first = TIME_WIDTH + EDGE + gap / 2;
  const lanes = parties.map((party, index) => ({ party, x: Math.round(first + index * gap) }));
  const xOf = new Map(lanes.map(({ party, x }) => [party, x]));

  let y = HEAD_HEIGHT + HEAD_GAP;
  let before: number | null = null;
  const arrows: Arrow[] = [];
  const pauses: Pause[] = [];
  messages.forEach((message, index) => {
    const at = Date.parse(message.at);
    if (before !== null && at - before >= PAUSE_SEC * 1000) {
      pauses.push({ y: y + PAUSE_HEIGHT / 2, text: `${span(Math.round((at - before) / 1000))} later` });
      y += PAUSE_HEIGHT;
    }
    before = at;
    const fromX = xOf.get(message.from) ?? first;
    const toX = xOf.get(message.to) ?? first;
    const { lines, shortened } = wrap(labelOf(message), Math.max(gap, Math.abs(toX - fromX)) - 22);
    const height = lines.length * LINE_HEIGHT + ROW_PADDING;
    arrows.push({ index, message, lines, shortened, top: y, height, y: y + height - 8, fromX, toX });
    y += height;
  });
  return {
    width: Math.round(first + gaps * gap + gap / 2 + EDGE),
    height: y + FOOT,
    headHeight: HEAD_HEIGHT,
    headWidth: Math.min(gap - 16, 140),
    lanes,
    arrows,
    pauses,
  };
}

export function partiesOf(messages: readonly Message[]): string[] {
  const named = messages.flatMap(({ from, to }): string[] => [from, to]);
  return [...new Set([...ALWAYS, ...named])];
}

/** What stands on the arrow; the whole label is in its name. */
export function labelOf({ kind, label }: Message): string {
  if (kind === "email") return `E-mail: ${(label.split(":")[0] ?? label).toLowerCase()}`;
  return label === "PENDING_MERCHANT_CONFIRMATION" ? "PENDING" : label;
}

/** By words, and within a word that is too long; what does not fit two lines ends in dots. */
export function wrap(text: string, room: number): { lines: string[]; shortened: boolean } {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (widthOf(longer) <= room) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    line = word;
  }
  lines.push(line);
  const kept = lines.slice(0, MOST_LINES);
  let shortened = lines.length > MOST_LINES;
  const cut = kept.map((it, index) => {
    const dots = shortened && index === MOST_LINES - 1;
    if (!dots && widthOf(it) <= room) return it;
    let short = it;
    while (short.length > 1 && widthOf(`${short}…`) > room) short = short.slice(0, -1);
    if (short !== it) shortened = true;
    return `${short}…`;
  });
  return { lines: cut, shortened };
}

/** About how wide a text is drawn: nothing has to be measured, and tests see the same as people. */
export function widthOf(text: string): number {
  let width = 0;
  for (const letter of text) width += /[A-Z_MW]/.test(letter) ? 8.1 : /[iljt.,:'’ ]/.test(letter) ? 4 : 6.7;
  return width;
}
