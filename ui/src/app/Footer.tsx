// The bottom line: how much came, how fast, and the keys worth knowing.

import { useEffect } from "react";
import { useEngine } from "../api/engine";
import { useObservable } from "../api/observable";
import controls from "../theme/controls.module.css";
import { number, plural } from "../traffic/format";
import { useTrafficView } from "../traffic/store";
import styles from "./App.module.css";

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
