// Reads the colours out of tokens.css and computes the contrast of the pairs that are used together.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync("src/theme/tokens.css", "utf8");
const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map((match) => [
    match[1] as string,
    { light: match[2] as string, dark: match[3] as string },
  ]),
);

const SURFACES = ["surface", "surface-sunken", "surface-raised", "surface-hover", "accent-soft"];

const TEXT_PAIRS: [string, string][] = [
  ...SURFACES.flatMap((surface): [string, string][] => [
    ["text", surface],
    ["text-muted", surface],
  ]),
  ...["surface", "surface-sunken", "surface-raised"].flatMap((surface): [string, string][] => [
    ["text-faint", surface],
    ["accent", surface],
    ["bad", surface],
    ["ok", surface],
    ["warn", surface],
    ["code-key", surface],
    ["code-string", surface],
    ["code-number", surface],
    ["code-atom", surface],
  ]),
  ...["ok", "pending", "warn", "bad", "neutral"].map((tone): [string, string] => [tone, `${tone}-soft`]),
  ["text", "warn-soft"],
  ["text-muted", "warn-soft"],
  ["text-muted", "neutral-soft"],
  ["text", "segment-on"],
  ["accent", "accent-soft"],
  ["accent", "surface-hover"],
  ["bad", "surface-hover"],
  ["bad", "accent-soft"],
  ["warn", "accent-soft"],
  ["text-faint", "surface-hover"],
  ["on-accent", "accent-solid"],
  ["on-accent", "accent-solid-hover"],
  ["on-band-changed", "band-changed"],
  ["on-band-stopped", "band-stopped"],
  ["surface", "text"],
];

/** Borders of controls, focus rings and symbols. */
const SHAPE_PAIRS: [string, string][] = [
  ...["surface", "surface-sunken", "surface-raised"].flatMap((surface): [string, string][] => [
    ["line-control", surface],
    ["focus", surface],
    ["ok", surface],
    ["bad", surface],
  ]),
  ["accent-solid", "surface"],
];

describe.each(["light", "dark"] as const)("the %s theme", (theme) => {
  it.each(TEXT_PAIRS)("can be read: %s on %s", (front, back) => {
    expect(ratio(colour(front, theme), colour(back, theme))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(SHAPE_PAIRS)("can be seen: %s on %s", (front, back) => {
    expect(ratio(colour(front, theme), colour(back, theme))).toBeGreaterThanOrEqual(3);
  });
});

function colour(token: string, theme: "light" | "dark"): string {
  const found = tokens.get(token);
  if (!found) throw new Error(`tokens.css has no --${token} with two colours on one line`);
  return found[theme];
}

function ratio(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((start) => {
    const channel = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
