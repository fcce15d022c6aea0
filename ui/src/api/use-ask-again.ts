// Asking again for what is shown once the engine said that it changed: soon, but neither more often than is worth
// looking at nor twice at a time.

import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";

/** News that come together are one reason to ask. */
const SOON_MS = 150;

export interface Asking {
  queryKey: QueryKey;
  /** The query's own, or one for all queries under the key. */
  refetch(options: { cancelRefetch: boolean }): Promise<unknown>;
  /** At most one fetch per this time, in milliseconds, however fast news come. */
  everyMs: number;
  /** False where there is nothing to ask for. */
  on?: boolean;
}

/** Asks again when one of `news` is another; what it returns asks for whatever else is a reason. */
export function useAskAgain(asking: Asking, ...news: unknown[]): () => void {
  const client = useQueryClient();
  const latest = useRef(asking);
  useEffect(() => {
    latest.current = asking;
  });
  const { everyMs } = asking;
  const pace = useMemo(
    () =>
      new Pace(everyMs, async () => {
        const { queryKey, refetch, on = true } = latest.current;
        if (!on) return;
        // An answer that is on its way may be of before the news. Where it is the first, the library would take it
        // for the answer to this, too, so its end is waited for; any other would be lost to no purpose.
        if (client.isFetching({ queryKey }) > 0) await refetch({ cancelRefetch: false });
        await refetch({ cancelRefetch: true });
      }),
    [client, everyMs],
  );
  useEffect(() => () => pace.stop(), [pace]);
  // The first look is the query's own.
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current) pace.ask();
    isFirst.current = false;
  }, [pace, ...news]);
  return pace.ask;
}

/** Does something soon after it was asked for, and once more if it was asked for while it was being done. */
class Pace {
  #doneAt = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isBusy = false;
  #isAskedFor = false;

  constructor(
    private readonly everyMs: number,
    private readonly work: () => Promise<void>,
  ) {}

  // Whoever asks again does not put it off: news that never end would have nothing be done.
  ask = (): void => {
    this.#isAskedFor = true;
    if (this.#isBusy) return;
    const wait = Math.max(SOON_MS, this.#doneAt + this.everyMs - performance.now());
    this.#timer ??= setTimeout(() => void this.#run(), wait);
  };

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isAskedFor = false;
  }

  async #run(): Promise<void> {
    this.#timer = undefined;
    this.#isBusy = true;
    this.#isAskedFor = false;
    this.#doneAt = performance.now();
    try {
      await this.work();
    } finally {
      this.#isBusy = false;
      if (this.#isAskedFor) this.ask();
    }
  }
}
