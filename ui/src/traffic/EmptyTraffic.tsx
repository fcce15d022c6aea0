// Why the table is empty, and what to do next. Three different reasons, three different answers.

import { Send } from "lucide-react";
import { useState } from "react";
import { inWords } from "../api/client";
import { useEngine } from "../api/engine";
import { useObservable } from "../api/observable";
import type { SampleKind } from "../api/types";
import { CopyButton } from "../app/CopyButton";
import controls from "../theme/controls.module.css";
import styles from "./Traffic.module.css";

interface Props {
  filtered: boolean;
  searching: boolean;
  paused: boolean;
  hasTraffic: boolean;
  onClear(): void;
}

export function NoRows({ filtered, searching, paused, hasTraffic, onClear }: Props) {
  if (searching) return <p className={styles.emptyLine}>Searching all bodies…</p>;
  if (filtered && hasTraffic) {
    return (
      <div className={styles.empty}>
        <h3>Nothing matches</h3>
        <p>No exchange fits this filter. New ones that do will appear here by themselves.</p>
        <button type="button" className={controls.button} onClick={onClear}>
          Show all traffic
        </button>
      </div>
    );
  }
  if (paused) {
    return (
      <div className={styles.empty}>
        <h3>Paused</h3>
        <p>Requests are still answered and counted. Press Resume to see them.</p>
      </div>
    );
  }
  return <NothingYet />;
}

const SAMPLES: { kind: SampleKind; title: string }[] = [
  { kind: "check_availability", title: "Ask for availability" },
  { kind: "health", title: "Check health" },
];

function NothingYet() {
  const engine = useEngine();
  const said = useObservable(engine.said);
  const [problem, setProblem] = useState<string | null>(null);
  const [sending, setSending] = useState(false);

  async function send(kind: SampleKind) {
    setSending(true);
    setProblem(null);
    try {
      await engine.api.sample(kind);
    } catch (error) {
      setProblem(inWords(error));
    } finally {
      setSending(false);
    }
  }

  const curl = said?.status.sample_curl;
  return (
    <div className={styles.empty}>
      <h3>No requests yet</h3>
      <p>
        Point your client at the address above, or send one from here. It appears the moment it is answered.
      </p>
      <div className={styles.samples}>
        <button
          type="button"
          className={controls.primary}
          disabled={sending}
          onClick={() => send("create_booking")}
        >
          <Send size={14} aria-hidden />
          Send a sample request
        </button>
        {SAMPLES.map(({ kind, title }) => (
          <button
            key={kind}
            type="button"
            className={controls.button}
            disabled={sending}
            onClick={() => send(kind)}
          >
            {title}
          </button>
        ))}
      </div>
      {problem && (
        <p className={controls.refusal} role="alert">
          {problem}
        </p>
      )}
      {curl && (
        <div className={styles.curl}>
          <div className={styles.curlHead}>
            <span>Or from a terminal</span>
            <CopyButton text={curl} what="the curl command" label="Copy" />
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines must scroll by keyboard too */}
          <section tabIndex={0} aria-label="curl command" className={styles.curlText}>
            <pre>{curl}</pre>
          </section>
        </div>
      )}
    </div>
  );
}
