// Reads the control API's event stream with fetch, because EventSource cannot send the Authorization
// header. It reconnects with a growing pause and resumes from the last cursor it saw, so no row is lost
// or doubled. It knows what a message looks like on the wire and nothing of what the messages mean.

export type Connection =
  | { state: "connecting" }
  | { state: "open" }
  | { state: "lost"; attempt: number }
  /** The engine answers, but the session that was asked for is not there. */
  | { state: "gone" }
  | { state: "refused" };

export interface StreamHandlers {
  message(event: string, data: unknown): void;
  connection(connection: Connection): void;
}

export interface Stream {
  /** Ends the stream now, also while it is still connecting: no handler is called afterwards. */
  cancel(): void;
}

const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 5000;
/** Anybody's call may make the session at any time. */
const GONE_PAUSE_MS = 1000;

export function openStream(controlUrl: string, token: string, handlers: StreamHandlers): Stream {
  let cancelled = false;
  let cursor = "0";
  const abort = new AbortController();
  let wake: (() => void) | null = null;

  async function run(): Promise<void> {
    let attempt = 0;
    while (!cancelled) {
      try {
        const response = await fetch(`${controlUrl}/api/events?after=${encodeURIComponent(cursor)}`, {
          headers: { Authorization: `Bearer ${token}`, Accept: "text/event-stream" },
          cache: "no-store",
          signal: abort.signal,
        });
        if (cancelled) return;
        if (response.status === 401 || response.status === 403) {
          handlers.connection({ state: "refused" });
          return;
        }
        if (response.status === 404) {
          handlers.connection({ state: "gone" });
          attempt = 0;
          await pause(GONE_PAUSE_MS);
          continue;
        }
        if (response.ok && response.body) {
          attempt = 0;
          handlers.connection({ state: "open" });
          await read(response.body, abort.signal);
        }
      } catch {
        // Not reachable or cut off: both end below, in another try.
      }
      if (cancelled) return;
      attempt += 1;
      handlers.connection({ state: "lost", attempt });
      await pause(Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS));
    }
  }

  async function read(body: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<void> {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    const parser = new SseParser((event) => {
      if (cancelled || signal.aborted) return;
      if (event.id !== null) cursor = event.id;
      handlers.message(event.name, JSON.parse(event.data));
    });
    try {
      while (!cancelled && !signal.aborted) {
        const { done, value } = await reader.read();
        if (done) return;
        parser.push(decoder.decode(value, { stream: true }));
      }
    } finally {
      reader.cancel().catch(() => undefined);
    }
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  handlers.connection({ state: "connecting" });
  void run();

  return {
    cancel() {
      cancelled = true;
      abort.abort();
      wake?.();
    },
  };
}

export interface SseEvent {
  id: string | null;
  name: string;
  data: string;
}

/** Splits the text of an event stream into events, wherever the chunks happen to be cut. */
export class SseParser {
  #rest = "";
  #id: string | null = null;
  #name = "message";
  #data: string[] = [];

  constructor(private readonly emit: (event: SseEvent) => void) {}

  push(text: string): void {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#line(line);
  }

  #line(line: string): void {
    if (line === "") {
      if (this.#data.length > 0) this.emit({ id: this.#id, name: this.#name, data: this.#data.join("\n") });
      this.#id = null;
      this.#name = "message";
      this.#data = [];
      return;
    }
    if (line.startsWith(":")) return;
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const raw = colon < 0 ? "" : line.slice(colon + 1);
    const value = raw.startsWith(" ") ? raw.slice(1) : raw;
    if (field === "data") this.#data.push(value);
    else if (field === "event") this.#name = value;
    else if (field === "id") this.#id = value;
  }
}
