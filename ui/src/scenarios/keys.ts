// The keys of the player: arrows, and the keys that a presenter's clicker sends. Whatever has the focus and
// uses a key itself keeps it.

import type { Engine } from "../api/engine";
import type { WindowState } from "../app/window-state";

const FORWARD = ["ArrowRight", "PageDown"];
const BACK = ["ArrowLeft", "PageUp"];

/** True when the key was used. */
export function playerKey(event: KeyboardEvent, engine: Engine, window: WindowState): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return false;
  if (event.key === "p" || event.key === "P") {
    const { steps } = engine.walk.said.get() ?? { steps: [] };
    if (steps.length === 0) return false;
    window.presenting.update((presenting) => !presenting);
    return true;
  }
  const isForward = FORWARD.includes(event.key);
  if (!isForward && !BACK.includes(event.key)) return false;
  if (isUsedThere(event)) return false;
  // One press, one step: a key that is held down would run through all of them.
  if (!event.repeat) void (isForward ? engine.walk.forward() : engine.walk.backward());
  return true;
}

function isUsedThere({ key, target }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement) || target === document.body) return false;
  if (target.closest("[role=grid], [role=listbox], [role=menu]")) return true;
  // Arrows outside of the player belong to radio buttons, tabs and fields.
  return key.startsWith("Arrow") && !target.closest("[data-player]");
}
