// One Mock Partner of one's own: the real binary, in memory, on ports that were free. Also its two doors:
// what a client sends to the Booking Server, and what a script asks of the control API.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

const BINARY = resolve(process.env.MOCK_PARTNER_BIN ?? "../target/debug/mock-partner");
const TOKEN = "end-to-end";
const START_MS = 10_000;

interface Ready {
  booking_url: string;
  control_url: string;
  control_token: string;
  username: string;
  password: string;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

export class Partner {
  #bookingUrl: string;
  // Few enough sockets that a busy machine does not choke, kept open as a client under load keeps them.
  #agent = new Agent({ keepAlive: true, maxSockets: 16 });

  private constructor(
    private readonly child: ChildProcess,
    readonly ready: Ready,
  ) {
    this.#bookingUrl = ready.booking_url;
  }

  static async start(controlPort = 0, more: string[] = []): Promise<Partner> {
    const child = spawn(
      BINARY,
      [
        "serve",
        "--in-memory",
        "--ready-json",
        ...["--port", "0"],
        ...["--control-port", String(controlPort)],
        ...["--control-token", TOKEN],
        ...more,
      ],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    let said = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    const line = await new Promise<string>((done, refuse) => {
      const timer = setTimeout(() => {
        child.kill("SIGKILL");
        refuse(new Error(`${BINARY} was not ready in ${START_MS} ms. It said: ${said}`));
      }, START_MS);
      const settle = (work: () => void) => {
        clearTimeout(timer);
        work();
      };
      child.once("error", (error) => settle(() => refuse(error)));
      child.once("exit", (status) =>
        settle(() => refuse(new Error(`${BINARY} ended with ${status}: ${said}`))),
      );
      if (child.stdout)
        createInterface({ input: child.stdout }).once("line", (text) => settle(() => done(text)));
    });
    return new Partner(child, JSON.parse(line) as Ready);
  }

  /** Where the window is, with the token that lets it in. */
  get windowUrl(): string {
    return `${this.ready.control_url}/#token=${this.ready.control_token}`;
  }

  get controlPort(): number {
    return Number(new URL(this.ready.control_url).port);
  }

  get bookingUrl(): string {
    return this.#bookingUrl;
  }

  get credentials(): { username: string; password: string } {
    return { username: this.ready.username, password: this.ready.password };
  }

  /** What a client does: one request to the Booking Server over a connection that is kept. */
  send(method: string, body?: unknown): Promise<Answer> {
    const { username, password } = this.credentials;
    const text = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
    return new Promise((done, refuse) => {
      const request = httpRequest(
        `${this.#bookingUrl}/v3/${method}`,
        {
          method: text === undefined ? "GET" : "POST",
          agent: this.#agent,
          auth: `${username}:${password}`,
          headers: text === undefined ? {} : { "Content-Type": "application/json" },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", refuse);
          response.on("end", () =>
            done({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text: Buffer.concat(chunks).toString(),
            }),
          );
        },
      );
      request.on("error", refuse);
      request.end(text);
    });
  }

  /** As `send`, and the answer read as JSON. */
  async call<T>(method: string, body: unknown): Promise<T> {
    const answer = await this.send(method, body);
    if (answer.status !== 200) throw new Error(`${method} answered ${answer.status}: ${answer.text}`);
    return JSON.parse(answer.text) as T;
  }

  /** What a script does: one request to the control API. */
  async control<T>(verb: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.ready.control_url}/api/${path}`, {
      method: verb,
      headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${verb} ${path} answered ${response.status}: ${text}`);
    return (text === "" ? null : JSON.parse(text)) as T;
  }

  /** After the window moved the Booking Server to another port. */
  moved(port: number): void {
    this.#bookingUrl = `http://127.0.0.1:${port}`;
  }

  async end(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    this.#agent.destroy();
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, "exit");
    this.child.kill(signal);
    const late = setTimeout(() => this.child.kill("SIGKILL"), 6_000);
    await gone;
    clearTimeout(late);
  }
}
