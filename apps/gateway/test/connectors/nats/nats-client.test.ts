/**
 * A broken server of NATS talks without end, says nothing, or says what nobody can read. The client keeps neither memory nor a socket for
 * it.
 */
import { createServer, type Server, type Socket } from "node:net";
import { afterEach, expect, it, vi } from "vitest";
import { connectNats } from "../../../src/connectors/nats/nats-client.ts";
import type { ConnectorContext } from "../../../src/connectors/connector.ts";
import type { NatsCalls } from "../../../src/connectors/nats/nats-wire.ts";

let server: Server | undefined;
afterEach(() => {
  vi.useRealTimers();
  server?.close();
});

interface Stand {
  readonly calls: Promise<NatsCalls>;
  /** Rejects with the reason why there is no connection, or why it ended. */
  readonly failure: Promise<unknown>;
  /** Resolves when the server's end of the connection is closed. */
  readonly over: Promise<void>;
  readonly here: Promise<void>;
}

async function connectedTo(behave: (socket: Socket) => void): Promise<Stand> {
  const here = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  const opened = createServer((socket) => {
    here.resolve();
    socket.on("error", () => undefined).on("close", () => over.resolve());
    socket.resume();
    behave(socket);
  });
  server = opened;
  await new Promise<void>((resolve) => opened.listen(0, "127.0.0.1", resolve));
  const address = opened.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const access = { servers: [`nats://127.0.0.1:${port}`], credentials: { kind: "none" } as const, tls: undefined };
  const places = {
    hostRefusal: () => undefined,
    lookup: (_host: string, _options: unknown, found: (error: null) => void) => found(null),
  } as unknown as ConnectorContext["places"];
  const calls = connectNats(access, { places, id: "s/n" });
  const failure = calls.then(
    ({ closed }) => closed,
    (error: unknown) => error,
  );
  return { calls, failure, over: over.promise, here: here.promise };
}

it("that never ends its first line is abandoned after a bound", async () => {
  const { failure, over } = await connectedTo((socket) => {
    const more = (): void => {
      while (!socket.destroyed && socket.write("a".repeat(65_536)));
    };
    socket.write('INFO {"server_id":"');
    socket.on("drain", more);
    more();
  });
  expect(String(await failure)).toContain("first line is longer than 262144 bytes");
  await over;
});

const introduction = `INFO ${JSON.stringify({ server_id: "x", version: "2.10.0", max_payload: 1_048_576 })}\r\n`;

/** Introduces itself, answers the first ping unless told otherwise, and talks on. */
function talksOn(socket: Socket, { start, answers = true }: { start: string; answers?: boolean }): void {
  const more = (): void => {
    while (!socket.destroyed && socket.write("a".repeat(65_536)));
  };
  socket.write(introduction);
  socket.once("data", () => {
    if (answers) socket.write("PONG\r\n");
    socket.write(start);
    socket.on("drain", more);
    more();
  });
}

it.each(["INFO {", "-ERR '", "MSG a 1 ", "MSG a 1 3\r\nabc", "MSG a 1 3\r\nabc\nMSG a 1 9999999"])(
  "that introduces itself, and then sends %j and never ends the line, is abandoned after a bound",
  async (start) => {
    const { failure, over } = await connectedTo((socket) => talksOn(socket, { start }));
    expect(await failure).toMatchObject({ code: "UNREADABLE_SERVER", detail: expect.stringContaining("longer than 262144 bytes") });
    await over;
  },
);

it("that never ends its second line is abandoned before the login", async () => {
  const { failure, over } = await connectedTo((socket) => talksOn(socket, { start: "INFO {", answers: false }));
  expect(await failure).toMatchObject({ code: "UNREADABLE_SERVER", detail: "a line of it is longer than 262144 bytes" });
  await over;
});

it.each(["HELLO\r\n", "MSG a\r\n"])("that then says %j is abandoned, and its further bytes are not collected", async (start) => {
  const { failure, over } = await connectedTo((socket) => talksOn(socket, { start }));
  expect(await failure).toMatchObject({ code: "UNREADABLE_SERVER" });
  await over;
});

it("that says nothing is abandoned when its time is over", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const { failure, over, here } = await connectedTo(() => undefined);
  await here;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(String(await failure)).toContain("timeout");
  await over;
});

it.each(["INFO null\r\n", "INFO {bad\r\n", "HTTP/1.1 200 OK\r\n\r\n", 'INFO {"tls_required":true}\r\n'])(
  "that begins with %j is refused with its words, and abandoned",
  async (first) => {
    const { failure, over } = await connectedTo((socket) => {
      socket.write(first);
      // The connection would begin TLS here.
      socket.on("data", () => socket.write("what nobody can read"));
    });
    expect(await failure).toMatchObject({ name: "NatsError" });
    await over;
  },
);

/** A server that gives the same answer to whatever is asked or published. */
function answers(socket: Socket, json: string): void {
  let sid = "";
  socket.write(introduction);
  socket.on("data", (chunk: Buffer) => {
    const text = chunk.toString("latin1");
    sid = /^SUB _INBOX\S* (\d+)/m.exec(text)?.[1] ?? sid;
    if (/^PING/m.test(text)) socket.write("PONG\r\n");
    for (const [, inbox] of text.matchAll(/^H?PUB \S+ (_INBOX\S+) /gm)) socket.write(`MSG ${inbox} ${sid} ${json.length}\r\n${json}\r\n`);
  });
}

const record = { subject: "a", data: new Uint8Array(1), id: "1", stream: undefined, headers: [] };
const ofStream = { config: {}, created: "2026-01-01T00:00:00Z", state: { first_seq: 1, last_seq: 5 } };
it.each<readonly [what: string, ask: (calls: NatsCalls) => Promise<unknown>, good: object, bad: readonly object[]]>([
  ["a publication", (calls) => calls.publish(record), { stream: "S", seq: 5 }, [{ stream: "S" }, { stream: "S", seq: 0 }, ofStream]],
  [
    "what a stream is",
    (calls) => calls.stream("S"),
    ofStream,
    [
      { ...ofStream, state: {} },
      { stream: "S", seq: 5 },
    ],
  ],
])("that answers %s in another shape than JetStream's is refused", async (_what, ask, good, bad) => {
  for (const json of ["null", "5", "[]", "{}", "<html>", '"ok"', ...bad.map((answer) => JSON.stringify(answer))]) {
    const { calls } = await connectedTo((socket) => answers(socket, json));
    const open = await calls;
    await expect(ask(open), json).rejects.toMatchObject({ name: "NatsError", code: "UNREADABLE_SERVER" });
    await open.close();
    server?.close();
  }
  const open = await (await connectedTo((socket) => answers(socket, JSON.stringify(good)))).calls;
  await ask(open);
  await open.close();
});
