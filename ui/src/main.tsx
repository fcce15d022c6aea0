import "@fontsource-variable/inter/index.css";
import "@fontsource-variable/jetbrains-mono/index.css";
import "./theme/tokens.css";
import "./theme/base.css";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { createApi } from "./api/client";
import { Engine, EngineContext } from "./api/engine";
import { App } from "./app/App";
import styles from "./app/App.module.css";
import { WindowContext, WindowState } from "./app/window-state";
import { detectPlatform } from "./platform";
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
  const engine = new Engine(createApi(platform.controlUrl, platform.token));
  const state = new WindowState(platform);
  engine.connect(platform.controlUrl, platform.token);
  // Everything is on this machine: an answer is there at once or the engine is gone.
  const queries = new QueryClient({
    defaultOptions: { queries: { networkMode: "always", refetchOnWindowFocus: false, retry: 1 } },
  });
  root.render(
    <QueryClientProvider client={queries}>
      <EngineContext value={engine}>
        <WindowContext value={state}>
          <App />
        </WindowContext>
      </EngineContext>
    </QueryClientProvider>,
  );
}
