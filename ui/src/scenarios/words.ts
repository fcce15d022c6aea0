// How scenarios and steps are spoken of. Pure.

import type { AtStake, Audience, ScenarioProblem, WalkthroughStep } from "../api/scenarios";
import { span } from "../clock/time";
import { plural } from "../traffic/format";

export const AUDIENCES: Record<Audience, { title: string; about: string }> = {
  product: { title: "Product", about: "product managers" },
  engineering: { title: "Engineering", about: "engineers" },
  training: { title: "Training", about: "trainers and trainees" },
};

export const IN_ORDER: Audience[] = ["product", "engineering", "training"];

/** What another scenario would take away, one line for each kind. */
export function losses(stake: AtStake): string[] {
  const counted: [number, string][] = [
    [stake.bookings, "booking"],
    [stake.exchanges, "exchange"],
    [stake.notifications, "notification"],
    [stake.merchants, "added merchant"],
  ];
  const lines = counted.filter(([count]) => count > 0).map(([count, what]) => plural(count, what));
  const { toggles } = stake;
  if (toggles.length > 0) lines.push(`${plural(toggles.length, "toggle")}: ${toggles.join(", ")}`);
  return lines;
}

/** "line 12, column 5". */
export function placeOf({ line, column }: Pick<ScenarioProblem, "line" | "column">): string {
  return `line ${line}, column ${column}`;
}

/** The last part of a path, whichever way its system writes it. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

/** What is done, in plain words; the protocol's name stands beside it. */
export function deed({ action, what }: Pick<WalkthroughStep, "action" | "what">): string {
  switch (action) {
    case "send":
      return "The aggregator sends";
    case "merchant":
      return "The merchant acts";
    case "advance":
      return "Time passes";
    case "challenge":
      return "The guest answers the bank";
    case "set":
      return "A toggle is set";
    default:
      return what ? "The partner is asked" : "";
  }
}

/** What it is about, as people say it: 82800 s are 23 h. */
export function about({ action, what }: Pick<WalkthroughStep, "action" | "what">): string {
  if (action !== "advance") return what;
  const seconds = /^(\d+) s$/.exec(what)?.[1];
  if (seconds) return span(Number(seconds));
  return what === "next_timer" ? "until the next thing happens" : what;
}

/** A name that a scenario can have, out of what people call it. */
export function nameOf(title: string): string {
  return title
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
}
