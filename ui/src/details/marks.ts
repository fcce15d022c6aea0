// Findings as marks in a text: which line, how bad, and what to read there. Pure.

import type { Finding } from "../api/types";
import { places } from "./places";

export interface Mark {
  from: number;
  severity: Finding["severity"];
  /** Tells the severities apart where colours do not. */
  shape: string;
  text: string;
}

export const SEVERITY_WORDS: Record<Finding["severity"], string> = {
  error: "Error",
  warning: "Warning",
  info: "Note",
};

const SHAPES: Record<Finding["severity"], string> = { error: "■", warning: "▲", info: "●" };

/** In the order of the text. What concerns the whole body has no place of its own in it. */
export function marks(text: string, findings: Finding[]): Mark[] {
  const pointed = findings.filter((finding) => finding.pointer !== "");
  const found = places(
    text,
    pointed.map((finding) => finding.pointer),
  );
  return pointed
    .flatMap((finding) => {
      const place = found.get(finding.pointer);
      if (!place) return [];
      const missing = place.exact ? "" : `${finding.pointer}: `;
      const words = `${SEVERITY_WORDS[finding.severity]}: ${missing}${finding.hint}`;
      return [{ from: place.from, severity: finding.severity, shape: SHAPES[finding.severity], text: words }];
    })
    .sort((a, b) => a.from - b.from);
}
