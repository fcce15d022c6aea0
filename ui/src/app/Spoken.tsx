// What screen readers hear: notices at once, and the traffic as a sum now and then, never row by row.

import { CircleAlert, CircleCheck } from "lucide-react";
import { useEffect, useState } from "react";
import { useEngine } from "../api/engine";
import { useObservable } from "../api/observable";
import type { ExchangeSummary } from "../api/types";
import { plural } from "../traffic/format";
import styles from "./App.module.css";
import { useWindow } from "./window-state";

const EVERY_MS = 10_000;
const NOTICE_MS = 4_000;

export function Spoken() {
  const engine = useEngine();
  const window = useWindow();
  const notice = useObservable(window.notice);
  const [summary, setSummary] = useState("");

  useEffect(() => {
    let rows: ExchangeSummary[] = [];
    const stop = engine.traffic.onRows((fresh) => {
      rows = rows.length > 20_000 ? rows : rows.concat(fresh);
    });
    const timer = setInterval(() => {
      if (rows.length > 0) setSummary(inSum(rows));
      rows = [];
    }, EVERY_MS);
    return () => {
      stop();
      clearInterval(timer);
    };
  }, [engine]);

  useEffect(() => {
    if (!notice) return;
    const timer = setTimeout(() => window.notice.set(null), notice.bad ? NOTICE_MS * 2 : NOTICE_MS);
    return () => clearTimeout(timer);
  }, [notice, window]);

  return (
    <>
      <div className="visually-hidden" role="log" aria-live="polite" aria-label="Traffic summary">
        {summary}
      </div>
      <div className={styles.notices} role="status" aria-label="Notices">
        {notice && (
          <p key={notice.at} className={styles.notice} data-bad={notice.bad || undefined}>
            {notice.bad ? <CircleAlert size={15} aria-hidden /> : <CircleCheck size={15} aria-hidden />}
            {notice.text}
          </p>
        )}
      </div>
    </>
  );
}

export function inSum(rows: ExchangeSummary[]): string {
  const of = (outcome: string) => rows.filter((row) => row.outcome === outcome).length;
  const parts = [
    plural(rows.length, "new request"),
    of("failure") > 0 ? plural(of("failure"), "booking failure") : "",
    of("error") > 0 ? plural(of("error"), "error") : "",
  ].filter(Boolean);
  return `${parts.join(", ")}.`;
}
