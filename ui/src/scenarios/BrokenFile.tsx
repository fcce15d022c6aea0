// Said for as long as it is so: the file of the scenario in force was edited and cannot be read, and what it
// said last is in force. Also what an edit changed that waits for the next reset.

import { FileWarning, RotateCcw } from "lucide-react";
import { useEffect, useRef } from "react";
import { useEngine } from "../api/engine";
import { useObservable } from "../api/observable";
import { useWindow } from "../app/window-state";
import controls from "../theme/controls.module.css";
import { plural } from "../traffic/format";
import styles from "./Scenarios.module.css";
import { fileName, placeOf } from "./words";

export function BrokenFile() {
  const engine = useEngine();
  const window = useWindow();
  const scenario = useObservable(engine.said)?.status.scenario;
  const broken = scenario?.broken ?? null;
  const name = scenario?.name;
  const before = useRef<{ name: string | undefined; broken: boolean }>({ name, broken: false });
  useEffect(() => {
    const was = before.current;
    before.current = { name, broken: broken !== null };
    if (was.broken && broken === null && was.name === name)
      window.say("The scenario’s file can be read again, and is in force.");
  }, [broken, name, window]);
  if (!scenario) return null;
  const [first] = broken?.problems ?? [];
  const show = () => {
    window.tab.set("scenarios");
    window.walking.set(false);
    window.scenario.set(scenario.name);
    window.openDetails("keyboard");
  };
  if (broken) {
    return (
      <div className={styles.broken} role="alert">
        <FileWarning size={18} aria-hidden />
        <p>
          <strong>
            {fileName(broken.file)}
            {first && `, ${placeOf(first)}`}:
          </strong>{" "}
          {first ? `${first.message} ${first.hint}`.trim() : "The file cannot be read."}
          {broken.problems.length > 1 && ` And ${plural(broken.problems.length - 1, "more problem")}.`} What
          the file said last is in force.
        </p>
        <button type="button" className={controls.button} onClick={show}>
          Show the file
        </button>
      </div>
    );
  }
  if (scenario.waits_for_reset.length > 0) {
    return (
      <div className={styles.waits} role="status">
        <RotateCcw size={16} aria-hidden />
        <p>
          The scenario was edited. What it says of <strong>{listed(scenario.waits_for_reset)}</strong> begins
          with the next reset.
        </p>
        <button type="button" className={controls.button} onClick={() => window.dialog.set("reset")}>
          Reset everything…
        </button>
      </div>
    );
  }
  return null;
}

function listed(names: string[]): string {
  const words = names.map((name) => `the ${name}`);
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
