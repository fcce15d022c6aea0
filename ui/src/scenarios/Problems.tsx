import type { ScenarioProblem } from "../api/scenarios";
import styles from "./Scenarios.module.css";
import { placeOf } from "./words";

/** What is wrong with a file: where, what, and what to do. */
export function Problems({ problems }: { problems: ScenarioProblem[] }) {
  return (
    <ol className={styles.problems}>
      {problems.map((problem) => (
        <li key={`${problem.line}:${problem.column}:${problem.message}`}>
          <p>
            <strong>{placeOf(problem)}</strong> {problem.path && <code>{problem.path}</code>}
          </p>
          <p>{problem.message}</p>
          {problem.hint && <p className={styles.hint}>{problem.hint}</p>}
        </li>
      ))}
    </ol>
  );
}
