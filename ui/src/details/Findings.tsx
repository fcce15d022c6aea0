import { CircleCheck, Info, OctagonAlert, TriangleAlert } from "lucide-react";
import type { Finding } from "../api/types";
import { plural } from "../traffic/format";
import styles from "./Details.module.css";
import own from "./Findings.module.css";
import { SEVERITY_WORDS } from "./marks";

const SYMBOLS = { error: OctagonAlert, warning: TriangleAlert, info: Info };

interface Props {
  findings: Finding[];
  /** Goes to a finding's place in the body. */
  onReveal(pointer: string): void;
}

/** What is wrong with a request: where, what was found, what was expected, what to do. */
export function Findings({ findings, onReveal }: Props) {
  return (
    <section className={styles.card} aria-label="Findings">
      <header className={styles.cardHead}>
        <h3>In the request</h3>
        <span className={styles.cardAside}>{plural(findings.length, "finding")}</span>
      </header>
      <ul>
        {findings.map((finding, index) => (
          // The same may be wrong twice at one place, where a name comes twice.
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
          <li key={index} className={own.finding}>
            <Severity severity={finding.severity} />
            <p className={own.hint}>{finding.hint}</p>
            <dl className={own.facts}>
              <div>
                <dt>Where</dt>
                <dd>
                  {finding.pointer === "" ? (
                    "the whole request"
                  ) : (
                    <button
                      type="button"
                      className={own.pointer}
                      title="Show it in the body"
                      onClick={() => onReveal(finding.pointer)}
                    >
                      <code>{finding.pointer}</code>
                    </button>
                  )}
                </dd>
              </div>
              {finding.found && (
                <div>
                  <dt>Found</dt>
                  <dd>{finding.found}</dd>
                </div>
              )}
              {finding.expected && (
                <div>
                  <dt>Expected</dt>
                  <dd>{finding.expected}</dd>
                </div>
              )}
              <div>
                <dt>Code</dt>
                <dd>
                  <code>{finding.code}</code>
                  {finding.reference && <code className={own.reference}>§ {finding.reference}</code>}
                </dd>
              </div>
            </dl>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Severity({ severity }: { severity: Finding["severity"] }) {
  const Symbol_ = SYMBOLS[severity];
  return (
    <p className={own.severity} data-severity={severity}>
      <Symbol_ size={14} aria-hidden />
      {SEVERITY_WORDS[severity]}
    </p>
  );
}

export function NoFindings() {
  return (
    <p className={own.allWell}>
      <CircleCheck size={15} aria-hidden />
      Nothing is wrong with this request.
    </p>
  );
}
