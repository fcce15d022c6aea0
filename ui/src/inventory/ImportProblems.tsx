import { useState } from "react";
import type { ImportProblem } from "../api/inventory";
import controls from "../theme/controls.module.css";
import { plural } from "../traffic/format";
import styles from "./Dialogs.module.css";

const WORDS = { error: "Left out", warning: "Warning", info: "Note" };
const SHOWN_AT_FIRST = 20;

/** Each bad record by its place in the file, what is wrong with it, and what to do. */
export function ImportProblems({ problems, more }: { problems: ImportProblem[]; more: number }) {
  const [all, setAll] = useState(false);
  const shown = all ? problems : problems.slice(0, SHOWN_AT_FIRST);
  if (problems.length === 0) return null;
  return (
    <>
      <ul className={styles.problems}>
        {shown.map((problem, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
          <li key={index}>
            <p>
              <strong data-severity={problem.severity}>{WORDS[problem.severity]}</strong>{" "}
              <code>{problem.pointer || "the whole file"}</code>
            </p>
            <p>
              {problem.message} {problem.hint}
            </p>
          </li>
        ))}
      </ul>
      {shown.length < problems.length && (
        <button type="button" className={controls.quiet} onClick={() => setAll(true)}>
          Show all {problems.length}
        </button>
      )}
      {more > 0 && <p className={styles.more}>{plural(more, "further problem")}, not listed.</p>}
    </>
  );
}
