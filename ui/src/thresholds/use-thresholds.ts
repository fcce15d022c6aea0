import { useQuery } from "@tanstack/react-query";
import { useEngine } from "../api/engine";
import type { Thresholds } from "../api/thresholds";

const EVERY_MS = 4000;

export function useThresholds() {
  const engine = useEngine();
  return useQuery({
    queryKey: ["thresholds"],
    queryFn: ({ signal }) => engine.api.thresholds(signal),
    refetchInterval: EVERY_MS,
    select: counted,
  });
}

/** A method that nobody called keeps within every limit; to say so would tell nothing. */
function counted(thresholds: Thresholds): Thresholds {
  return { ...thresholds, methods: thresholds.methods.filter((row) => row.count > 0) };
}
