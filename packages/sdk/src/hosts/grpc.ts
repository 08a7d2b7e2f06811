/**
 * listenGrpc(): the functions as the gRPC service signalbox.v1.Function, which `grpc://` and `grpcs://` endpoints call. Its messages are
 * those of the HTTP protocol, called one by one (Invoke) or many on one stream (Stream).
 * Neighbours: dispatch.ts answers; grpc-stream.ts has the stream; @grpc/grpc-js is a peer that only this entry point needs.
 * Guarantee: no request can end the process; a failure is a status, with trailers that say whether to try again and when.
 */
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { createDispatcher, type Dispatcher, type DispatcherOptions, type FailedOutcome } from "../dispatch.ts";
import type { AnyEntity } from "../entity.ts";
import { requestBytesMax } from "./answer.ts";
import { type GrpcStatus, reasonInHeader, statusOf } from "./grpc-status.ts";
import { CallStreams } from "./grpc-stream.ts";
import type { Serving } from "./serving.ts";

export type { Serving } from "./serving.ts";

export interface ListenGrpcOptions extends DispatcherOptions {
  /** 0 for any free port. */
  readonly port?: number;
  /** Loopback by default. */
  readonly host?: string;
  /** Certificates, for `grpcs://`; without them the port is unencrypted. */
  readonly credentials?: ServerCredentials;
}

const codecs = {
  // The dispatcher reads and writes the bytes itself.
  requestSerialize: (bytes: Uint8Array) => Buffer.from(bytes),
  requestDeserialize: (bytes: Buffer) => bytes,
  responseSerialize: (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  responseDeserialize: (bytes: Buffer) => bytes,
} as const;
const definition: ServiceDefinition = {
  Invoke: { ...codecs, path: "/signalbox.v1.Function/Invoke", requestStream: false, responseStream: false },
  Stream: { ...codecs, path: "/signalbox.v1.Function/Stream", requestStream: true, responseStream: true },
};

/**
 * Serves the functions over gRPC.
 * @example
 * const serving = await listenGrpc([cart, stock], { port: 9000 });
 */
export async function listenGrpc(entities: readonly AnyEntity[], options: ListenGrpcOptions = {}): Promise<Serving> {
  const dispatcher = createDispatcher(entities, options);
  const server = new Server({ "grpc.max_receive_message_length": requestBytesMax, "grpc.max_send_message_length": -1 });
  const streams = new CallStreams(dispatcher);
  const implementation: UntypedServiceImplementation = {
    Invoke: (call: { readonly request: Uint8Array }, done: Answered) => void answer(dispatcher, call.request, done),
    Stream: (call: ServerDuplexStream<Uint8Array, Uint8Array>) => streams.serve(call),
  };
  server.addService(definition, implementation);
  const { port = 0, host = "127.0.0.1", credentials } = options;
  const name = host.includes(":") ? `[${host}]` : host;
  const bound = await new Promise<number>((listening, failed) => {
    server.bindAsync(`${name}:${port}`, credentials ?? ServerCredentials.createInsecure(), (error, at) =>
      error === null ? listening(at) : failed(error),
    );
  });
  const close = (): Promise<void> =>
    new Promise((ended, failed) => {
      streams.finish();
      server.tryShutdown((error) => (error === undefined ? ended() : failed(error)));
    });
  return { url: `${credentials === undefined ? "grpc" : "grpcs"}://${name}:${bound}`, close, [Symbol.asyncDispose]: close };
}

type Answered = (refusal: GrpcRefusal | null, reply?: Uint8Array) => void;

/** Never rejects, as the dispatcher does not. */
async function answer(dispatcher: Dispatcher, request: Uint8Array, done: Answered): Promise<void> {
  const outcome = await dispatcher.dispatch(request);
  if (outcome.kind === "reply") done(null, outcome.bytes);
  else done(grpcRefusal(outcome));
}

interface GrpcRefusal {
  readonly code: GrpcStatus;
  readonly details: string;
  readonly metadata: Metadata;
}

function grpcRefusal(outcome: FailedOutcome): GrpcRefusal {
  const metadata = new Metadata();
  if (outcome.kind === "rejected") metadata.set("signalbox-outcome", "reject");
  if (outcome.kind === "retry-later") {
    metadata.set("signalbox-outcome", "retry-later");
    metadata.set("retry-after", String(Math.ceil(outcome.afterMs / 1000)));
  }
  return { code: statusOf(outcome.kind), details: reasonInHeader(outcome.reason), metadata };
}
