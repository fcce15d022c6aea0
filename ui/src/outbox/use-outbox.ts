// What the engine says of the outbox and of the stand-in aggregator, asked for again when it says that
// something changed.

import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useEngine } from "../api/engine";
import { useObservable } from "../api/observable";
import type { NotificationState } from "../api/outbox";

/** Somebody else's calls to the stand-in cause no event of ours. */
const STAND_IN_EVERY_MS = 2000;

/** At most one fetch per this time, however fast notifications come. */
const REFRESH_MS = 200;

function useRefetch(refetch: () => unknown): void {
  const version = useObservable(useEngine().outboxVersion);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version is the reason to fetch
  useEffect(() => {
    const timer = setTimeout(() => void refetch(), REFRESH_MS);
    return () => clearTimeout(timer);
  }, [version, refetch]);
}

export function useNotifications(state: NotificationState | null) {
  const engine = useEngine();
  const result = useInfiniteQuery({
    queryKey: ["notifications", state],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => engine.api.notifications(state, pageParam, signal),
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });
  useRefetch(result.refetch);
  return result;
}

export function useNotification(id: number) {
  const engine = useEngine();
  const result = useQuery({
    queryKey: ["notification", id],
    queryFn: ({ signal }) => engine.api.notification(id, signal),
    placeholderData: keepPreviousData,
  });
  useRefetch(result.refetch);
  return result;
}

export function useAggregator() {
  const engine = useEngine();
  const result = useQuery({
    queryKey: ["aggregator"],
    queryFn: ({ signal }) => engine.api.aggregator(signal),
    refetchInterval: STAND_IN_EVERY_MS,
  });
  useRefetch(result.refetch);
  return result;
}

export function useToldSlots() {
  const engine = useEngine();
  const result = useInfiniteQuery({
    queryKey: ["told-slots"],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => engine.api.aggregatorSlots(pageParam, signal),
    getNextPageParam: (page) => page.next,
    refetchInterval: STAND_IN_EVERY_MS,
  });
  useRefetch(result.refetch);
  return result;
}
