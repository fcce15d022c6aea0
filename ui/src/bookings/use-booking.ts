// One booking as the engine has it, asked for again when bookings, notifications or the clock change, when something
// about it went over the wire, and now and then, since what is legal depends on the time.

import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { inWords } from "../api/client";
import { useEngine } from "../api/engine";
import { useObservable } from "../api/observable";
import type { BookingDetails, Move } from "../api/types";

const REFRESH_MS = 300;
const LOOK_AGAIN_MS = 10_000;

export interface Booking {
  data: BookingDetails | undefined;
  problem: string | null;
  /** What a call of our own answered. */
  take(details: BookingDetails): void;
}

export function useBooking(id: string): Booking {
  const engine = useEngine();
  const client = useQueryClient();
  const version = useObservable(engine.bookingsVersion);
  const clock = useObservable(engine.clock);
  const outbox = useObservable(engine.outboxVersion);
  const { data, error, refetch } = useQuery({
    queryKey: ["booking", id],
    queryFn: ({ signal }) => engine.api.booking(id, signal),
    placeholderData: keepPreviousData,
    refetchInterval: LOOK_AGAIN_MS,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: news are the reason to fetch
  useEffect(() => {
    const timer = setTimeout(() => void refetch(), REFRESH_MS);
    return () => clearTimeout(timer);
  }, [version, clock, outbox, refetch]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = engine.traffic.onRows((rows) => {
      if (timer !== undefined || !rows.some((row) => row.booking_id === id)) return;
      timer = setTimeout(() => {
        timer = undefined;
        void refetch();
      }, REFRESH_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [engine, id, refetch]);
  return {
    data,
    problem: error ? inWords(error) : null,
    take: (details) => client.setQueryData(["booking", id], details),
  };
}

const NO_MOVES: Move[] = [];

/** The state machine, which never changes while an engine runs. */
export function useMoves(): Move[] {
  const engine = useEngine();
  const { data } = useQuery({
    queryKey: ["moves"],
    queryFn: () => engine.api.moves(),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data ?? NO_MOVES;
}
