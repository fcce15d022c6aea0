import { useEngine } from "../api/engine";
import { useObservable } from "../api/observable";
import { secondsUntil } from "./time";
import { useEngineNow } from "./use-engine-now";

/** Seconds until toggles undo themselves, by the engine's clock; null where none does. */
export function useCountdown(): number | null {
  const expiresAt = useObservable(useEngine().said)?.status.behaviour.expires_at ?? null;
  const now = useEngineNow(expiresAt !== null);
  if (expiresAt === null || now === null) return null;
  return secondsUntil(expiresAt, now);
}

export function minutesAndSeconds(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
