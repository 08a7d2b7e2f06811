/**
 * What the tests of the gRPC server share: a double of the engine that answers when the test says so, a client, one call, one Publish
 * stream.
 */
import { Client, credentials, type ClientDuplexStream, type ServiceError } from "@grpc/grpc-js";
import { EngineError, type EngineStatus, type EntityView, type IngressMessage, type ProducerBatch } from "@signalbox/runtime";
import { toBigInt, type PublishAck, type PublishFrameProperties } from "@signalbox/proto";
import { afterEach } from "vitest";
import { ingressService } from "../src/surfaces/grpc/service-definitions.ts";
import { startGrpcServer } from "../src/surfaces/grpc/server.ts";
import { authorizer } from "../src/identity/authorizer.ts";
import { guarded, type GuardedServices } from "../src/services/guarded.ts";
import type { ModulesInForce } from "../src/services/modules/modules-in-force.ts";
import type { ServiceParts } from "../src/services/service-parts.ts";
import { createServices } from "../src/services/services.ts";
import { RequestBytes } from "../src/listener/request-bytes.ts";
import { GatewayError } from "../src/contract/problem.ts";

export const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Admits at once; messages become durable when the test says so. */
export class EngineDouble {
  readonly accepted: IngressMessage[] = [];
  readonly batches: ProducerBatch[] = [];
  refuseBatch: ((batch: ProducerBatch) => EngineError | undefined) | undefined;
  /** When false, batches wait for `sync`. */
  durableAtOnce = true;
  readonly #waiting: (() => void)[] = [];
  readonly #last = new Map<string, number>();

  accept = async (message: IngressMessage): Promise<{ messageId: number; traceId: number; repeated: boolean }> => {
    if (message.target.type === "no/type") throw new EngineError("UNKNOWN_FUNCTION_TYPE", "no endpoint serves no/type", "Register one.");
    if (message.target.type === "full/type") throw new EngineError("OVERLOADED", "full", "Later.", 250);
    this.accepted.push(message);
    return { messageId: 2 ** 53 - 1, traceId: 7, repeated: message.idempotencyKey !== undefined };
  };

  acceptBatch = async (batch: ProducerBatch): Promise<{ durableSequence: number }> => {
    const refusal = this.refuseBatch?.(batch);
    if (refusal !== undefined) throw refusal;
    this.batches.push(batch);
    const durableSequence = batch.messages.at(-1)?.sequence ?? 0;
    if (!this.durableAtOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#last.set(batch.producer, durableSequence);
    return { durableSequence };
  };

  producerSequence = async (producer: string): Promise<number> => this.#last.get(producer) ?? 0;

  sync(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  get messages(): ProducerBatch["messages"][number][] {
    return this.batches.flatMap((batch) => batch.messages);
  }

  status = (): EngineStatus => ({
    health: { kind: "store-failed", code: "DISK_FULL", message: "disk full", place: "/data", cure: "Free space.", sinceMs: 1 },
    epoch: 5,
    durableEpoch: 4,
    lastDurableMs: 0,
    waitingMessages: 3,
    waitingBytes: 0,
    inFlight: 2,
    parkedEntities: 1,
    parkedMessages: 0,
    pausedEntities: 0,
    backingOffEntities: 0,
    delayedMessages: 0,
    residentEntities: 0,
    bindings: { endpoints: [], egresses: [] },
  });

  entities = async (query: { limit: number }): Promise<{ items: EntityView[]; cursor: string | undefined }> => ({
    items: [this.#view("anna")],
    cursor: `limit ${query.limit}`,
  });

  functionTypes = (): [] => [];

  entity = async (address: { id: string }): Promise<EntityView | undefined> => (address.id === "anna" ? this.#view("anna") : undefined);

  #view(id: string): EntityView {
    return {
      address: { type: "shop/cart", id },
      status: "parked",
      mailboxDepth: 4,
      mailbox: [],
      attempts: 10,
      sinceMs: 1,
      retryAtMs: undefined,
      waitReason: { kind: "parked", sinceMs: 1, attempts: 10, failure: undefined },
      state: [
        { name: "seen", value: { typename: "n/v", bytes: Buffer.from("x") }, spec: undefined, writtenMs: 1, expiresMs: undefined },
        {
          name: "empty",
          value: undefined,
          spec: { name: "empty", typename: "n/w", expiration: { mode: "none", afterMs: 0 } },
          writtenMs: undefined,
          expiresMs: undefined,
        },
      ],
      failure: { code: "REPLY_STATUS", scope: "entity", message: "said no", cure: "", retryAfterMs: undefined, raw: undefined },
    };
  }
}

const modules: Pick<ModulesInForce, "list" | "get" | "apply"> = {
  list: () => [{ name: "shop", revision: 3, appliedMs: 0, endpoints: 1, ingresses: 0, egresses: 0, warnings: 0 }],
  get: async (name) => ({ name, yaml: "kind: x", revision: 3, revisions: [] }),
  apply: async (_name, { yaml }) => {
    if (yaml === "bad") throw new GatewayError("INVALID_MODULE", { detail: "line 1: no", cure: "Correct it." });
    return {
      revision: 4,
      changes: [{ kind: "endpoint", id: "shop/*", change: "added", detail: "" }],
      issues: [{ severity: "warning", message: "hm", line: 2, column: 1, suggestion: null }],
    };
  },
};

function servicesOver(engine: EngineDouble): GuardedServices {
  // The parts have only what these calls reach.
  const runtime = { capabilities: { "entity-actions": { able: true } } };
  const parts = { engine, runtime, modules, people: {} } as unknown as ServiceParts;
  return guarded(createServices(parts), { authorizer, audit: { write: async () => true }, checkOutputs: true });
}

export async function start(
  engine = new EngineDouble(),
  held = new RequestBytes(64 * 1024 * 1024),
): Promise<{ engine: EngineDouble; client: Client; port: number; close: () => Promise<void> }> {
  const server = await startGrpcServer({ engine, services: () => Promise.resolve(servicesOver(engine)), host: "127.0.0.1", port: 0, held });
  await server.addStandardServices();
  const client = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure());
  cleanups.push(
    () => server.close(),
    () => client.close(),
  );
  return { engine, client, port: server.port, close: () => server.close() };
}

export interface Unary<Request, Reply> {
  readonly path: string;
  requestSerialize(message: Request): Buffer;
  responseDeserialize(bytes: Buffer): Reply;
}

export function call<Request, Reply>(client: Client, method: Unary<Request, Reply>, request: NoInfer<Request> | object): Promise<Reply> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest<Request, Reply>(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request as Request,
      (error, reply) => {
        if (error !== null) reject(error);
        else if (reply !== undefined) resolve(reply);
      },
    );
  });
}

export interface Publishing {
  readonly stream: ClientDuplexStream<PublishFrameProperties, PublishAck>;
  readonly acks: number[];
  /** Resolves when an acknowledgement of at least this sequence has come. */
  acknowledged(sequence: number): Promise<void>;
  /** Undefined when the stream ended well. */
  readonly ended: Promise<ServiceError | undefined>;
}

export function publish(client: Client): Publishing {
  const { path, requestSerialize, responseDeserialize } = ingressService.Publish;
  const stream = client.makeBidiStreamRequest<PublishFrameProperties, PublishAck>(
    path,
    requestSerialize as (frame: PublishFrameProperties) => Buffer,
    responseDeserialize as (bytes: Buffer) => PublishAck,
  );
  const acks: number[] = [];
  const waiting: { sequence: number; resolve: () => void }[] = [];
  let failure: ServiceError | undefined;
  stream.on("data", (ack: PublishAck) => {
    acks.push(Number(toBigInt(ack.durableSequence)));
    for (const waiter of waiting) if (waiter.sequence <= (acks.at(-1) ?? -1)) waiter.resolve();
  });
  stream.on("error", (error: ServiceError) => {
    failure = error;
  });
  const ended = new Promise<ServiceError | undefined>((resolve) => void stream.on("status", () => setImmediate(() => resolve(failure))));
  return {
    stream,
    acks,
    ended,
    acknowledged: (sequence) =>
      new Promise((resolve) => {
        if ((acks.at(-1) ?? -1) >= sequence) resolve();
        else waiting.push({ sequence, resolve });
      }),
  };
}

export const row = (sequence: number, id = "anna"): object => ({
  sequence,
  type: "shop/cart",
  id,
  valueType: "n/v",
  value: Buffer.from("x"),
});
export const frame = (sequences: readonly number[], producer = ""): PublishFrameProperties => ({
  producer,
  messages: sequences.map((sequence) => row(sequence)),
});
