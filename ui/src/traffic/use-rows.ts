// Where the table's rows come from: the live store, or, when the filter holds words, the engine's search.
// The table sees one shape for both.

import { useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo } from "react";
import { inWords } from "../api/client";
import { useEngine } from "../api/engine";
import { BOOKING_METHODS } from "../api/methods";
import type { CauseInfo, ExchangeSummary } from "../api/types";
import { useAskAgain } from "../api/use-ask-again";
import { type Filter, isEmpty, matcher, searchQuery } from "./filter";
import { type TrafficRow, type TrafficView, useTrafficView } from "./store";

export interface Rows {
  count: number;
  rowAt(index: number): TrafficRow | undefined;
  indexOf(id: number): number;
  loadMore?(): void;
  /** A sentence, when the engine could not search. */
  problem: string | null;
  searching: boolean;
  /** False while the rows are still those of a filter before. */
  settled: boolean;
}

const PAGE = 200;
const REFRESH_MS = 1500;

export function useRows(
  filter: Filter,
  causes: CauseInfo[],
  refresh: boolean,
): { rows: Rows; view: TrafficView } {
  const engine = useEngine();
  const store = engine.traffic;
  const view = useTrafficView(store);
  const matches = useMemo(() => matcher(filter), [filter]);
  useEffect(() => {
    store.setFilter(matches);
  }, [store, matches]);
  const search = useSearch(filter, matches, causes, refresh ? view.total : null);
  const live: Rows = {
    count: view.count,
    rowAt: store.rowAt,
    indexOf: (id) => store.indexOf(id),
    problem: null,
    searching: false,
    settled: true,
  };
  return { rows: filter.words === "" || isEmpty(filter) ? live : search, view };
}

function useSearch(
  filter: Filter,
  matches: ((row: ExchangeSummary) => boolean) | null,
  causes: CauseInfo[],
  newest: number | null,
): Rows {
  const engine = useEngine();
  const query = searchQuery(
    filter,
    BOOKING_METHODS,
    causes.map((info) => info.cause),
  );
  const queryKey = ["search", JSON.stringify(query)];
  const active = filter.words !== "";
  const result = useInfiniteQuery({
    queryKey,
    enabled: active,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      engine.api.exchanges(
        { ...query, limit: PAGE, before: pageParam === null ? undefined : Number(pageParam) },
        signal,
      ),
    getNextPageParam: (page) => page.next,
    // The words grow letter by letter; keeping the last answer avoids an empty table in between.
    placeholderData: (before) => before,
    staleTime: 0,
    gcTime: 10_000,
  });

  // New rows may match.
  const { refetch } = result;
  useAskAgain({ queryKey, refetch, everyMs: REFRESH_MS, on: active && newest !== null }, newest);

  const found = useMemo(() => {
    const all = result.data?.pages.flatMap((page) => page.exchanges) ?? [];
    return matches ? all.filter(matches) : all;
  }, [result.data, matches]);
  const places = useMemo(() => new Map(found.map((row, index) => [row.id, index])), [found]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = result;
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return {
    count: found.length,
    rowAt: (index) => found[index],
    indexOf: (id) => places.get(id) ?? -1,
    loadMore,
    problem: result.error ? inWords(result.error) : null,
    searching: result.isFetching && found.length === 0,
    settled: !result.isPending && !result.isPlaceholderData,
  };
}
