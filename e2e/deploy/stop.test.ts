/** How a gateway ends: within its time whatever hangs on it, at once when asked twice, and nothing that was acknowledged is missing afterwards. */
import { connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { Client, credentials } from "@grpc/grpc-js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { endpointYaml } from "../stack/functions.ts";
import { Gateway } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";

/** This is far beyond the time that is set, and far below the 30 s that a drain without a setting would take. */
const endsMsMax = 25_000;

interface Held {
  readonly close: () => void;
}

describe("a gateway whose function never answers", () => {
  let silent: Server;
  const sockets = new Set<Socket>();
  beforeEach(async () => {
    silent = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined);
    });
    await new Promise<void>((done) => silent.listen(0, "127.0.0.1", done));
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    await new Promise((done) => silent.close(done));
  });

  async function withHangingCall(drainMs: number): Promise<Gateway> {
    const gateway = await Gateway.start({ SIGNALBOX_DRAIN_MS: String(drainMs) });
    const address = silent.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    await gateway.api.applyModule("silent", endpointYaml("h/*", `http://127.0.0.1:${port}/f`));
    const sent = await fetch(`${gateway.url}/v1/messages/h/f/1`, { method: "POST", body: "x" });
    expect(sent.status).toBe(202);
    await until(async () => sockets.size > 0, { what: "the call to hang", timeoutMs: 30_000 });
    return gateway;
  }

  it("ends in the time that is set, with open streams and half a request on it, and still has the message", async () => {
    await using gateway = await withHangingCall(1000);
    const held = await holdOn(gateway);
    const ended = await Promise.race([gateway.stop(), delay(endsMsMax, "still there" as const)]);
    for (const one of held) one.close();
    expect(ended).toBe(0);
    await gateway.start();
    const { waitingMessages } = (await (await fetch(`${gateway.url}/v1/entities/h/f/1`)).json()) as { waitingMessages?: number };
    expect(waitingMessages ?? 1).toBeGreaterThan(0);
  }, 120_000);

  it("ends at once when it is asked a second time", async () => {
    await using gateway = await withHangingCall(600_000);
    const stopped = gateway.stop();
    await until(async () => (await refusesMessages(gateway)) && "stopping", { what: "the first signal to be heard", timeoutMs: 30_000 });
    gateway.signal("SIGINT");
    expect(await Promise.race([stopped, delay(endsMsMax, "still there" as const)])).toBe(130);
  }, 120_000);
});

async function refusesMessages(gateway: Gateway): Promise<boolean> {
  const answered = await fetch(`${gateway.url}/v1/messages/h/f/2`, { method: "POST", body: "x" }).catch(() => undefined);
  return answered === undefined || answered.status === 503;
}

/** Opens a page's event stream, a producer's stream, and a client that sends half of its body and then nothing. */
async function holdOn(gateway: Gateway): Promise<Held[]> {
  const { hostname, port } = new URL(gateway.url);
  const half = connect({ host: hostname, port: Number(port) });
  half.on("error", () => undefined);
  half.write("PUT /v1/modules/half HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nkind");
  const stopListening = new AbortController();
  const events = await fetch(
    `${gateway.url}/trpc/live.stream?input=${encodeURIComponent(JSON.stringify({ flow: true, tails: [], entities: [] }))}`,
    {
      headers: { accept: "text/event-stream" },
      signal: stopListening.signal,
    },
  );
  expect(events.status).toBe(200);
  void events.text().catch(() => undefined);
  const client = new Client(`127.0.0.1:${gateway.grpcPort}`, credentials.createInsecure());
  const pass = (bytes: Buffer): Buffer => bytes;
  const stream = client.makeBidiStreamRequest("/signalbox.v1.Ingress/Publish", pass, pass);
  stream.on("error", () => undefined);
  stream.resume();
  return [{ close: () => half.destroy() }, { close: () => stopListening.abort() }, { close: () => client.close() }];
}
