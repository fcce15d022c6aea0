// The bottom line: how much came, how fast, and the keys worth knowing.

import { CircleCheck, OctagonAlert } from "lucide-react";
import { useEffect } from "react";
import { useEngine } from "../api/engine";
import { useObservable } from "../api/observable";
import controls from "../theme/controls.module.css";
import { inSum } from "../thresholds/limits";
import { useThresholds } from "../thresholds/use-thresholds";
import { number, plural } from "../traffic/format";
import { useTrafficView } from "../traffic/store";
import styles from "./App.module.css";
import { useWindow } from "./window-state";

function Limits() {
  const window = useWindow();
  const { data } = useThresholds();
  if (!data || data.methods.length === 0) return null;
  const { breached, text } = inSum(data);
  const Symbol_ = breached ? OctagonAlert : CircleCheck;
  return (
    <button
      type="button"
      className={styles.limits}
      data-breached={breached || undefined}
      onClick={() => window.dialog.set("thresholds")}
    >
      <Symbol_ size={13} aria-hidden />
      {text}
    </button>
  );
}

export function Footer() {
  const engine = useEngine();
  const view = useTrafficView(engine.traffic);
  const said = useObservable(engine.said);
  useEffect(() => {
    const timer = setInterval(() => engine.traffic.tick(), 500);
    return () => clearInterval(timer);
  }, [engine]);
  const store = said?.status.store;
  return (
    <footer className={styles.footer}>
      <span>{plural(view.total, "exchange")}</span>
      <span>{number(view.perSecond)}/s now</span>
      <Limits />
      {store?.in_memory && <span>kept in memory only</span>}
      {store?.set_aside && (
        <span className={styles.setAside}>A damaged log was set aside: {store.set_aside}</span>
      )}
      <span className={styles.keys}>
        <span>
          <kbd className={controls.kbd}>↑</kbd> <kbd className={controls.kbd}>↓</kbd> move
        </span>
        <span>
          <kbd className={controls.kbd}>/</kbd> filter
        </span>
        <span>
          <kbd className={controls.kbd}>F</kbd> causes
        </span>
        <span>
          <kbd className={controls.kbd}>Esc</kbd> back to normal
        </span>
        <span>
          <kbd className={controls.kbd}>?</kbd> all keys
        </span>
      </span>
    </footer>
  );
}
