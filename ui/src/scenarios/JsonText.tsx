// A body in letters that grow with those around it, every line of it in the page: bodies of steps are short,
// and a presenter's must be read from afar.

import { Check, X } from "lucide-react";
import { useMemo, useState } from "react";
import type { StepReport } from "../api/scenarios";
import controls from "../theme/controls.module.css";
import styles from "./JsonText.module.css";
import { inShort, jsonLines, type Line } from "./json-lines";

interface Props {
  label: string;
  text: string;
  /** Whose expectations are marked. */
  report?: StepReport | null;
}

export default function JsonText({ label, text, report = null }: Props) {
  const [whole, setWhole] = useState(false);
  const lines = useMemo(() => jsonLines(text, report), [text, report]);
  const short = useMemo(() => inShort(lines), [lines]);
  return (
    <section className={styles.text} aria-label={label}>
      {(whole ? lines : short).map((line) => (
        <JsonLine key={line.number} line={line} />
      ))}
      {short.length < lines.length && (
        <button
          type="button"
          className={`${controls.quiet} ${styles.whole}`}
          aria-expanded={whole}
          onClick={() => setWhole(!whole)}
        >
          {whole ? "In short" : "The whole body"}
        </button>
      )}
    </section>
  );
}

function JsonLine({ line: { pieces, held, wanted } }: { line: Line }) {
  return (
    <div className={styles.line} data-held={held ?? undefined}>
      {held === true && <Check className={styles.symbol} aria-label="as expected:" />}
      {held === false && <X className={styles.symbol} aria-label="not as expected:" />}
      <code>
        {pieces.map(({ text, kind }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a line never change places
          <span key={index} className={styles[kind]}>
            {text}
          </span>
        ))}
      </code>
      {wanted.map((words) => (
        <div key={words} className={styles.wanted}>
          expected: <code>{words}</code>
        </div>
      ))}
    </div>
  );
}
