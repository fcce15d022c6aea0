// One scenario: what it shows, what is wrong with it and where, and its file as it is.

import { Footprints, Play } from "lucide-react";
import { lazy, Suspense, useMemo } from "react";
import { inWords } from "../api/client";
import type { ScenarioProblem, ScenarioRow } from "../api/scenarios";
import { CopyButton } from "../app/CopyButton";
import { useWindow } from "../app/window-state";
import body from "../details/BodyView.module.css";
import styles from "../details/Details.module.css";
import type { Mark } from "../details/marks";
import controls from "../theme/controls.module.css";
import { plural } from "../traffic/format";
import { Problems } from "./Problems";
import own from "./Scenarios.module.css";
import { useLoading, useScenarios, useScenarioText } from "./use-scenarios";
import { AUDIENCES } from "./words";

const CodeView = lazy(() => import("../details/CodeView"));

export function ScenarioDetails({ name }: { name: string }) {
  const { data, error } = useScenarios();
  const row = data?.scenarios.find((scenario) => scenario.name === name);
  if (error && !data) {
    return (
      <p className={controls.refusal} role="alert">
        {inWords(error)}
      </p>
    );
  }
  if (!data) return <p className={styles.nothing}>Fetching the scenario…</p>;
  if (!row) return <p className={styles.nothing}>There is no scenario “{name}” any more.</p>;
  return (
    <>
      <header className={styles.heading}>
        <div className={styles.titleLine}>
          <h2>{row.title}</h2>
          {row.in_force && <span className={`${controls.pill} ${controls.ok}`}>In force</span>}
          {!row.valid && <span className={`${controls.pill} ${controls.bad}`}>Broken</span>}
        </div>
        <p className={styles.meta}>
          <code>{row.name}</code>
          {row.audience.length > 0 && (
            <span>for {row.audience.map((audience) => AUDIENCES[audience].about).join(", ")}</span>
          )}
        </p>
        <Actions row={row} />
      </header>
      <div className={styles.panel}>
        {row.problems.length > 0 && (
          <section className={styles.card} aria-label="What is wrong">
            <header className={styles.cardHead}>
              <h3>What is wrong</h3>
              <span className={styles.cardAside}>{plural(row.problems.length, "problem")}</span>
            </header>
            <Problems problems={row.problems} />
          </section>
        )}
        {row.description && <p className={own.description}>{row.description}</p>}
        <dl className={own.factList}>
          {row.valid && (
            <>
              <dt>Walk-through</dt>
              <dd>{row.steps > 0 ? plural(row.steps, "step") : "none"}</dd>
              <dt>Rules</dt>
              <dd>{row.rules > 0 ? plural(row.rules, "rule") : "none"}</dd>
            </>
          )}
          <dt>File</dt>
          <dd>
            {row.file ? (
              <>
                <code>{row.file}</code>
                <CopyButton text={row.file} what="the file’s path" />
              </>
            ) : (
              "comes with the program"
            )}
            {row.covers_shipped && <span> (in the place of one that comes with the program)</span>}
          </dd>
        </dl>
        <Text row={row} />
      </div>
    </>
  );
}

function Actions({ row }: { row: ScenarioRow }) {
  const window = useWindow();
  const { load } = useLoading();
  if (!row.valid) return <p className={own.hint}>It can be loaded once its file is mended.</p>;
  return (
    <div className={own.actions}>
      {row.has_steps && (
        <button
          type="button"
          className={controls.primary}
          onClick={() => (row.in_force ? window.walking.set(true) : void load(row, true))}
        >
          <Footprints size={14} aria-hidden />
          Walk through
        </button>
      )}
      {row.in_force ? (
        <button type="button" className={controls.button} onClick={() => window.dialog.set("reset")}>
          Back to its start…
        </button>
      ) : (
        <button
          type="button"
          className={row.has_steps ? controls.button : controls.primary}
          onClick={() => void load(row)}
        >
          <Play size={13} aria-hidden />
          Load
        </button>
      )}
    </div>
  );
}

function Text({ row }: { row: ScenarioRow }) {
  const { data, error } = useScenarioText(row.name);
  const marks = useMemo(() => (data === undefined ? [] : marksOf(data, row.problems)), [data, row.problems]);
  const reveal = useMemo(() => (marks[0] ? { from: marks[0].from } : null), [marks]);
  return (
    <section className={styles.card} data-grow aria-label="The file">
      <header className={styles.cardHead}>
        <h3>The file</h3>
        {data !== undefined && (
          <span className={styles.cardTools}>
            <CopyButton text={data} what="the scenario’s text" />
          </span>
        )}
      </header>
      {error && !data ? (
        <p className={controls.refusal} role="alert">
          {inWords(error)}
        </p>
      ) : data === undefined ? (
        <p className={styles.nothing}>Reading it…</p>
      ) : (
        <div className={body.code}>
          <Suspense fallback={<pre className={body.plain}>{data.slice(0, 4000)}</pre>}>
            <CodeView text={data} label="The file" isJson={false} marks={marks} reveal={reveal} quiet />
          </Suspense>
        </div>
      )}
    </section>
  );
}

/** Each problem under the line that it is about. */
export function marksOf(text: string, problems: ScenarioProblem[]): Mark[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return problems
    .map(({ line, column, message, hint }) => {
      const start = starts[Math.min(line, starts.length) - 1] ?? 0;
      const end = starts[line] ?? text.length + 1;
      return {
        from: Math.min(start + column - 1, end - 1),
        severity: "error" as const,
        shape: "■",
        text: hint ? `${message} ${hint}` : message,
      };
    })
    .sort((a, b) => a.from - b.from);
}
