import { useEffect, useState } from "react";
import type { Said } from "../api/engine";

/** Seconds until the toggles undo themselves, counted on from what the engine said last. */
export function useCountdown(said: Said | null): number | null {
  const seconds = said?.status.behaviour.expires_in_sec ?? null;
  const at = said?.behaviourAt ?? 0;
  const [, tick] = useState(0);
  useEffect(() => {
    if (seconds === null) return;
    const timer = setInterval(() => tick((count) => count + 1), 500);
    return () => clearInterval(timer);
  }, [seconds]);
  if (seconds === null) return null;
  return Math.max(0, Math.ceil(seconds - (performance.now() - at) / 1000));
}

export function minutesAndSeconds(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
