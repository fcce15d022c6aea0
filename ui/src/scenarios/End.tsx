// Behind the last step: how it went, and what is worth doing next.

import { CircleCheck, CircleX, RotateCcw } from "lucide-react";
import { useEngine } from "../api/engine";
import type { Walkthrough } from "../api/scenarios";
import { useWindow } from "../app/window-state";
import controls from "../theme/controls.module.css";
import { plural } from "../traffic/format";
import styles from "./Player.module.css";

export function End({ said }: { said: Walkthrough }) {
  const { walk } = useEngine();
  const window = useWindow();
  const failed = said.steps.flatMap((step, index) => (step.state === "failed" ? [{ step, index }] : []));
  const skipped = said.steps.filter((step) => step.state === "skipped").length;
  const Symbol_ = failed.length > 0 ? CircleX : CircleCheck;
  return (
    <div className={styles.end} data-bad={failed.length > 0 || undefined}>
      <Symbol_ aria-hidden />
      <h2>
        {failed.length > 0
          ? `${plural(failed.length, "step is", "steps are")} not as expected`
          : `${plural(said.steps.length, "step")}, all as expected`}
      </h2>
      {skipped > 0 && <p>{plural(skipped, "step was", "steps were")} left out.</p>}
      {failed.length > 0 && (
        <ul>
          {failed.map(({ step, index }) => (
            <li key={index}>
              <button type="button" className={controls.quiet} onClick={() => walk.look(index)}>
                {index + 1}. {step.title}
              </button>
            </li>
          ))}
        </ul>
      )}
      <p className={styles.endActions}>
        <button type="button" className={controls.primary} onClick={() => void walk.restart()}>
          <RotateCcw aria-hidden />
          Begin anew
        </button>
        <button
          type="button"
          className={controls.button}
          onClick={() => {
            window.presenting.set(false);
            window.walking.set(false);
          }}
        >
          All scenarios
        </button>
      </p>
    </div>
  );
}
