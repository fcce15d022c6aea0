// The window on one partner: the main one, or that of a session. Another session is another engine, so all
// that was known of the one before is dropped and asked for anew.

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { createApi } from "../api/client";
import { Engine, EngineContext } from "../api/engine";
import { useObservable } from "../api/observable";
import { within } from "../api/sessions";
import { App } from "../app/App";
import { Boundary } from "../app/Boundary";
import { WindowContext, type WindowState } from "../app/window-state";

const TITLE = "Mock Partner";

export function SessionWindow({ state, token }: { state: WindowState; token: string }) {
  const session = useObservable(state.session);
  const { controlUrl } = state.platform;
  const { engine, queries } = useMemo(
    () => ({
      engine: new Engine(createApi(controlUrl, token, session)),
      // Everything is on this machine: an answer is there at once or the engine is gone.
      queries: new QueryClient({
        defaultOptions: { queries: { networkMode: "always", refetchOnWindowFocus: false, retry: 1 } },
      }),
    }),
    [controlUrl, token, session],
  );
  useEffect(() => engine.connect(within(controlUrl, session), token), [engine, controlUrl, session, token]);
  useEffect(() => {
    document.title = session === null ? TITLE : `${session} · ${TITLE}`;
    state.platform.remember(session);
  }, [session, state]);
  return (
    <QueryClientProvider client={queries}>
      <EngineContext value={engine}>
        <WindowContext value={state}>
          <Boundary key={session ?? ""}>
            <App />
          </Boundary>
        </WindowContext>
      </EngineContext>
    </QueryClientProvider>
  );
}
