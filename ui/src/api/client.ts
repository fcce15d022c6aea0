// Every call of the control API that the window makes, one function each. A failure of any kind, an
// answer that says no or no answer at all, becomes an ApiError whose message is a sentence for people.
// The event stream is not here; see events.ts.

import type {
  Behaviour,
  BookingDetails,
  BookingSummary,
  CauseInfo,
  ExchangeDetails,
  ExchangeQuery,
  ExchangeSummary,
  Listener,
  SampleKind,
  Status,
} from "./types";

export class ApiError extends Error {
  override name = "ApiError";
  constructor(
    message: string,
    readonly code: string,
    readonly hint: string | null = null,
    readonly suggestedPort: number | null = null,
  ) {
    super(message);
  }
}

/** One sentence (and its hint) for whatever was thrown. */
export function inWords(error: unknown): string {
  if (error instanceof ApiError) return error.hint ? `${error.message} ${error.hint}` : error.message;
  return "Something went wrong in this window. Reload it and try again.";
}

/** A JSON merge patch over the behaviour: null takes a field away. */
export type BehaviourPatch = { [field: string]: unknown };

export interface Api {
  status(): Promise<Status>;
  putListener(change: { listening: boolean; host?: string; port?: number }): Promise<Listener>;
  patchBehaviour(patch: BehaviourPatch, expiresInSec?: number): Promise<Behaviour>;
  deleteBehaviour(): Promise<Behaviour>;
  causes(): Promise<CauseInfo[]>;
  exchanges(
    query: ExchangeQuery,
    signal?: AbortSignal,
  ): Promise<{ exchanges: ExchangeSummary[]; next: string | null }>;
  exchange(id: number, signal?: AbortSignal): Promise<ExchangeDetails>;
  curl(id: number): Promise<string>;
  har(): Promise<Blob>;
  clearExchanges(): Promise<void>;
  bookings(
    before: string | null,
    signal?: AbortSignal,
  ): Promise<{ bookings: BookingSummary[]; next: string | null }>;
  booking(id: string, signal?: AbortSignal): Promise<BookingDetails>;
  sample(kind: SampleKind): Promise<void>;
  reset(): Promise<Status>;
}

export function createApi(controlUrl: string, token: string): Api {
  async function call(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(controlUrl + path, {
        method,
        headers: {
          Authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal,
      });
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") throw error;
      throw new ApiError("The engine does not answer.", "unreachable", "Is Mock Partner still running?");
    }
    if (response.ok) return response;
    throw await refusal(response);
  }
  const json = async <T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> =>
    (await call(method, path, body, signal)).json() as Promise<T>;

  return {
    status: () => json("GET", "/api/status"),
    putListener: (change) => json("PUT", "/api/listener", change),
    patchBehaviour: (patch, expiresInSec) =>
      json("PATCH", `/api/behaviour${query({ expires_in_sec: expiresInSec })}`, patch),
    deleteBehaviour: () => json("DELETE", "/api/behaviour"),
    causes: async () => (await json<{ causes: CauseInfo[] }>("GET", "/api/causes")).causes,
    exchanges: (q, signal) => json("GET", `/api/exchanges${query({ ...q })}`, undefined, signal),
    exchange: (id, signal) => json("GET", `/api/exchanges/${id}`, undefined, signal),
    curl: async (id) => (await call("GET", `/api/exchanges/${id}/curl`)).text(),
    har: async () => (await call("GET", "/api/exchanges.har")).blob(),
    clearExchanges: async () => void (await call("DELETE", "/api/exchanges")),
    bookings: (before, signal) =>
      json("GET", `/api/bookings${query({ before, limit: 200 })}`, undefined, signal),
    booking: (id, signal) => json("GET", `/api/bookings/${encodeURIComponent(id)}`, undefined, signal),
    sample: async (kind) => void (await call("POST", "/api/sample", { kind })),
    reset: () => json("POST", "/api/reset"),
  };
}

function query(fields: Record<string, string | number | null | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}

async function refusal(response: Response): Promise<ApiError> {
  if (response.status === 401) {
    return new ApiError(
      "This window has no right to talk to the engine.",
      "unauthorized",
      "Open it again with the address that Mock Partner printed.",
    );
  }
  try {
    const { error } = (await response.json()) as {
      error: { code: string; message: string; hint?: string | null; suggested_port?: number | null };
    };
    return new ApiError(error.message, error.code, error.hint ?? null, error.suggested_port ?? null);
  } catch {
    return new ApiError(`The engine answered ${response.status} without saying why.`, "unknown");
  }
}
