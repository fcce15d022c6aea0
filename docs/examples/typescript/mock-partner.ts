// Starts Mock Partner for a test run, and gives each test a session of its own.
//
// Copy this file. It needs Node.js 22.18 or newer, which runs TypeScript as it is, and nothing else.
// The program is found by the variable MOCK_PARTNER, else on the path.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface Ready {
  booking_url: string;
  control_url: string;
  control_token: string;
  username: string;
  password: string;
}

// biome-ignore lint: whatever JSON is
export type Json = any;

/** One program for the whole run. */
export class MockPartner {
  readonly ready: Ready;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, ready: Ready) {
    this.#process = process;
    this.ready = ready;
  }

  static async start(): Promise<MockPartner> {
    const program = process.env["MOCK_PARTNER"] ?? "mock-partner";
    const options = ["serve", "--in-memory", "--ready-json", "--port", "0", "--control-port", "0"];
    const child = spawn(program, options, { stdio: ["ignore", "pipe", "inherit"] });
    for await (const line of createInterface({ input: child.stdout })) {
      return new MockPartner(child, JSON.parse(line));
    }
    throw new Error(`${program} did not start; what it said stands above`);
  }

  /** A partner of its own: its state, clock, toggles and log are nobody else's. */
  session(name: string): Session {
    return new Session(this.ready, name);
  }

  async stop(): Promise<void> {
    const ended = once(this.#process, "exit");
    this.#process.kill();
    await ended;
  }
}

export class Session {
  readonly bookingUrl: string;
  readonly basic: string;
  readonly #controlUrl: string;
  readonly #ownUrl: string;
  readonly #bearer: string;

  constructor(ready: Ready, name: string) {
    this.bookingUrl = `${ready.booking_url}/sessions/${name}`;
    this.basic = `Basic ${btoa(`${ready.username}:${ready.password}`)}`;
    this.#controlUrl = `${ready.control_url}/sessions/${name}`;
    this.#ownUrl = `${ready.control_url}/api/sessions/${name}`;
    this.#bearer = `Bearer ${ready.control_token}`;
  }

  /** A call of the control API within the session. */
  async control(verb: string, path: string, body?: Json): Promise<Json> {
    const answer = await call(verb, this.#controlUrl + path, this.#bearer, body);
    if (answer.status < 300) return answer.body;
    throw new Error(`${verb} ${path}: ${JSON.stringify(answer.body)}`);
  }

  /** Changes how the partner behaves, from the next request on. */
  toggle(behaviour: Json): Promise<Json> {
    return this.control("PATCH", "/api/behaviour", behaviour);
  }

  /** Fails with the nearest misses where the partner was not asked like this. */
  async verify(question: Json): Promise<void> {
    const verdict = await this.control("POST", "/api/verify", question);
    if (verdict.ok) return;
    throw new Error(`${verdict.message}\n${JSON.stringify(verdict.nearest, null, 2)}`);
  }

  /** Makes room for others; without it, the session ends with the program. */
  async end(): Promise<void> {
    await call("DELETE", this.#ownUrl, this.#bearer);
  }
}

/** The status and the body of a call, which is JSON if there is one. */
export async function call(
  verb: string,
  url: string,
  authorization: string,
  body?: Json,
): Promise<{ status: number; body: Json }> {
  const answer = await fetch(url, {
    method: verb,
    headers: { authorization, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text ? JSON.parse(text) : null };
}
