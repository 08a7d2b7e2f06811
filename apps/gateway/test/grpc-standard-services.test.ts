/**
 * The standard services of the gRPC port, reflection and health: what they answer, and that watchers and questions are bounded.
 * Neighbour: grpc.test.ts has our own services.
 */
import { Duplex } from "node:stream";
import { status, type Client, type ServerDuplexStream, type ServiceError } from "@grpc/grpc-js";
import { HealthCheckRequest, HealthCheckResponse } from "@signalbox/proto";
import { describe, expect, test } from "vitest";
import { healthService } from "../src/surfaces/grpc/service-definitions.ts";
import { watchersMax } from "../src/surfaces/grpc/health-service.ts";
import { HeldBack } from "../src/surfaces/grpc/held-back.ts";
import { call, start } from "./grpc-harness.ts";

interface Watch {
  readonly heard: number[];
  readonly began: Promise<"began">;
  /** Undefined when the stream ended well. */
  readonly ended: Promise<ServiceError | undefined>;
  cancel(): void;
}

function watch(client: Client, service: string): Watch {
  const { path, requestSerialize, responseDeserialize } = healthService.Watch;
  const stream = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, HealthCheckRequest.create({ service }));
  const heard: number[] = [];
  stream.on("data", (answer: HealthCheckResponse) => heard.push(answer.status));
  const began = new Promise<"began">((resolve) => stream.once("data", () => resolve("began")));
  const ended = new Promise<ServiceError | undefined>((resolve) => {
    stream.on("error", (error: ServiceError) => resolve(error)).on("end", () => resolve(undefined));
  });
  return { heard, began, ended, cancel: () => stream.cancel() };
}

describe("reflection and health service", () => {
  const raw = (bytes: Buffer): Buffer => bytes;

  test("reflection lists the services", async () => {
    const { client } = await start();
    const stream = client.makeBidiStreamRequest<Buffer, Buffer>("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", raw, raw);
    const answer = await new Promise<Buffer>((resolve, reject) => {
      stream.on("data", resolve).on("error", reject);
      // The bytes are list_services = 7 with the value "*".
      stream.write(Buffer.from([0x3a, 0x01, 0x2a]));
    });
    stream.end();
    expect(answer.toString("latin1")).toContain("signalbox.v1.Ingress");
    expect(answer.toString("latin1")).toContain("signalbox.v1.Admin");
  });

  test("the standard health check answers SERVING, for the server and for each service that it has", async () => {
    const { client } = await start();
    const { SERVING } = HealthCheckResponse.ServingStatus;
    expect(await call(client, healthService.Check, {})).toMatchObject({ status: SERVING });
    expect(await call(client, healthService.Check, { service: "signalbox.v1.Ingress" })).toMatchObject({ status: SERVING });
    await expect(call(client, healthService.Check, { service: "none" })).rejects.toMatchObject({ code: status.NOT_FOUND });
    expect(Object.keys((await call(client, healthService.List, {})).statuses ?? {})).toEqual([
      "",
      "signalbox.v1.Ingress",
      "signalbox.v1.Admin",
    ]);
  });

  test("a client that watches the health hears at once, and again when the server stops", async () => {
    const { client, close } = await start();
    const { SERVING, NOT_SERVING, SERVICE_UNKNOWN } = HealthCheckResponse.ServingStatus;
    const own = watch(client, "signalbox.v1.Admin");
    const other = watch(client, "somebody.else");
    await expect.poll(() => [own.heard, other.heard]).toEqual([[SERVING], [SERVICE_UNKNOWN]]);
    await close();
    await Promise.all([own.ended, other.ended]);
    expect([own.heard, other.heard]).toEqual([[SERVING, NOT_SERVING], [SERVICE_UNKNOWN]]);
  });

  test("a long name is refused, and so is one watcher too many; each that leaves makes room", async () => {
    const { client } = await start();
    const long = { service: "x".repeat(4_000_000) };
    await expect(call(client, healthService.Check, long)).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
    expect((await watch(client, long.service).ended)?.code).toBe(status.INVALID_ARGUMENT);
    const watching = Array.from({ length: watchersMax }, () => watch(client, ""));
    await Promise.all(watching.map(({ began }) => began));
    expect((await watch(client, "").ended)?.code).toBe(status.RESOURCE_EXHAUSTED);
    watching[0]?.cancel();
    const again = (): Promise<unknown> => {
      const { began, ended } = watch(client, "");
      return Promise.race([began, ended]);
    };
    await expect.poll(again).toBe("began");
  });

  test("a stream of questions with unread answers gets no further question read, and goes on when they are read", async () => {
    let asked = 0;
    let answered = 0;
    const taken: (() => void)[] = [];
    const stream = new Duplex({
      objectMode: true,
      writableHighWaterMark: 2,
      read: () => stream.push(asked < 100 ? { asked: asked++ } : null),
      write: (_answer, _encoding, done) => void taken.push(done),
    });
    new HeldBack().answering((call) => {
      call.on("data", (question: unknown) => call.write(question));
    })(stream as unknown as ServerDuplexStream<unknown, unknown>);
    for (let turn = 0; turn < 1_000 && answered < 100; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      expect(asked - answered).toBeLessThan(30);
      answered += taken.length;
      for (const done of taken.splice(0)) done();
    }
    expect(answered).toBe(100);
  });

  test("a long question of reflection is refused", async () => {
    const { client } = await start();
    const stream = client.makeBidiStreamRequest<Buffer, Buffer>("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", raw, raw);
    const ended = new Promise<ServiceError>((resolve) => stream.on("error", resolve).on("data", () => undefined));
    // The bytes are the field host = 1.
    stream.write(Buffer.concat([Buffer.from([0x0a, 0xb8, 0x17]), Buffer.alloc(3_000, "x")]));
    expect((await ended).code).toBe(status.INVALID_ARGUMENT);
  });
});
