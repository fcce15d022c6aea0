import { useQuery } from "@tanstack/react-query";
import { useEngine } from "../api/engine";

const EVERY_MS = 4000;

export function useThresholds() {
  const engine = useEngine();
  return useQuery({
    queryKey: ["thresholds"],
    queryFn: ({ signal }) => engine.api.thresholds(signal),
    refetchInterval: EVERY_MS,
  });
}
