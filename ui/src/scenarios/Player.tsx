// The player of a walk-through: the list of steps, the one that is looked at, and forward and back. The
// presenter's size is the same without the list, in letters for the back of a room.

import { Dialog } from "@base-ui/react/dialog";
import {
  ArrowLeft,
  ArrowRight,
  ChevronLeft,
  FastForward,
  Maximize2,
  Minimize2,
  RotateCcw,
  Undo2,
} from "lucide-react";
import { type RefObject, useEffect, useRef } from "react";
import { useEngine } from "../api/engine";
import { useObservable } from "../api/observable";
import type { Walkthrough } from "../api/scenarios";
import { useWindow } from "../app/window-state";
import controls from "../theme/controls.module.css";
import { plural } from "../traffic/format";
import { End } from "./End";
import { playerKey } from "./keys";
import styles from "./Player.module.css";
import { Step, verdict } from "./Step";
import { StepList } from "./StepList";
import { backward, forward } from "./walk";

export function Player() {
  const engine = useEngine();
  const window = useWindow();
  const { walk } = engine;
  const said = useObservable(walk.said);
  const presenting = useObservable(window.presenting);
  const stage = useRef<HTMLElement>(null);
  useEffect(() => {
    void walk.refresh();
  }, [walk]);
  const isThere = said !== null;
  useEffect(() => {
    // Who opened it goes on with the keys of the player; who only comes by, from tab to tab, stays there.
    if (isThere && document.activeElement?.getAttribute("role") !== "tab") stage.current?.focus();
  }, [isThere]);
  const leave = () => window.walking.set(false);
  return (
    <section className={styles.player} aria-label="Walk-through" data-player>
      <header className={styles.head}>
        <button type="button" className={controls.quiet} onClick={leave}>
          <ChevronLeft size={15} aria-hidden />
          All scenarios
        </button>
        <p className={styles.scenario}>{said?.title}</p>
        <button
          type="button"
          className={controls.button}
          disabled={!said || said.steps.length === 0}
          onClick={() => window.presenting.set(true)}
        >
          <Maximize2 size={14} aria-hidden />
          Presenter size
          <kbd className={controls.kbd}>P</kbd>
        </button>
      </header>
      {!said && <p className={styles.empty}>Fetching the steps…</p>}
      {said && said.steps.length === 0 && <NoSteps said={said} onLeave={leave} />}
      {said && said.steps.length > 0 && (
        <>
          <Before said={said} />
          <div className={styles.columns}>
            <StepList said={said} />
            <Stage said={said} stage={stage} front={!presenting} />
          </div>
          <Moves said={said} />
          <Presenter said={said} open={presenting} />
        </>
      )}
    </section>
  );
}

function NoSteps({ said, onLeave }: { said: Walkthrough; onLeave(): void }) {
  return (
    <div className={styles.empty}>
      <h2>“{said.title}” has no walk-through</h2>
      <p>Its file has no steps. Load a scenario that has some.</p>
      <button type="button" className={controls.primary} onClick={onLeave}>
        Show all scenarios
      </button>
    </div>
  );
}

/** Steps stand on the scenario's start: what was booked before them may be in their way. */
function Before({ said }: { said: Walkthrough }) {
  const { walk, ...engine } = useEngine();
  const bookings = useObservable(engine.said)?.status.counts.bookings ?? 0;
  const working = useObservable(walk.working);
  if (said.position > 0 || bookings === 0 || working !== null || said.running !== null) return null;
  return (
    <p className={styles.before}>
      <span>
        {plural(bookings, "booking")} {bookings === 1 ? "is" : "are"} there already. The steps expect the
        scenario’s start.
      </span>
      <button type="button" className={controls.button} onClick={() => void walk.restart()}>
        <RotateCcw size={14} aria-hidden />
        Begin at the start
      </button>
    </p>
  );
}

interface StageProps {
  said: Walkthrough;
  stage: RefObject<HTMLElement | null>;
  /** Whether it is what keys go to, and not behind a dialog. */
  front: boolean;
}

/** What is looked at: a step, or the end. */
function Stage({ said, stage, front }: StageProps) {
  const { walk } = useEngine();
  const shown = useObservable(walk.shown);
  const working = useObservable(walk.working);
  const problem = useObservable(walk.problem);
  const step = said.steps[shown];
  // biome-ignore lint/correctness/useExhaustiveDependencies: another step begins at its top
  useEffect(() => {
    stage.current?.scrollTo?.({ top: 0 });
  }, [shown]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a button that is gone takes the focus with it
  useEffect(() => {
    if (front && document.activeElement === document.body) stage.current?.focus();
  }, [front, said, shown]);
  const running = (working === "next" || said.running === shown) && shown === said.position;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className={styles.stage} ref={stage} aria-label="What is shown" tabIndex={0}>
      {problem && (
        <p className={controls.refusal} role="alert">
          {problem}
        </p>
      )}
      {step ? (
        <Step step={step} index={shown} count={said.steps.length} running={running} />
      ) : (
        <End said={said} />
      )}
      <p className="visually-hidden" role="status">
        {step?.report && !running
          ? `Step ${shown + 1}: ${verdict(step.report)}, ${step.report.answer?.status ?? "no answer"}.`
          : ""}
      </p>
    </section>
  );
}

const FORWARD = { take: "Take this step", look: "Next step", end: "To the end", none: "The end" };
const BACKWARD = { undo: "Undo this step", look: "Step before", none: "Step before" };

function Moves({ said }: { said: Walkthrough }) {
  const { walk } = useEngine();
  const shown = useObservable(walk.shown);
  const working = useObservable(walk.working);
  const busy = working !== null || said.running !== null;
  const [ahead, behind] = [forward(said, shown), backward(said, shown)];
  const isAtEnd = shown >= said.steps.length;
  return (
    <nav className={styles.moves} aria-label="Forward and back">
      <button
        type="button"
        className={controls.button}
        aria-disabled={busy || behind === "none" || undefined}
        title={
          behind === "undo" ? "All begins anew, and the steps before this one are taken again." : undefined
        }
        onClick={() => busy || void walk.backward()}
      >
        {behind === "undo" ? <Undo2 aria-hidden /> : <ArrowLeft aria-hidden />}
        {working === "back" ? "Undoing…" : BACKWARD[behind]}
      </button>
      <Progress said={said} shown={shown} />
      <span className={styles.more}>
        {said.position > 0 && !isAtEnd && (
          <button
            type="button"
            className={controls.quiet}
            aria-disabled={busy || undefined}
            onClick={() => busy || void walk.restart()}
          >
            <RotateCcw aria-hidden />
            Begin anew
          </button>
        )}
        {said.position < said.steps.length && (
          <button
            type="button"
            className={controls.quiet}
            aria-disabled={busy || undefined}
            title="All steps that are left, until one is not as expected"
            onClick={() => busy || void walk.toTheEnd()}
          >
            <FastForward aria-hidden />
            All steps
          </button>
        )}
      </span>
      <button
        type="button"
        className={isAtEnd ? controls.button : controls.primary}
        aria-disabled={busy || isAtEnd || undefined}
        onClick={() => busy || void walk.forward()}
      >
        {working === "next" ? "Taking it…" : FORWARD[ahead]}
        {!isAtEnd && <ArrowRight aria-hidden />}
      </button>
    </nav>
  );
}

/** A mark for each step: its shape says what came of it, and the list or the end says it in words. */
function Progress({ said, shown }: { said: Walkthrough; shown: number }) {
  const done = said.steps.slice(0, said.position);
  const failed = done.filter((step) => step.state === "failed").length;
  const words = `${said.position} of ${plural(said.steps.length, "step")} taken${failed > 0 ? `, ${failed} not as expected` : ""}`;
  return (
    <span className={styles.progress} role="img" aria-label={words} title={words}>
      {said.steps.map((step, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: a step's place is what it is known by
          key={index}
          data-state={step.state}
          data-shown={index === shown || undefined}
        />
      ))}
    </span>
  );
}

function Presenter({ said, open }: { said: Walkthrough; open: boolean }) {
  const engine = useEngine();
  const window = useWindow();
  const stage = useRef<HTMLElement>(null);
  return (
    <Dialog.Root open={open} onOpenChange={(next) => window.presenting.set(next)}>
      <Dialog.Portal>
        <Dialog.Popup
          className={styles.presenter}
          initialFocus={stage}
          data-player
          onKeyDown={(event) => {
            if (playerKey(event.nativeEvent, engine, window)) event.preventDefault();
          }}
        >
          <header className={styles.head}>
            <Dialog.Title className={styles.scenario}>{said.title}</Dialog.Title>
            <Dialog.Close className={controls.quiet}>
              <Minimize2 aria-hidden />
              Window size <kbd className={controls.kbd}>Esc</kbd>
            </Dialog.Close>
          </header>
          <Stage said={said} stage={stage} front />
          <Moves said={said} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
