// The list of bookings as the engine has it: pages, newest first, asked for again whenever it says that some
// changed.

import { useInfiniteQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo } from "react";
import { inWords } from "../api/client";
import { useEngine } from "../api/engine";
import { useObservable } from "../api/observable";
import type { BookingSummary } from "../api/types";
import { useAskAgain } from "../api/use-ask-again";
import type { BookingFilter } from "../app/window-state";

const REFRESH_MS = 500;

export interface Bookings {
  /** Null before the first answer. */
  rows: BookingSummary[] | null;
  hasMore: boolean;
  problem: string | null;
  loadMore(): void;
}

export function useBookings(filter: BookingFilter): Bookings {
  const engine = useEngine();
  const version = useObservable(engine.bookingsVersion);
  const words = useDeferredValue(filter.words.trim());
  const { status } = filter;
  const queryKey = ["bookings", words, status];
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => engine.api.bookings({ words, status }, pageParam, signal),
    getNextPageParam: (page) => page.next,
    placeholderData: (before) => before,
  });
  useAskAgain({ queryKey, refetch, everyMs: REFRESH_MS }, version);
  const rows = useMemo(() => data?.pages.flatMap((page) => page.bookings) ?? null, [data]);
  return {
    rows,
    hasMore: hasNextPage,
    problem: error && !data ? inWords(error) : null,
    loadMore: () => {
      if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
    },
  };
}
