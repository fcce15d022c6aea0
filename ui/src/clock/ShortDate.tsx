import { shortDate } from "../traffic/format";
import { useEngineNow } from "./use-engine-now";

/** A date for columns, without the year where that is the one of the engine's clock. */
export function ShortDate({ at }: { at: string | null }) {
  return <>{shortDate(at, useEngineNow(false) ?? Date.now())}</>;
}
