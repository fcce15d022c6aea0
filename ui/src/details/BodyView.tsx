// One body: formatted when it is JSON, raw when asked or when it is not.

import { lazy, Suspense, useMemo, useState } from "react";
import type { Finding } from "../api/types";
import { CopyButton } from "../app/CopyButton";
import controls from "../theme/controls.module.css";
import { bytes } from "../traffic/format";
import own from "./BodyView.module.css";
import styles from "./Details.module.css";
import { marks } from "./marks";
import { places } from "./places";
import { prettyJson } from "./pretty";

const CodeView = lazy(() => import("./CodeView"));

interface Props {
  title: string;
  body: string;
  size?: number;
  /** Completes "Copy …". */
  what: string;
  note?: string | null;
  findings?: Finding[];
  /** The finding's place to go to; a new object goes there again. */
  reveal?: { pointer: string } | null;
}

const NO_FINDINGS: Finding[] = [];

export function BodyView({ title, body, size, what, note, findings = NO_FINDINGS, reveal = null }: Props) {
  const [raw, setRaw] = useState(false);
  const pretty = useMemo(() => (body === "" ? null : prettyJson(body)), [body]);
  const shown = raw || pretty === null ? body : pretty;
  const marked = useMemo(() => marks(shown, findings), [shown, findings]);
  const target = useMemo(
    () => (reveal ? (places(shown, [reveal.pointer]).get(reveal.pointer) ?? null) : null),
    [shown, reveal],
  );
  return (
    <section className={styles.card} data-grow aria-label={title}>
      <header className={styles.cardHead}>
        <h3>{title}</h3>
        <span className={styles.cardAside}>
          {size !== undefined && bytes(size)}
          {note && ` · ${note}`}
        </span>
        {body !== "" && (
          <span className={styles.cardTools}>
            {pretty !== null && (
              <button
                type="button"
                className={controls.quiet}
                aria-pressed={raw}
                onClick={() => setRaw(!raw)}
              >
                {raw ? "Formatted" : "Raw"}
              </button>
            )}
            <CopyButton text={shown} what={what} />
          </span>
        )}
      </header>
      {body === "" ? (
        <p className={styles.nothing}>The body is empty.</p>
      ) : (
        <>
          {pretty === null && <p className={own.notJson}>This is not JSON. It is shown as it came.</p>}
          <div className={own.code}>
            <Suspense fallback={<pre className={own.plain}>{shown.slice(0, 4000)}</pre>}>
              <CodeView text={shown} label={title} isJson={pretty !== null} marks={marked} reveal={target} />
            </Suspense>
          </div>
        </>
      )}
    </section>
  );
}
