// The window's link to one engine: the stream feeds what is shown, the calls change what the engine does.
// What is in here was said by the engine; nothing is filled in ahead of its answer.

import { createContext, useContext } from "react";
import { Walk } from "../scenarios/walk";
import { TrafficStore } from "../traffic/store";
import { type Api, type BehaviourPatch, inWords } from "./client";
import { type Connection, openStream } from "./events";
import { Observable } from "./observable";
import type { NotificationCounts } from "./outbox";
import type { ScenarioInForce, WalkthroughMessage } from "./scenarios";
import type { ClockReading, ClockState, NextTimer } from "./time";
import type { BehaviourState, ExchangesEvent, Status } from "./types";

/** The status as last said. */
export interface Said {
  status: Status;
}

/** The engine's clock as last said, and when that was, so that it can go on between messages. */
export interface SaidClock {
  reading: ClockReading;
  nextTimer: NextTimer | null;
  /** By `performance.now()`. */
  at: number;
}

/** The control that waits for the engine, or the sentence it was refused with. */
export interface Asked {
  pending: string | null;
  refused: { by: string; sentence: string } | null;
}

export type StreamOpener = typeof openStream;

/** How long to wait for the event that follows an accepted change before asking for the status. */
const EVENT_GRACE_MS = 400;

export class Engine {
  readonly said = new Observable<Said | null>(null);
  readonly connection = new Observable<Connection>({ state: "connecting" });
  readonly asked = new Observable<Asked>({ pending: null, refused: null });
  /** Grows whenever the log was begun anew: ids of before mean nothing. */
  readonly resets = new Observable(0);
  /** Grows whenever bookings changed, for whoever lists them. */
  readonly bookingsVersion = new Observable(0);
  /** Grows whenever merchants, services, slots or the places left in them changed. */
  readonly inventoryVersion = new Observable(0);
  readonly clock = new Observable<SaidClock | null>(null);
  /** How many notifications there are in each state. */
  readonly outbox = new Observable<NotificationCounts | null>(null);
  /** Grows whenever notifications changed, for whoever lists them. */
  readonly outboxVersion = new Observable(0);
  /** Grows whenever the scenario in force, its rules or the files of scenarios changed. */
  readonly scenarioVersion = new Observable(0);
  /** The walk-through of the scenario in force. */
  readonly walk: Walk;
  #behaviourVersion = 0;
  /** Until the first status after a connection, which says how far the history goes. */
  #justConnected = true;

  constructor(
    readonly api: Api,
    readonly traffic: TrafficStore = new TrafficStore(),
  ) {
    this.walk = new Walk(api);
  }

  connect(controlUrl: string, token: string, open: StreamOpener = openStream): () => void {
    const stream = open(controlUrl, token, {
      connection: (connection) => {
        this.#justConnected = connection.state === "open";
        this.connection.set(connection);
      },
      message: (event, data) => {
        this.receive(event, data);
        // The stream tells of changes only, so how things stood before is asked for.
        if (event === "status") void this.#askForTheRest();
      },
    });
    return () => stream.cancel();
  }

  receive(event: string, data: unknown): void {
    switch (event) {
      case "status":
        this.#receiveStatus(data as Status);
        break;
      case "behaviour":
        this.#receiveBehaviour(data as BehaviourState);
        break;
      case "exchanges":
        this.traffic.receive(data as ExchangesEvent);
        break;
      case "bookings":
        this.#receiveBookings((data as { total: number }).total);
        break;
      case "clock":
        this.receiveClock(data as ClockState);
        break;
      case "notifications":
        this.outbox.set(data as NotificationCounts);
        this.outboxVersion.update((version) => version + 1);
        break;
      case "inventory":
        this.inventoryVersion.update((version) => version + 1);
        break;
      case "scenario":
        this.#receiveScenario(data as ScenarioInForce);
        break;
      case "walkthrough":
        this.walk.changed(data as WalkthroughMessage);
        break;
      case "reset":
        this.traffic.reset();
        this.resets.update((count) => count + 1);
        this.#bookingsChanged();
        break;
    }
  }

  #receiveStatus(status: Status): void {
    if (this.#justConnected) this.traffic.historyUntil(status.last_exchange_id);
    this.#justConnected = false;
    this.#behaviourVersion += 1;
    const before = this.said.get()?.status.counts.bookings;
    this.said.set({ status });
    this.#scenarioChanged();
    const nextTimer = this.clock.get()?.nextTimer ?? null;
    this.clock.set({ reading: status.clock, nextTimer, at: performance.now() });
    if (before !== status.counts.bookings) this.#bookingsChanged();
    this.scenarioVersion.update((version) => version + 1);
  }

  #receiveBehaviour(behaviour: BehaviourState): void {
    this.#behaviourVersion += 1;
    this.said.update((said) => (said ? { status: { ...said.status, behaviour } } : said));
  }

  #receiveScenario(scenario: ScenarioInForce): void {
    this.said.update((said) => (said ? { status: { ...said.status, scenario } } : said));
    this.#scenarioChanged();
  }

  #scenarioChanged(): void {
    this.scenarioVersion.update((version) => version + 1);
    this.walk.changed();
  }

  #receiveBookings(total: number): void {
    this.said.update((said) =>
      said ? { status: { ...said.status, counts: { ...said.status.counts, bookings: total } } } : said,
    );
    this.#bookingsChanged();
  }

  /** With a booking goes a place of a slot. */
  #bookingsChanged(): void {
    this.bookingsVersion.update((version) => version + 1);
    this.inventoryVersion.update((version) => version + 1);
  }

  /** The clock's own account of itself, of the stream or of the answer to a call that set it. */
  receiveClock({ mode, now, rate, next_timer }: ClockState): void {
    this.clock.set({ reading: { mode, now, rate }, nextTimer: next_timer, at: performance.now() });
  }

  async #askForTheRest(): Promise<void> {
    const [clock, outbox] = [this.clock.get(), this.outbox.get()];
    try {
      const [state, counts] = await Promise.all([this.api.clock(), this.api.notificationCounts()]);
      // Should the stream have spoken meanwhile, then it is the newer of the two.
      if (this.clock.get() === clock) this.receiveClock(state);
      if (this.outbox.get() === outbox) this.receive("notifications", counts);
    } catch {
      // An engine that does not answer is shown as lost, and says all again when it is back.
    }
  }

  /** Changes the behaviour on behalf of a control; true when the engine took it. */
  change(control: string, patch: BehaviourPatch, expiresInSec?: number): Promise<boolean> {
    return this.#ask(control, () => this.api.patchBehaviour(patch, expiresInSec));
  }

  backToNormal(): Promise<boolean> {
    return this.#ask("normal", () => this.api.deleteBehaviour());
  }

  async #ask(control: string, call: () => Promise<unknown>): Promise<boolean> {
    this.asked.set({ pending: control, refused: null });
    const version = this.#behaviourVersion;
    try {
      await call();
      await this.#behaviourAfter(version);
      this.asked.update((asked) => (asked.pending === control ? { pending: null, refused: null } : asked));
      return true;
    } catch (error) {
      this.asked.set({ pending: null, refused: { by: control, sentence: inWords(error) } });
      return false;
    }
  }

  /** The event is what is shown. Should it not come, for nothing changed or the stream is down, we ask. */
  async #behaviourAfter(version: number): Promise<void> {
    const until = performance.now() + EVENT_GRACE_MS;
    while (this.#behaviourVersion === version) {
      if (performance.now() > until) {
        await this.refreshStatus();
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** For changes that are not behaviour: take the engine's own account of itself afterwards. */
  async refreshStatus(): Promise<void> {
    const version = this.#behaviourVersion;
    const status = await this.api.status();
    // Should the stream have spoken meanwhile, then it is the newer of the two.
    if (version === this.#behaviourVersion) this.#receiveStatus(status);
  }

  forgetRefusal(): void {
    this.asked.update((asked) => (asked.refused ? { ...asked, refused: null } : asked));
  }
}

export const EngineContext = createContext<Engine | null>(null);

export function useEngine(): Engine {
  const engine = useContext(EngineContext);
  if (!engine) throw new Error("a component asked for the engine outside of EngineContext");
  return engine;
}
