// The keys that work anywhere. Whatever has the focus goes first: a key that it used is not used again,
// and Esc asks about the toggles only when nothing else is open to be closed.

import type { Engine } from "../api/engine";
import { playerKey } from "../scenarios/keys";
import { focusFaults, focusFilter } from "./commands";
import type { WindowState } from "./window-state";

/** What is on its way out may still be in the page, but is not open any more. */
const OVERLAYS = ["dialog", "alertdialog", "menu"].map((role) => `[role="${role}"][data-open]`).join(", ");

export function listenToKeys(target: Window, engine: Engine, window: WindowState): () => void {
  // Asked before anything handles the key, because what Esc closes is gone afterwards.
  let overlayWasOpen = false;
  const before = () => {
    overlayWasOpen = target.document.querySelector(OVERLAYS) !== null;
  };

  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented) return;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (!overlayWasOpen) window.dialog.set("palette");
      else if (window.dialog.get() === "palette") window.dialog.set(null);
      return;
    }
    if (overlayWasOpen || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      event.preventDefault();
      if (engine.said.get()?.status.behaviour.changed) window.dialog.set("back-to-normal");
      return;
    }
    if (isTyping(event.target)) return;
    const isWalking = window.tab.get() === "scenarios" && window.walking.get();
    if (isWalking && playerKey(event, engine, window)) {
      event.preventDefault();
      return;
    }
    if (event.key === "/") {
      event.preventDefault();
      focusFilter(window);
    } else if (event.key === "f" || event.key === "F") {
      event.preventDefault();
      window.dialog.set("causes");
    } else if (event.key === "n" || event.key === "N") {
      event.preventDefault();
      focusFaults(window);
    } else if (event.key === "t" || event.key === "T") {
      event.preventDefault();
      window.dialog.set("thresholds");
    } else if (event.key === "?") {
      event.preventDefault();
      window.dialog.set("shortcuts");
    }
  };
  target.addEventListener("keydown", before, { capture: true });
  target.addEventListener("keydown", onKey);
  return () => {
    target.removeEventListener("keydown", before, { capture: true });
    target.removeEventListener("keydown", onKey);
  };
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return target.type !== "radio" && target.type !== "checkbox";
  return (
    target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable
  );
}
