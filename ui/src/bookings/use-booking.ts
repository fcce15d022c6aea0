// One booking as the engine has it, asked for again when bookings, notifications or the clock change, when something
// about it went over the wire, and now and then, since what is legal depends on the time.

import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { inWords } from "../api/client";
import { useEngine } from "../api/engine";
import { useObservable } from "../api/observable";
import type { BookingDetails, Move } from "../api/types";
import { useAskAgain } from "../api/use-ask-again";

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
  const queryKey = ["booking", id];
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: ({ signal }) => engine.api.booking(id, signal),
    placeholderData: keepPreviousData,
    refetchInterval: LOOK_AGAIN_MS,
  });
  const askAgain = useAskAgain({ queryKey, refetch, everyMs: REFRESH_MS }, version, clock, outbox);
  useEffect(
    () =>
      engine.traffic.onRows((rows) => {
        if (rows.some((row) => row.booking_id === id)) askAgain();
      }),
    [engine, id, askAgain],
  );
  return {
    data,
    problem: error ? inWords(error) : null,
    take: (details) => client.setQueryData(queryKey, details),
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
