import { afterEach, describe, expect, it, vi } from "vitest";
import { openStream, type SseEvent, SseParser } from "./events";

describe("splitting a stream", () => {
  it("finds the same events wherever the chunks are cut", () => {
    const text = ': hello\r\nid: 7\nevent: exchanges\ndata: {"a":\ndata: 1}\n\nevent: reset\ndata: {}\n\n';
    for (let cut = 0; cut <= text.length; cut += 1) {
      const events: SseEvent[] = [];
      const parser = new SseParser((event) => events.push(event));
      parser.push(text.slice(0, cut));
      parser.push(text.slice(cut));
      expect(events).toEqual([
        { id: "7", name: "exchanges", data: '{"a":\n1}' },
        { id: null, name: "reset", data: "{}" },
      ]);
    }
  });
});

function answer(...chunks: string[]): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(encoder.encode(chunk));
      controller.close();
    },
  });
  return new Response(body, { status: 200 });
}

describe("the stream", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("says when it is lost and resumes after the last cursor, with the token", async () => {
    const fetch = vi
      .fn<typeof globalThis.fetch>()
      .mockResolvedValueOnce(answer("id: 41\nevent: exchanges\ndata: {}\n\n"))
      .mockReturnValue(new Promise(() => {}));
    vi.stubGlobal("fetch", fetch);
    const states: string[] = [];
    const stream = openStream("http://x", "secret", {
      message: () => {},
      connection: (connection) => states.push(connection.state),
    });
    await vi.waitFor(() => expect(fetch).toHaveBeenCalledTimes(2));
    stream.cancel();
    expect(states).toEqual(["connecting", "open", "lost"]);
    expect(fetch.mock.calls[0]?.[0]).toBe("http://x/api/events?after=0");
    expect(fetch.mock.calls[1]?.[0]).toBe("http://x/api/events?after=41");
    expect(fetch.mock.calls[1]?.[1]?.headers).toMatchObject({ Authorization: "Bearer secret" });
  });

  it("calls nobody after it was cancelled while connecting", async () => {
    let arrive: (response: Response) => void = () => {};
    vi.stubGlobal(
      "fetch",
      vi.fn(() => new Promise((resolve) => (arrive = resolve))),
    );
    const message = vi.fn();
    const connection = vi.fn();
    const stream = openStream("http://x", "t", { message, connection });
    stream.cancel();
    arrive(answer("event: status\ndata: {}\n\n"));
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(message).not.toHaveBeenCalled();
    expect(connection).toHaveBeenCalledTimes(1);
  });

  it("waits for a session that is not there", async () => {
    const fetch = vi
      .fn<typeof globalThis.fetch>()
      .mockResolvedValueOnce(new Response(null, { status: 404 }))
      .mockResolvedValueOnce(answer("event: status\ndata: {}\n\n"))
      .mockReturnValue(new Promise(() => {}));
    vi.stubGlobal("fetch", fetch);
    vi.useFakeTimers();
    const states: string[] = [];
    const stream = openStream("http://x/sessions/a", "t", {
      message: () => {},
      connection: (c) => states.push(c.state),
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(states).toEqual(["connecting", "gone"]);
    await vi.advanceTimersByTimeAsync(1000);
    stream.cancel();
    vi.useRealTimers();
    expect(states.slice(0, 3)).toEqual(["connecting", "gone", "open"]);
  });

  it("does not try again with a token that was refused", async () => {
    const fetch = vi.fn(async () => new Response(null, { status: 401 }));
    vi.stubGlobal("fetch", fetch);
    const states: string[] = [];
    openStream("http://x", "t", { message: () => {}, connection: (c) => states.push(c.state) });
    await vi.waitFor(() => expect(states).toContain("refused"));
    expect(fetch).toHaveBeenCalledTimes(1);
  });
});
