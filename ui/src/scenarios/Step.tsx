// One step: what the audience is told, and, once it was taken, what was sent, what came back, and whether
// that was expected. In em throughout, so that a presenter's is the same in larger letters.

import { CircleCheck, CircleSlash, CircleX, LoaderCircle } from "lucide-react";
import { lazy, Suspense } from "react";
import type { StepReport, WalkthroughStep } from "../api/scenarios";
import { useWindow } from "../app/window-state";
import { prettyJson } from "../details/pretty";
import controls from "../theme/controls.module.css";
import { plural, took } from "../traffic/format";
import { Outcome } from "./Outcome";
import styles from "./Step.module.css";
import { about, deed } from "./words";

const Markdown = lazy(() => import("./Markdown"));
const JsonText = lazy(() => import("./JsonText"));

interface Props {
  step: WalkthroughStep;
  index: number;
  count: number;
  running: boolean;
}

export function Step({ step, index, count, running }: Props) {
  const { report } = step;
  const what = deed(step);
  return (
    <article className={styles.step} aria-label={`Step ${index + 1} of ${count}`}>
      <header>
        <p className={styles.number}>
          Step {index + 1} of {count}
        </p>
        <h2 className={styles.title}>{step.title}</h2>
      </header>
      {step.text && (
        <div className={styles.told}>
          <Suspense fallback={<p>{step.text}</p>}>
            <Markdown text={step.text} />
          </Suspense>
        </div>
      )}
      <p className={styles.deed}>
        {what && <span>{what}</span>}
        {step.what && <code>{about(step)}</code>}
        {report === null && !running && <span className={styles.later}>not taken yet</span>}
      </p>
      {running && (
        <p className={styles.running} role="status">
          <LoaderCircle className={styles.turning} aria-hidden />
          The step is being taken…
        </p>
      )}
      {report && !running && <Report report={report} />}
    </article>
  );
}

const VERDICTS = {
  passed: { Symbol_: CircleCheck, tone: "ok" },
  failed: { Symbol_: CircleX, tone: "bad" },
  skipped: { Symbol_: CircleSlash, tone: "neutral" },
  pending: { Symbol_: CircleSlash, tone: "neutral" },
} as const;

/** What came of a step in a few words. */
export function verdict({ state, differences, reason }: StepReport): string {
  if (state === "passed") return "As expected";
  if (state === "failed")
    return differences.length === 1
      ? "One thing is not as expected"
      : `${differences.length} things are not as expected`;
  return `Left out. ${reason ?? ""}`.trim();
}

function Report({ report }: { report: StepReport }) {
  const { Symbol_, tone } = VERDICTS[report.state];
  return (
    <>
      <section className={styles.report} data-tone={tone} aria-label="What was expected">
        <p className={styles.verdict}>
          <Symbol_ aria-hidden />
          <strong>{verdict(report)}</strong>
        </p>
        <Outcome report={report} />
        {report.state !== "skipped" && report.reason && <p className={styles.reason}>{report.reason}</p>}
      </section>
      <Bodies report={report} />
      <Exchanges ids={report.exchange_ids} />
    </>
  );
}

function Bodies({ report }: { report: StepReport }) {
  const { sent, answer } = report;
  if (!sent) return null;
  const { pathname, search } = new URL(sent.url, "http://127.0.0.1");
  return (
    <div className={styles.bodies}>
      <section className={styles.body} aria-label="Sent">
        <header>
          <h3>Sent</h3>
          <code>
            {sent.verb} {pathname}
            {search}
          </code>
        </header>
        {sent.headers.map(([name, value]) => (
          <p key={name} className={styles.header}>
            <code>
              {name}: {value}
            </code>
          </p>
        ))}
        <Body label="What was sent" body={sent.body} />
      </section>
      <section className={styles.body} aria-label="Came back">
        <header>
          <h3>Came back</h3>
          {answer?.status != null && (
            <span className={styles.status} data-good={answer.status < 400 || undefined}>
              {answer.status}
            </span>
          )}
          <span className={styles.took}>{took(report.duration_us)}</span>
        </header>
        {answer?.broke && (
          <p className={styles.broke}>
            <strong>No whole answer came.</strong> {answer.broke}
          </p>
        )}
        <Body label="What came back" body={answer?.body} report={report} />
      </section>
    </div>
  );
}

function Body({ label, body, report }: { label: string; body: unknown; report?: StepReport }) {
  if (body === undefined || body === null || body === "")
    return <p className={styles.nothing}>The body is empty.</p>;
  if (typeof body === "string") return <pre className={styles.plain}>{body}</pre>;
  const text = prettyJson(JSON.stringify(body)) ?? "";
  return (
    <Suspense fallback={<pre className={styles.plain}>{text}</pre>}>
      <JsonText label={label} text={text} report={report} />
    </Suspense>
  );
}

function Exchanges({ ids }: { ids: number[] }) {
  const window = useWindow();
  if (ids.length === 0) return null;
  return (
    <p className={styles.exchanges}>
      <span>{plural(ids.length, "exchange")} in the traffic:</span>
      {ids.map((id) => (
        <button
          key={id}
          type="button"
          className={controls.quiet}
          aria-label={`Show exchange ${id} in the traffic`}
          onClick={() => {
            window.presenting.set(false);
            window.showExchange(id);
          }}
        >
          {id}
        </button>
      ))}
    </p>
  );
}
