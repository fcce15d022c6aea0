// Sessions: partners of their own in one program. These calls are about all of them, so they name none,
// whichever the window shows.

import type { Client } from "openapi-fetch";
import type { Answered } from "./client";
import type { components, paths } from "./schema";

export type Session = components["schemas"]["SessionState"];
export type SessionList = components["schemas"]["SessionList"];

export interface SessionsApi {
  sessions(signal?: AbortSignal): Promise<SessionList>;
  /** Makes a session, without anything in it being changed. */
  beginSession(name: string): Promise<void>;
  /** Forgets all that a session held. */
  endSession(name: string): Promise<void>;
}

/** What stands before every path of a session's own calls. */
export function within(controlUrl: string, session: string | null): string {
  return session === null ? controlUrl : `${controlUrl}/sessions/${encodeURIComponent(session)}`;
}

export function sessionsApi(main: Client<paths>, answer: Answered): SessionsApi {
  return {
    sessions: (signal) => answer(main.GET("/api/sessions", { signal })),
    // The first call that may change something makes the session that it names.
    beginSession: async (name) => {
      const query = { session: name } as never;
      await answer(main.PATCH("/api/behaviour", { body: {}, params: { query } }));
    },
    endSession: async (name) => {
      await answer(main.DELETE("/api/sessions/{name}", { params: { path: { name } } }));
    },
  };
}
