/** A server of NATS that is none: it talks without end, says nothing, or says what nobody can read. The way in holds neither memory nor a socket of it. */
import { createServer, type Server, type Socket } from "node:net";
import { afterEach, expect, it, vi } from "vitest";
import { connectNats } from "../../../src/connectors/nats/nats-client.ts";
import type { ConnectorContext } from "../../../src/connectors/connector.ts";

let server: Server | undefined;
afterEach(() => {
  vi.useRealTimers();
  server?.close();
});

interface Stand {
  readonly failure: Promise<unknown>;
  /** The server's end of the connection is over. */
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
  const failure = connectNats(access, { places, id: "s/n" }).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { failure, over: over.promise, here: here.promise };
}

it("that never ends its first line is left after a bound", async () => {
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

it("that says nothing is left when its time is over", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const { failure, over, here } = await connectedTo(() => undefined);
  await here;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(String(await failure)).toContain("timeout");
  await over;
});

it.each(["INFO null\r\n", "INFO {bad\r\n", "HTTP/1.1 200 OK\r\n\r\n", 'INFO {"tls_required":true}\r\n'])(
  "that begins with %j is refused with what it said, and left",
  async (first) => {
    const { failure, over } = await connectedTo((socket) => {
      socket.write(first);
      // Where TLS is to begin.
      socket.on("data", () => socket.write("what nobody can read"));
    });
    expect(await failure).toMatchObject({ name: "NatsError" });
    await over;
  },
);
