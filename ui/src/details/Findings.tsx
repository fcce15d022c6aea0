import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { Finding } from "../api/types";
import { plural } from "../traffic/format";
import styles from "./Details.module.css";
import own from "./Findings.module.css";

const SYMBOLS = { error: CircleAlert, warning: TriangleAlert, info: Info };
const WORDS = { error: "Error", warning: "Warning", info: "Note" };

/** What is wrong with a request: where, what was found, what was expected, what to do. */
export function Findings({ findings }: { findings: Finding[] }) {
  if (findings.length === 0) {
    return (
      <p className={own.allWell}>
        <CircleCheck size={15} aria-hidden />
        Nothing is wrong with this request.
      </p>
    );
  }
  return (
    <section className={styles.card} aria-label="Findings">
      <header className={styles.cardHead}>
        <h3>In the request</h3>
        <span className={styles.cardAside}>{plural(findings.length, "finding")}</span>
      </header>
      <ul>
        {findings.map((finding) => {
          const Symbol_ = SYMBOLS[finding.severity];
          return (
            <li key={`${finding.code}${finding.pointer}`} className={own.finding}>
              <Symbol_ size={15} aria-hidden data-severity={finding.severity} />
              <div>
                <p>
                  <span className="visually-hidden">{WORDS[finding.severity]}: </span>
                  <code>{finding.pointer || "the whole body"}</code>
                </p>
                <p>{finding.hint}</p>
                <p className={own.findingFacts}>
                  {finding.found && `Found ${finding.found}. `}
                  {finding.expected && `Expected ${finding.expected}. `}
                  {finding.reference && `§ ${finding.reference}`}
                </p>
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
