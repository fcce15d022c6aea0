// All steps with what came of each. One that was taken can be looked at again.

import { Check, Circle, CircleDot, Minus, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { useEngine } from "../api/engine";
import { useObservable } from "../api/observable";
import type { StepState, Walkthrough } from "../api/scenarios";
import styles from "./Player.module.css";
import { about } from "./words";

const SHAPES: Record<StepState, { Shape: typeof Check; word: string }> = {
  pending: { Shape: Circle, word: "not taken yet" },
  passed: { Shape: Check, word: "as expected" },
  failed: { Shape: X, word: "not as expected" },
  skipped: { Shape: Minus, word: "left out" },
};

export function StepList({ said }: { said: Walkthrough }) {
  const { walk } = useEngine();
  const shown = useObservable(walk.shown);
  const list = useRef<HTMLOListElement>(null);
  const last = Math.min(said.position, said.steps.length - 1);
  // At the end, the list's one tab stop is its last step.
  const current = Math.min(shown, last);

  useEffect(() => {
    list.current?.children[current]?.scrollIntoView?.({ block: "nearest" });
  }, [current]);

  function onKeyDown(event: KeyboardEvent): void {
    const moves: Record<string, number> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      Home: 0,
      End: last,
    };
    const target = moves[event.key];
    if (target === undefined) return;
    event.preventDefault();
    const index = Math.max(0, Math.min(last, target));
    walk.look(index);
    list.current?.querySelectorAll("button")[index]?.focus();
  }

  return (
    <ol className={styles.steps} ref={list} aria-label="Steps" onKeyDown={onKeyDown}>
      {said.steps.map((step, index) => {
        const isNext = index === said.position;
        const { Shape, word } = isNext ? { Shape: CircleDot, word: "comes next" } : SHAPES[step.state];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a step's place is what it is known by
          <li key={index}>
            <button
              type="button"
              className={styles.stepButton}
              tabIndex={index === current ? 0 : -1}
              aria-current={index === shown ? "step" : undefined}
              aria-disabled={index > said.position || undefined}
              onClick={() => index <= said.position && walk.look(index)}
            >
              <Shape data-state={step.state} aria-hidden />
              <span>
                <span className={styles.stepTitle}>{step.title}</span>
                <span className={styles.stepWhat}>{about(step)}</span>
              </span>
              <span className="visually-hidden">, {word}</span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}
