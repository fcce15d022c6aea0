// What the engine says of the outbox and of the stand-in aggregator, asked for again when it says that
// something changed.

import { keepPreviousData, type QueryKey, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEngine } from "../api/engine";
import { useObservable } from "../api/observable";
import type { NotificationState } from "../api/outbox";
import { type Asking, useAskAgain } from "../api/use-ask-again";

/** Somebody else's calls to the stand-in cause no event of ours. */
const STAND_IN_EVERY_MS = 2000;

const REFRESH_MS = 200;

function useRefresh(queryKey: QueryKey, { refetch }: Pick<Asking, "refetch">): void {
  const version = useObservable(useEngine().outboxVersion);
  useAskAgain({ queryKey, refetch, everyMs: REFRESH_MS }, version);
}

export function useNotifications(state: NotificationState | null) {
  const engine = useEngine();
  const queryKey = ["notifications", state];
  const result = useInfiniteQuery({
    queryKey,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => engine.api.notifications(state, pageParam, signal),
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });
  useRefresh(queryKey, result);
  return result;
}

export function useNotification(id: number) {
  const engine = useEngine();
  const queryKey = ["notification", id];
  const result = useQuery({
    queryKey,
    queryFn: ({ signal }) => engine.api.notification(id, signal),
    placeholderData: keepPreviousData,
  });
  useRefresh(queryKey, result);
  return result;
}

export function useAggregator() {
  const engine = useEngine();
  const queryKey = ["aggregator"];
  const result = useQuery({
    queryKey,
    queryFn: ({ signal }) => engine.api.aggregator(signal),
    refetchInterval: STAND_IN_EVERY_MS,
  });
  useRefresh(queryKey, result);
  return result;
}

export function useToldSlots() {
  const engine = useEngine();
  const queryKey = ["told-slots"];
  const result = useInfiniteQuery({
    queryKey,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => engine.api.aggregatorSlots(pageParam, signal),
    getNextPageParam: (page) => page.next,
    refetchInterval: STAND_IN_EVERY_MS,
  });
  useRefresh(queryKey, result);
  return result;
}
