// What is said when the session that the window shows is not there: it was ended, or nobody began it yet.

import { Unplug } from "lucide-react";
import { useState } from "react";
import { inWords } from "../api/client";
import { useEngine } from "../api/engine";
import appStyles from "../app/App.module.css";
import { useWindow } from "../app/window-state";
import controls from "../theme/controls.module.css";

export function SessionOver() {
  const engine = useEngine();
  const window = useWindow();
  const [busy, setBusy] = useState(false);
  const session = window.session.get();
  async function begin(): Promise<void> {
    if (session === null || busy) return;
    setBusy(true);
    try {
      await engine.api.beginSession(session);
    } catch (error) {
      window.say(inWords(error), true);
    } finally {
      setBusy(false);
    }
  }
  return (
    <p className={appStyles.lost} role="alert">
      <Unplug size={16} aria-hidden />
      <span>There is no session {session}: it was ended, or nobody called it yet.</span>
      <button type="button" className={controls.button} onClick={begin} aria-disabled={busy || undefined}>
        Begin it
      </button>
      <button type="button" className={controls.button} onClick={() => window.showSession(null)}>
        Back to the main partner
      </button>
    </p>
  );
}
