import { useQuery } from "@tanstack/react-query";
import { useEngine } from "../api/engine";

/** No event tells of them: clients make them as they come. */
const EVERY_MS = 3000;

export function useSessions() {
  const engine = useEngine();
  return useQuery({
    queryKey: ["sessions"],
    queryFn: ({ signal }) => engine.api.sessions(signal),
    refetchInterval: EVERY_MS,
  });
}
