// Every call of the control API that the window makes, one function each. A failure of any kind, an
// answer that says no or no answer at all, becomes an ApiError whose message is a sentence for people.
// The event stream is not here; see events.ts.

import createClient from "openapi-fetch";
import { type InventoryApi, inventoryApi } from "./inventory";
import { type OutboxApi, outboxApi } from "./outbox";
import { type PaymentsApi, paymentsApi, type SamplePayment } from "./payments";
import { type RulesApi, rulesApi } from "./rules";
import { type AtStake, type ScenarioProblem, type ScenariosApi, scenariosApi } from "./scenarios";
import type { paths } from "./schema";
import { type SessionsApi, sessionsApi, within } from "./sessions";
import type { Thresholds } from "./thresholds";
import { type TimeApi, timeApi } from "./time";
import type {
  Behaviour,
  BookingDetails,
  BookingStatus,
  BookingSummary,
  CauseInfo,
  Change,
  ErrorBody,
  ExchangeDetails,
  ExchangeQuery,
  ExchangeSummary,
  Listener,
  ListenerChange,
  MerchantOrder,
  Move,
  SampleAnswer,
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
    /** With `would_discard`: what would be lost. */
    readonly discards: AtStake | null = null,
    /** With `broken_scenario`: what is wrong with its text. */
    readonly problems: ScenarioProblem[] = [],
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

/** Takes the data out of an answer, and throws what it says no with. */
export type Answered = <T>(call: Promise<{ data?: T; error?: unknown; response: Response }>) => Promise<T>;

export interface Api
  extends InventoryApi,
    OutboxApi,
    PaymentsApi,
    RulesApi,
    ScenariosApi,
    SessionsApi,
    TimeApi {
  status(): Promise<Status>;
  putListener(change: ListenerChange): Promise<Listener>;
  patchBehaviour(patch: BehaviourPatch, expiresInSec?: number): Promise<Behaviour>;
  deleteBehaviour(): Promise<Behaviour>;
  causes(): Promise<CauseInfo[]>;
  exchanges(
    query: ExchangeQuery,
    signal?: AbortSignal,
  ): Promise<{ exchanges: ExchangeSummary[]; next: string | null }>;
  exchange(id: number, signal?: AbortSignal): Promise<ExchangeDetails>;
  curl(id: number, change?: Change): Promise<string>;
  /** Sends an exchange's request again, changed or as it was; null when the new exchange is not known. */
  replay(id: number, change?: Change): Promise<number | null>;
  /** The one call that a counterfactual names. */
  perform(change: Extract<Change, { kind: "control" }>): Promise<void>;
  har(): Promise<Blob>;
  clearExchanges(): Promise<void>;
  bookings(
    filter: { words: string; status: BookingStatus | null },
    before: string | null,
    signal?: AbortSignal,
  ): Promise<{ bookings: BookingSummary[]; next: string | null }>;
  booking(id: string, signal?: AbortSignal): Promise<BookingDetails>;
  /** Does something with a booking as the merchant; answers the booking as it is then. */
  act(id: string, order: MerchantOrder): Promise<BookingDetails>;
  moves(): Promise<Move[]>;
  sample(kind: SampleKind, payment?: SamplePayment): Promise<SampleAnswer>;
  reset(): Promise<Status>;
  thresholds(signal?: AbortSignal): Promise<Thresholds>;
}

const BOOKINGS_PAGE = 200;

/** The calls of one partner: the main one, or that of a session. */
export function createApi(controlUrl: string, token: string, session: string | null = null): Api {
  const headers = { Authorization: `Bearer ${token}` };
  const main = createClient<paths>({ baseUrl: controlUrl, headers });
  const http = createClient<paths>({ baseUrl: within(controlUrl, session), headers });
  return {
    ...inventoryApi(http, answer),
    ...outboxApi(http, answer),
    ...paymentsApi(http, answer),
    ...scenariosApi(http, answer),
    ...sessionsApi(main, answer),
    ...rulesApi(http, answer),
    ...timeApi(http, answer),
    status: () => answer(http.GET("/api/status")),
    // The socket is that of the whole program.
    putListener: (body) => answer(main.PUT("/api/listener", { body })),
    patchBehaviour: (body, expiresInSec) =>
      answer(http.PATCH("/api/behaviour", { body, params: { query: { expires_in_sec: expiresInSec } } })),
    deleteBehaviour: () => answer(http.DELETE("/api/behaviour")),
    causes: async () => (await answer(http.GET("/api/causes"))).causes,
    exchanges: (query, signal) => answer(http.GET("/api/exchanges", { params: { query }, signal })),
    // The client widens pairs to lists; that a header is a pair is what the description says.
    exchange: async (id, signal) =>
      (await answer(
        http.GET("/api/exchanges/{id}", { params: { path: { id } }, signal }),
      )) as ExchangeDetails,
    curl: (id, change) =>
      answer(
        http.GET("/api/exchanges/{id}/curl", {
          params: { path: { id }, query: { change: change && JSON.stringify(change) } },
          parseAs: "text",
        }),
      ),
    replay: async (id, change) =>
      (await answer(http.POST("/api/exchanges/{id}/replay", { params: { path: { id } }, body: { change } })))
        .exchange_id,
    // The one call whose path and body are known only when it is made.
    perform: async ({ verb, path, body }) => {
      await answer(http.request(verb.toLowerCase() as "patch", path as never, { body } as never));
    },
    har: () => answer(http.GET("/api/exchanges.har", { parseAs: "blob" })),
    clearExchanges: async () => {
      await answer(http.DELETE("/api/exchanges"));
    },
    bookings: ({ words, status }, before, signal) =>
      answer(
        http.GET("/api/bookings", {
          params: {
            query: {
              q: words || undefined,
              status: status ?? undefined,
              before: before ?? undefined,
              limit: BOOKINGS_PAGE,
            },
          },
          signal,
        }),
      ),
    booking: (id, signal) => answer(http.GET("/api/bookings/{id}", { params: { path: { id } }, signal })),
    act: (id, body) => answer(http.POST("/api/bookings/{id}/actions", { params: { path: { id } }, body })),
    moves: async () => (await answer(http.GET("/api/moves"))).moves,
    sample: (kind, payment) => answer(http.POST("/api/sample", { body: { kind, ...payment } })),
    reset: () => answer(http.POST("/api/reset")),
    thresholds: (signal) => answer(http.GET("/api/thresholds", { signal })),
  };
}

/** The data of an answer; whatever else comes of a call is thrown as an ApiError. */
async function answer<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let settled: { data?: T; error?: unknown; response: Response };
  try {
    settled = await call;
  } catch (error) {
    // A call that we took back ourselves is nobody's fault.
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError("The engine does not answer.", "unreachable", "Is Mock Partner still running?");
  }
  if (settled.response.ok) return settled.data as T;
  throw refusal(settled.response.status, settled.error);
}

function refusal(status: number, body: unknown): ApiError {
  if (status === 401) {
    return new ApiError(
      "This window has no right to talk to the engine.",
      "unauthorized",
      "Open it again with the address that Mock Partner printed.",
    );
  }
  const error = isErrorBody(body) ? body.error : null;
  if (!error) return new ApiError(`The engine answered ${status} without saying why.`, "unknown");
  const { message, code, hint, suggested_port, discards, problems } = error;
  return new ApiError(message, code, hint || null, suggested_port ?? null, discards ?? null, problems ?? []);
}

function isErrorBody(body: unknown): body is ErrorBody {
  return typeof body === "object" && body !== null && "error" in body;
}
