import "@fontsource-variable/inter/index.css";
import "@fontsource-variable/jetbrains-mono/index.css";
import "./theme/tokens.css";
import "./theme/base.css";

import { createRoot } from "react-dom/client";
import styles from "./app/App.module.css";
import { WindowState } from "./app/window-state";
import { detectPlatform } from "./platform";
import { SessionWindow } from "./sessions/SessionWindow";
import { applyTheme } from "./theme/theme";

applyTheme(document.documentElement);

const host = document.getElementById("root");
if (!host) throw new Error("index.html has no #root");
const root = createRoot(host);
const platform = detectPlatform();

if (platform.token === null) {
  root.render(
    <main className={styles.locked}>
      <div>
        <h1>This address is not complete</h1>
        <p>
          Open the whole address that Mock Partner printed when it started. It ends in <code>#token=…</code>,
          which lets this window talk to the engine.
        </p>
      </div>
    </main>,
  );
} else {
  root.render(<SessionWindow state={new WindowState(platform)} token={platform.token} />);
}
