// The inventory as the engine says it is: pages of merchants, services and slots, asked for again whenever it
// says that something changed. Table and details ask for the same, so they see the same.

import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { inWords } from "../api/client";
import { useEngine } from "../api/engine";
import type { InventorySlot, Merchant, Service, SlotQuery } from "../api/inventory";
import { useObservable } from "../api/observable";
import { useAskAgain } from "../api/use-ask-again";
import { useWindow } from "../app/window-state";
import { useEngineNow } from "../clock/use-engine-now";
import { bounds, dayOf } from "./day";

const REFRESH_MS = 400;
const SLOTS_PAGE = 1000;

export interface List<T> {
  rows: T[];
  problem: string | null;
  /** Before the first answer. */
  fetching: boolean;
  loadMore(): void;
  hasMore: boolean;
}

interface Pages<T> {
  data: { pages: T[] } | undefined;
  error: Error | null;
  isPending: boolean;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage(): Promise<unknown>;
}

function listOf<P, T>(result: Pages<P>, rows: T[], asked: boolean): List<T> {
  return {
    rows,
    problem: result.error && !result.data ? inWords(result.error) : null,
    fetching: asked && result.isPending,
    hasMore: result.hasNextPage,
    loadMore: () => {
      if (result.hasNextPage && !result.isFetchingNextPage) void result.fetchNextPage();
    },
  };
}

const FIRST = null as string | null;

/** Asks again after each change that the engine tells of. Used once, by the tab. */
export function useInventoryRefresh(): void {
  const engine = useEngine();
  const client = useQueryClient();
  const version = useObservable(engine.inventoryVersion);
  const queryKey = ["inventory"];
  useAskAgain(
    {
      queryKey,
      refetch: (options) => client.invalidateQueries({ queryKey }, options),
      everyMs: REFRESH_MS,
    },
    version,
  );
}

/** After a change of our own: the next look shows it. */
export function useInventoryChanged(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ["inventory"] });
}

export function useMerchants(words: string): List<Merchant> {
  const engine = useEngine();
  const result = useInfiniteQuery({
    queryKey: ["inventory", "merchants", words],
    initialPageParam: FIRST,
    queryFn: ({ pageParam, signal }) => engine.api.merchants(words, pageParam, signal),
    getNextPageParam: (page) => page.next,
    placeholderData: (before) => before,
  });
  const rows = useMemo(() => result.data?.pages.flatMap((page) => page.merchants) ?? [], [result.data]);
  return listOf(result, rows, true);
}

export function useServices(merchant: string | null): List<Service> {
  const engine = useEngine();
  const result = useInfiniteQuery({
    queryKey: ["inventory", "services", merchant],
    enabled: merchant !== null,
    initialPageParam: FIRST,
    queryFn: ({ pageParam, signal }) => engine.api.services(merchant ?? "", pageParam, signal),
    getNextPageParam: (page) => page.next,
  });
  const rows = useMemo(() => result.data?.pages.flatMap((page) => page.services) ?? [], [result.data]);
  return listOf(result, rows, merchant !== null);
}

export function useSlots(merchant: string | null, service: string | null, day: string): List<InventorySlot> {
  const engine = useEngine();
  const { from, to } = bounds(day);
  const query: SlotQuery = {
    merchant_id: merchant ?? "",
    ...(service === null ? {} : { service_id: service }),
    from_sec: from,
    to_sec: to,
  };
  const result = useInfiniteQuery({
    queryKey: ["inventory", "slots", query],
    enabled: merchant !== null,
    initialPageParam: FIRST,
    queryFn: ({ pageParam, signal }) => engine.api.slots(query, SLOTS_PAGE, pageParam, signal),
    getNextPageParam: (page) => page.next,
  });
  const rows = useMemo(() => result.data?.pages.flatMap((page) => page.slots) ?? [], [result.data]);
  return listOf(result, rows, merchant !== null);
}

/** The day that is looked at: a chosen one, else today as the engine's clock has it. */
export function useDay(): string {
  const chosen = useObservable(useWindow().day);
  const now = useEngineNow(false);
  return chosen ?? dayOf(new Date(now ?? Date.now()));
}
