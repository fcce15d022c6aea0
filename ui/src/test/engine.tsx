// An engine for tests: the window's real code on an API that records what it was asked. What the engine
// says is said through the same messages as on the stream.

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, render } from "@testing-library/react";
import type { ReactElement } from "react";
import { vi } from "vitest";
import type { Api } from "../api/client";
import { Engine, EngineContext } from "../api/engine";
import type { OwnedOption } from "../api/payments";
import type { Rule } from "../api/rules";
import type { SessionList } from "../api/sessions";
import type { Behaviour, CauseInfo, ExchangeDetails, ExchangeSummary, Status } from "../api/types";
import { WindowContext, WindowState } from "../app/window-state";
import type { Platform } from "../platform";
import { TrafficStore } from "../traffic/store";
import { MOVES } from "./bookings";
import { TOKENS } from "./payments";
import { row, walkthrough } from "./scenarios";
import { aggregator, clock, notification } from "./time";

/** What the engine's clock says when a test begins. */
export const NOW = "2026-11-22T01:00:00Z";

export const NORMAL: Behaviour = {
  confirmation: "inventory",
  merchant_reply: { decision: "manual" },
  failure: null,
  payment: {
    mode: "inventory",
    processed_by: "PROCESSED_BY_PARTNER",
    authorisation: "approve",
    rejected_card_type: null,
    threeds1_parameters: "complete",
  },
  fault: null,
  validation: "warn",
  unknown_inventory: "accept",
};

export const CAUSES: CauseInfo[] = [
  cause("SLOT_UNAVAILABLE", "Slot is gone", "slot", ["CreateBooking", "UpdateBooking"]),
  cause("PAYMENT_ERROR_CARD_DECLINED", "Card declined", "payment", ["CreateBooking"]),
  cause("PAYMENT_ERROR_CARD_TYPE_REJECTED", "Card brand not taken", "payment", ["CreateBooking"]),
  cause("PAYMENT_REQUIRES_3DS1", "Bank wants a 3-D Secure check", "payment", ["CreateBooking"]),
  cause("BOOKING_NOT_CANCELLABLE", "Cannot be cancelled", "cancellation", ["UpdateBooking"]),
];

function cause(name: string, title: string, group: string, methods: string[]): CauseInfo {
  return {
    cause: name as CauseInfo["cause"],
    number: 1,
    title,
    meaning: `${title}.`,
    group: group as CauseInfo["group"],
    methods: methods as CauseInfo["methods"],
    companion: null,
    applies_to_change: false,
    applies_to_cancel: false,
    reference: "3.11",
  };
}

export function status(change: Partial<Status> = {}): Status {
  return {
    version: "0.1.0",
    listener: {
      listening: true,
      url: "http://127.0.0.1:8790",
      host: "127.0.0.1",
      port: 8790,
      reason: null,
    },
    control_url: "http://127.0.0.1:8791",
    credentials: { required: true, username: "mock", password: "partner" },
    scenario: {
      name: "default",
      title: "Default",
      description: "",
      rules: 0,
      file: null,
      broken: null,
      waits_for_reset: [],
    },
    behaviour: {
      in_force: NORMAL,
      normal: NORMAL,
      changed: false,
      expires_at: null,
      expires_in_sec: null,
      expiring: [],
    },
    counts: { exchanges: 0, bookings: 0, merchants: 0, services: 0, slots: 0 },
    last_exchange_id: 0,
    store: { in_memory: true, path: null, set_aside: null },
    clock: { mode: "real", now: NOW, rate: 1 },
    sample_curl: "curl -u mock:partner http://127.0.0.1:8790/v3/CreateBooking",
    ...change,
  };
}

export function rule(number: number, change: Partial<Rule> = {}): Rule {
  return {
    number,
    name: `rule ${number}`,
    on: true,
    hits: 0,
    words: "CreateBooking, party of 6 or more: answers SLOT_UNAVAILABLE.",
    when: { method: ["CreateBooking"] },
    // biome-ignore lint/suspicious/noThenProperty: the engine calls it so
    then: { failure: "SLOT_UNAVAILABLE" },
    ...change,
  };
}

export function exchange(id: number, change: Partial<ExchangeSummary> = {}): ExchangeSummary {
  return {
    id,
    direction: "inbound",
    at: "2026-11-22T01:02:03.123456Z",
    method: "CreateBooking",
    path: "/v3/CreateBooking",
    status: 200,
    outcome: "ok",
    cause: null,
    booking_id: `bk-${id}`,
    merchant_id: "1234",
    duration_us: 900,
    finding_count: 0,
    label: "CONFIRMED",
    note: `guest ${id}`,
    ...change,
  };
}

export function details(id: number, change: Partial<ExchangeDetails> = {}): ExchangeDetails {
  return {
    ...exchange(id),
    request: {
      verb: "POST",
      target: "/v3/CreateBooking",
      version: "HTTP/1.1",
      headers: [["content-type", "application/json"]],
      body: '{"slot":{"start_sec":9007199254740993}}',
      body_size: 39,
      redacted: false,
    },
    response: {
      status: 200,
      headers: [["content-type", "application/json"]],
      body: '{"booking":{"status":"CONFIRMED"}}',
      body_size: 34,
    },
    timing: { read_us: 40, decide_us: 800, delay_us: 0, total_us: 900 },
    findings: [],
    decisions: [],
    ...change,
  };
}

export interface TestBench {
  engine: Engine;
  window: WindowState;
  api: { [call in keyof Api]: ReturnType<typeof vi.fn> };
  /** Says something as the stream would. */
  say(event: string, data: unknown): void;
  behaviour(change: Partial<Behaviour>, expiresInSec?: number): void;
  rows(...rows: ExchangeSummary[]): void;
  show(element: ReactElement): void;
}

export function bench(): TestBench {
  const api = {
    status: vi.fn(async () => status()),
    putListener: vi.fn(async () => status().listener),
    patchBehaviour: vi.fn(async () => NORMAL),
    deleteBehaviour: vi.fn(async () => NORMAL),
    causes: vi.fn(async () => CAUSES),
    exchanges: vi.fn(async () => ({ exchanges: [], next: null })),
    exchange: vi.fn(async (id: number) => details(id)),
    curl: vi.fn(async () => "curl …"),
    replay: vi.fn(async () => 18),
    perform: vi.fn(async () => undefined),
    har: vi.fn(async () => new Blob()),
    clearExchanges: vi.fn(async () => undefined),
    bookings: vi.fn(async () => ({ bookings: [], next: null })),
    booking: vi.fn(async () => ({})),
    act: vi.fn(async () => ({})),
    moves: vi.fn(async () => MOVES),
    sample: vi.fn(async () => ({
      status: 200,
      duration_us: 900,
      body: { booking: { status: "CONFIRMED" } },
    })),
    paymentTokens: vi.fn(async () => TOKENS),
    paymentOptions: vi.fn(async (): Promise<OwnedOption[]> => []),
    givePaymentOption: vi.fn(async () => ({})),
    patchPaymentOption: vi.fn(async () => ({})),
    lastChallenge: vi.fn(async () => null),
    reset: vi.fn(async () => status()),
    clock: vi.fn(async () => clock()),
    putClock: vi.fn(async () => ({ ...clock(), fired: 0 })),
    advance: vi.fn(async () => ({ ...clock(), fired: 0 })),
    notifications: vi.fn(async () => ({
      notifications: [],
      next: null,
      counts: { waiting: 0, delivered: 0, given_up: 0 },
    })),
    notificationCounts: vi.fn(async () => ({ waiting: 0, delivered: 0, given_up: 0 })),
    notification: vi.fn(async (id: number) => notification(id)),
    resend: vi.fn(async (id: number) => notification(id)),
    giveUp: vi.fn(async (id: number) => notification(id)),
    aggregator: vi.fn(async () => aggregator()),
    acceptUnknownBookings: vi.fn(async () => aggregator()),
    failNext: vi.fn(async () => aggregator()),
    aggregatorSlots: vi.fn(async () => ({ slots: [], next: null })),
    sessions: vi.fn(async (): Promise<SessionList> => ({ sessions: [], most: 100 })),
    beginSession: vi.fn(async () => undefined),
    endSession: vi.fn(async () => undefined),
    rules: vi.fn(async (): Promise<Rule[]> => []),
    switchRule: vi.fn(async (number: number, on: boolean) => ({ ...rule(number), on })),
    thresholds: vi.fn(async () => ({ since: "2026-11-22T01:00:00Z", window: 1000, methods: [] })),
    merchants: vi.fn(async () => ({ merchants: [], next: null })),
    services: vi.fn(async () => ({ services: [], next: null })),
    slots: vi.fn(async () => ({ slots: [], next: null })),
    createSlot: vi.fn(async () => ({ slot_id: 1 })),
    patchSlot: vi.fn(async () => undefined),
    deleteSlot: vi.fn(async () => undefined),
    patchMerchant: vi.fn(async () => undefined),
    patchService: vi.fn(async () => undefined),
    generateInventory: vi.fn(async () => ({ merchants: 1, services: 4, slots: 300 })),
    importFeed: vi.fn(async () => ({})),
    feed: vi.fn(async () => new Blob()),
    scenarios: vi.fn(async () => ({ scenarios: [row("default", { in_force: true })], folder: "/scenarios" })),
    scenarioText: vi.fn(async () => "name: default\n"),
    activate: vi.fn(async () => ({})),
    saveScenario: vi.fn(async () => row("saved")),
    walkthrough: vi.fn(async () => walkthrough()),
    walkNext: vi.fn(async () => walkthrough()),
    walkBack: vi.fn(async () => walkthrough()),
    walkRestart: vi.fn(async () => walkthrough()),
  };
  const store = new TrafficStore((run) => run());
  const engine = new Engine(api as unknown as Api, store);
  const platform: Platform = {
    kind: "browser",
    controlUrl: "http://127.0.0.1:8791",
    token: "token",
    session: null,
    remember: vi.fn(),
    copyText: vi.fn(async () => undefined),
    openExternal: vi.fn(async () => undefined),
  };
  const window = new WindowState(platform);
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, networkMode: "always" } } });
  const say = (event: string, data: unknown) => act(() => engine.receive(event, data));
  return {
    engine,
    window,
    api,
    say,
    behaviour: (change, expiresInSec) => {
      const state = {
        in_force: { ...NORMAL, ...change },
        normal: NORMAL,
        changed: Object.keys(change).length > 0,
        expires_at: expiresInSec ? new Date(Date.parse(NOW) + expiresInSec * 1000).toISOString() : null,
        expires_in_sec: expiresInSec ?? null,
        expiring: expiresInSec ? Object.keys(change) : [],
      };
      // Who asks instead of waiting for the next event hears the same.
      api.status.mockImplementation(async () => ({
        ...(engine.said.get()?.status ?? status()),
        behaviour: state,
      }));
      say("behaviour", state);
    },
    rows: (...rows) => {
      const last = rows[rows.length - 1]?.id ?? 0;
      say("exchanges", { rows, cursor: last, last, gap: null });
    },
    show: (element) => {
      render(
        <QueryClientProvider client={client}>
          <EngineContext value={engine}>
            <WindowContext value={window}>{element}</WindowContext>
          </EngineContext>
        </QueryClientProvider>,
      );
    },
  };
}
