// What is shown instead of an empty page when drawing the window failed: for instance a part that is loaded when it
// is first needed, and that another version of the program, started meanwhile, has no more.

import { Component, type ReactNode } from "react";
import controls from "../theme/controls.module.css";
import styles from "./App.module.css";

interface Props {
  children: ReactNode;
  reload?(): void;
}

export class Boundary extends Component<Props, { failed: unknown }> {
  override state = { failed: null as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { failed: error ?? new Error("no reason given") };
  }

  override render() {
    const { children, reload = () => window.location.reload() } = this.props;
    const { failed } = this.state;
    if (failed === null) return children;
    return (
      <main className={styles.locked}>
        <div role="alert">
          <h1>This window could not go on</h1>
          <p>
            The engine does: bookings, toggles and the log are as they were. Load the window again, above all
            if Mock Partner was updated meanwhile.
          </p>
          <button type="button" className={controls.primary} onClick={reload}>
            Load the window again
          </button>
          <p>
            <code>{failed instanceof Error ? failed.message : String(failed)}</code>
          </p>
        </div>
      </main>
    );
  }
}
