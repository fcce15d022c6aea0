import { useEffect, useState } from "react";
import { useEngine } from "../api/engine";
import { useObservable } from "../api/observable";
import { nowOf } from "./time";

const TICK_MS = 250;

/** What the engine's clock says, going on by itself, in milliseconds since 1970; null before it spoke. */
export function useEngineNow(ticking = true): number | null {
  const said = useObservable(useEngine().clock);
  const goes = ticking && said !== null && said.reading.rate > 0;
  const [, tick] = useState(0);
  useEffect(() => {
    if (!goes) return;
    const timer = setInterval(() => tick((count) => count + 1), TICK_MS);
    return () => clearInterval(timer);
  }, [goes]);
  return said && nowOf(said);
}
