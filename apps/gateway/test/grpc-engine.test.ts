/**
 * Publish against the real engine and a real function process over HTTP: every message counts once, also when a stream is cut and resumed.
 */
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, credentials, type ClientDuplexStream } from "@grpc/grpc-js";
import { engineOver, type Engine } from "@signalbox/runtime";
import { createHttpTransport, defaultLimits, lockData, openRuntime } from "@signalbox/engine";
import {
  FromFunction,
  IntWrapper,
  MutationType,
  ToFunction,
  toBigInt,
  type PublishAck,
  type PublishFrameProperties,
} from "@signalbox/proto";
import { afterEach, expect, test } from "vitest";
import { ingressService } from "../src/surfaces/grpc/service-definitions.ts";
import { startGrpcServer, type GrpcServerOptions } from "../src/surfaces/grpc/server.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Adds the length of the batch to the int state `seen`. */
function count(body: Uint8Array): Uint8Array {
  const { invocation } = ToFunction.decode(body);
  const state = invocation?.state?.find((entry) => entry.stateName === "seen");
  if (state === undefined) {
    return FromFunction.encode({
      incompleteInvocationContext: { missingValues: [{ stateName: "seen", typeTypename: "io.statefun.types/int" }] },
    }).finish();
  }
  const seen = IntWrapper.decode(state.stateValue?.value ?? new Uint8Array(0)).value + (invocation?.invocations?.length ?? 0);
  const stateValue = { typename: "io.statefun.types/int", hasValue: true, value: IntWrapper.encode({ value: seen }).finish() };
  return FromFunction.encode({
    invocationResult: { stateMutations: [{ mutationType: MutationType.MODIFY, stateName: "seen", stateValue }] },
  }).finish();
}

async function startFunction(): Promise<string> {
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request
      .on("data", (chunk: Buffer) => chunks.push(chunk))
      .on("end", () => {
        response.writeHead(200, { "content-type": "application/octet-stream" }).end(count(Buffer.concat(chunks)));
      });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function startEngine(urlTemplate: string): Promise<Engine> {
  const dataDir = mkdtempSync(join(tmpdir(), "signalbox-grpc-"));
  cleanups.push(() => rmSync(dataDir, { recursive: true }));
  const transport = createHttpTransport();
  const engine = engineOver(await openRuntime({ data: await lockData(join(dataDir, "engine")), limits: defaultLimits, transport }));
  cleanups.push(() => engine.stop());
  const options = {
    callTimeoutMs: 10_000,
    connectTimeoutMs: 1000,
    readTimeoutMs: 10_000,
    poolTtlMs: 15_000,
    poolConnectionsMax: 64,
    payloadBytesMax: 1_000_000,
    tls: undefined,
  };
  await engine.applyBindings({
    endpoints: [{ id: "shop/*", module: "shop", namespace: "shop", name: "*", urlTemplate, batchMessagesMax: 1000, transport: options }],
    egresses: [],
  });
  return engine;
}

const noServices: GrpcServerOptions["services"] = () => Promise.reject(new Error("not used"));

async function connect(engine: Engine): Promise<Client> {
  const server = await startGrpcServer({ engine, services: noServices, host: "127.0.0.1", port: 0 });
  await server.addStandardServices();
  const client = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure());
  cleanups.push(
    () => server.close(),
    () => client.close(),
  );
  return client;
}

function open(client: Client): {
  stream: ClientDuplexStream<PublishFrameProperties, PublishAck>;
  reached: (sequence: number) => Promise<void>;
} {
  const { path, requestSerialize, responseDeserialize } = ingressService.Publish;
  const stream = client.makeBidiStreamRequest<PublishFrameProperties, PublishAck>(
    path,
    requestSerialize as (frame: PublishFrameProperties) => Buffer,
    responseDeserialize as (bytes: Buffer) => PublishAck,
  );
  let last = -1;
  stream.on("data", (ack: PublishAck) => {
    last = Number(toBigInt(ack.durableSequence));
  });
  stream.on("error", () => undefined);
  return {
    stream,
    reached: (sequence) =>
      expect.poll(() => last, { timeout: 20_000, interval: 5 }).toBeGreaterThanOrEqual(sequence) as unknown as Promise<void>,
  };
}

function frames(from: number, through: number): PublishFrameProperties[] {
  const result: PublishFrameProperties[] = [];
  for (let start = from; start <= through; start += 50) {
    const messages: object[] = [];
    for (let sequence = start; sequence < start + 50 && sequence <= through; sequence++) {
      messages.push({ sequence, type: "shop/cart", id: `id-${sequence % 20}`, valueType: "n/v", value: Buffer.from("x") });
    }
    result.push({ producer: "till-1", messages });
  }
  return result;
}

async function total(engine: Engine): Promise<number> {
  const page = await engine.entities({ type: "shop/cart", limit: 100 });
  const views = await Promise.all(page.items.map((item) => engine.entity(item.address)));
  return views.reduce((sum, view) => sum + IntWrapper.decode(view?.state[0]?.value?.bytes ?? new Uint8Array(0)).value, 0);
}

test("every published message counts once, also after a cut stream sends again from an earlier place", async () => {
  const engine = await startEngine(await startFunction());
  const client = await connect(engine);
  const first = open(client);
  for (const frame of frames(1, 3000)) first.stream.write(frame);
  await first.reached(500);
  first.stream.cancel();
  const second = open(client);
  for (const frame of frames(1, 6000)) second.stream.write(frame);
  await second.reached(6000);
  await engine.settled();
  expect(await total(engine)).toBe(6000);
  expect(await engine.producerSequence("till-1")).toBe(6000);
});

test("a message to a type that nothing serves ends the stream and nothing of it counts", async () => {
  const engine = await startEngine(await startFunction());
  const client = await connect(engine);
  const { stream } = open(client);
  const failed = new Promise<{ details: string }>((resolve) => void stream.on("error", resolve));
  stream.write({
    producer: "p",
    messages: [{ sequence: 1, type: "else/where", id: "a", valueType: "n/v", value: Buffer.from("x") }] as object[],
  });
  expect((await failed).details).toContain("else/where");
  expect(await engine.producerSequence("p")).toBe(0);
});
