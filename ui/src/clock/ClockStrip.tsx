// The line under the top bar: what time it is for the partner, how its clock goes, and letting time pass.
// Each control is one call; what fired meanwhile is in its answer, and is said.

import { Clock3, Pause, SkipForward } from "lucide-react";
import { useState } from "react";
import { inWords } from "../api/client";
import { type SaidClock, useEngine } from "../api/engine";
import { useObservable } from "../api/observable";
import type { ClockMoved } from "../api/time";
import { useWindow } from "../app/window-state";
import { Segmented } from "../control-room/ChoiceGroup";
import controls from "../theme/controls.module.css";
import styles from "./ClockStrip.module.css";
import { dayInWords, happens, inSpan, secondsUntil, timeOfDay } from "./time";
import { useEngineNow } from "./use-engine-now";
import { moved, STEPS, wayOf, waysOf, wish } from "./ways";

export function ClockStrip() {
  const said = useObservable(useEngine().clock);
  return (
    <section className={styles.strip} aria-label="Clock">
      {said ? <Controls said={said} /> : <p className={styles.nothing}>Waiting for the engine’s clock…</p>}
    </section>
  );
}

function Controls({ said }: { said: SaidClock }) {
  const engine = useEngine();
  const window = useWindow();
  const [pending, setPending] = useState<string | null>(null);
  const { reading, nextTimer } = said;

  async function ask(what: string, call: () => Promise<ClockMoved>, lead: string): Promise<void> {
    if (pending !== null) return;
    setPending(what);
    try {
      const answer = await call();
      engine.receiveClock(answer);
      window.say(moved(lead, answer, nextTimer));
    } catch (error) {
      window.say(inWords(error), true);
    } finally {
      setPending(null);
    }
  }

  return (
    <>
      <Segmented
        inline
        small
        label="Clock"
        neutral="real"
        choices={waysOf(reading)}
        value={wayOf(reading)}
        pending={pending}
        onChoose={(way) =>
          ask(way, () => engine.api.putClock(wish(way, reading)), `The clock is ${wordOf(way)}.`)
        }
      />
      <Time frozen={reading.rate === 0} />
      <div className={styles.steps}>
        {STEPS.map(({ sec, title, name }) => (
          <button
            key={sec}
            type="button"
            className={controls.button}
            aria-disabled={pending !== null || undefined}
            title={`Move the clock ${name} ahead`}
            onClick={() => ask(title, () => engine.api.advance({ sec }), `${title}.`)}
          >
            {title}
          </button>
        ))}
      </div>
      {nextTimer ? (
        <button
          type="button"
          className={styles.next}
          aria-disabled={pending !== null || undefined}
          onClick={() => ask("next", () => engine.api.advance({ to: "next_timer" }), "To the next timer.")}
        >
          <SkipForward size={14} aria-hidden />
          <span className={styles.nextWords}>
            <span className="visually-hidden">To the next timer: </span>
            {happens(nextTimer)}
          </span>
          <strong>
            <Until at={nextTimer.at} />
          </strong>
        </button>
      ) : (
        <p className={styles.nothing}>Nothing happens by itself.</p>
      )}
    </>
  );
}

function wordOf(way: string): string {
  return { real: "real", frozen: "frozen", fast: "60 times as fast" }[way] ?? "moved";
}

function Time({ frozen }: { frozen: boolean }) {
  const now = useEngineNow() ?? 0;
  const Symbol_ = frozen ? Pause : Clock3;
  return (
    <p className={styles.time} data-frozen={frozen || undefined}>
      <Symbol_ size={15} aria-hidden />
      <span>{dayInWords(now)}</span>
      <strong>{timeOfDay(now)}</strong>
    </p>
  );
}

/** Ticks by itself, so that the strip around it does not. */
function Until({ at }: { at: string }) {
  const now = useEngineNow();
  return <>{now === null ? "" : inSpan(secondsUntil(at, now))}</>;
}
