// The walk-through as the engine has it, and which of its steps is looked at. Forward and back are each one
// press: a step is shown before it is taken, taken, and left for the one behind it; back goes the same way.

import { inWords } from "../api/client";
import { Observable } from "../api/observable";
import type { ScenariosApi, Walkthrough, WalkthroughMessage } from "../api/scenarios";

export type Move = "next" | "back" | "restart";

/** What happens at the next press. */
export type Forward = "take" | "look" | "end" | "none";
export type Backward = "undo" | "look" | "none";

/** However often the engine says that something changed, it is asked no more often than this. */
const REFRESH_MS = 400;

export class Walk {
  readonly said = new Observable<Walkthrough | null>(null);
  /** The step that is looked at; behind the last one it is the end. */
  readonly shown = new Observable(0);
  /** What was asked of the engine and is not done yet. */
  readonly working = new Observable<Move | null>(null);
  /** Why the last press did nothing. */
  readonly problem = new Observable<string | null>(null);
  #calls = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly api: ScenariosApi) {}

  async refresh(): Promise<void> {
    this.#calls += 1;
    const call = this.#calls;
    try {
      const said = await this.api.walkthrough();
      // Should a step have been taken meanwhile, then its answer is the newer of the two.
      if (call === this.#calls && this.working.get() === null) this.#take(said);
    } catch {
      // An engine that does not answer is shown as lost, and says all again when it is back.
    }
  }

  /** Something may have changed. Nobody is asked before somebody has looked at it. */
  changed(message?: WalkthroughMessage): void {
    const said = this.said.get();
    if (said === null || this.working.get() !== null || this.#timer !== null) return;
    if (message && message.position === said.position && message.running === said.running) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.refresh();
    }, REFRESH_MS);
  }

  /** True when the engine took it. */
  async forward(): Promise<boolean> {
    const said = this.said.get();
    switch (forward(said, this.shown.get())) {
      case "take":
        return this.#ask("next", () => this.api.walkNext());
      case "look":
      case "end":
        this.look(this.shown.get() + 1);
        return true;
      default:
        return false;
    }
  }

  async backward(): Promise<boolean> {
    const said = this.said.get();
    switch (backward(said, this.shown.get())) {
      case "undo":
        return this.#ask("back", () => this.api.walkBack());
      case "look":
        this.look(this.shown.get() - 1);
        return true;
      default:
        return false;
    }
  }

  restart(): Promise<boolean> {
    return this.#ask("restart", () => this.api.walkRestart());
  }

  /** All steps that are left, until one is not as expected. */
  async toTheEnd(): Promise<void> {
    for (;;) {
      const said = this.said.get();
      if (!said || said.position >= said.steps.length) break;
      this.shown.set(said.position);
      if (!(await this.forward())) return;
      if (this.said.get()?.steps[said.position]?.state === "failed") return;
    }
    this.look(this.said.get()?.steps.length ?? 0);
  }

  look(index: number): void {
    const said = this.said.get();
    if (!said) return;
    this.problem.set(null);
    this.shown.set(Math.max(0, Math.min(index, said.position)));
  }

  async #ask(move: Move, call: () => Promise<Walkthrough>): Promise<boolean> {
    if (this.working.get() !== null) return false;
    this.working.set(move);
    this.problem.set(null);
    this.#calls += 1;
    try {
      const said = await call();
      this.working.set(null);
      this.#take(said);
      return true;
    } catch (error) {
      this.working.set(null);
      this.problem.set(inWords(error));
      await this.refresh();
      return false;
    }
  }

  #take(said: Walkthrough): void {
    const before = this.said.get();
    this.said.set(said);
    const isAnother = before?.scenario !== said.scenario;
    if (isAnother) this.problem.set(null);
    if (isAnother || said.position > before.position) this.shown.set(Math.max(0, said.position - 1));
    else if (said.position < before.position) this.shown.set(said.position);
    else if (this.shown.get() > said.position) this.shown.set(said.position);
  }
}

export function forward(said: Walkthrough | null, shown: number): Forward {
  if (!said || said.steps.length === 0 || shown >= said.steps.length) return "none";
  if (shown >= said.position) return "take";
  return shown === said.steps.length - 1 ? "end" : "look";
}

export function backward(said: Walkthrough | null, shown: number): Backward {
  if (!said || said.steps.length === 0) return "none";
  if (shown === said.position - 1) return "undo";
  return shown > 0 ? "look" : "none";
}
