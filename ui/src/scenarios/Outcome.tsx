// What is not as expected, first and in full; and what is, a tick for each.

import { Check, X } from "lucide-react";
import type { StepReport } from "../api/scenarios";
import styles from "./Step.module.css";

export function Outcome({ report: { held, differences } }: { report: StepReport }) {
  if (held.length + differences.length === 0) return null;
  return (
    <ul className={styles.expectations}>
      {differences.map(({ path, what, expected, got }) => (
        <li key={path} data-held={false}>
          <X aria-label="Not as expected:" />
          <div>
            <code className={styles.what}>{what}</code>
            <dl className={styles.difference}>
              <dt>expected</dt>
              <dd>
                <code>{expected}</code>
              </dd>
              <dt>came</dt>
              <dd>
                <code className={styles.came}>{what === "status" ? code(got) : got}</code>
              </dd>
            </dl>
          </div>
        </li>
      ))}
      {held.map(({ path, what, expected }) => (
        <li key={path} data-held={true}>
          <Check aria-label="As expected:" />
          <div>
            <code className={styles.what}>{what}</code> <code>{unquoted(expected)}</code>
          </div>
        </li>
      ))}
    </ul>
  );
}

/** The body that stands behind a status is shown below as a whole. */
function code(status: string): string {
  return status.split(" ")[0] ?? status;
}

/** Quotes tell text from numbers, which matters only where something differs. */
function unquoted(value: string): string {
  return value.replace(/^"(.*)"$/, "$1");
}
