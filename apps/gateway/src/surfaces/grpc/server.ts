/**
 * gRPC server: Ingress and Admin, then reflection and the standard health service (standard-services.ts), on a port of its own.
 * Neighbours: compose.ts starts it beside the HTTP server; service-definitions.ts holds the wire.
 * Guarantee: every call and stream ends when it closes; a client that lingers is cut after closeGraceMs.
 */
import { createServer, type Server as NetServer } from "node:net";
import type { Duplex } from "node:stream";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { openToAll, type WhoAsks } from "../../identity/identity.ts";
import { listenOn } from "../../listener/listen.ts";
import type { TlsFrontOptions } from "../../listener/tls-front.ts";
import { RequestBytes } from "../../listener/request-bytes.ts";
import { countedCalls } from "./counted-calls.ts";
import { callMethods, type CallServices } from "./call-methods.ts";
import { createAdminService, type AdminEngine, type AdminServices } from "./admin-service.ts";
import { createIngressService, type IngressEngine } from "./ingress-service.ts";
import { PeerCertificates } from "./peer-certificates.ts";
import { unaryFor } from "./unary.ts";
import type { StandardServices } from "./standard-services.ts";
import { adminService, adminServiceName, ingressService, ingressServiceName } from "./service-definitions.ts";

const grpcMessageBytesMax = 16 * 1024 * 1024;
const closeGraceMs = 1000;
/** How many streams a connection may have at a time; the client's library makes further calls wait. */
const streamsMax = 4096;
const servedNames = ["", ingressServiceName, adminServiceName];

export interface GrpcServerOptions {
  readonly engine: AdminEngine & IngressEngine;
  /** The door by which messages enter, when it is not the engine's own (flow/ingress-port.ts). */
  readonly ingress?: Pick<IngressEngine, "accept" | "acceptBatch">;
  /** Loaded by the first call that needs them. */
  readonly services: () => Promise<AdminServices & CallServices>;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Where messages that are not done are counted. */
  readonly held?: RequestBytes;
  /** Absent: without. */
  readonly tls?: Pick<TlsFrontOptions, "files" | "warn">;
  /** Absent: nobody has to sign in. */
  readonly identity?: WhoAsks;
}

export interface GrpcServer {
  readonly port: number;
  /** Adds reflection and health, which a start adds only after the services that carry messages. */
  addStandardServices(): Promise<void>;
  close(): Promise<void>;
}

export async function startGrpcServer(options: GrpcServerOptions): Promise<GrpcServer> {
  const peers = new PeerCertificates();
  const identity = peers.over(options.identity ?? openToAll);
  const { engine, held = new RequestBytes(Number.MAX_SAFE_INTEGER) } = options;
  const door = options.ingress ?? engine;
  const ingress = createIngressService(
    {
      accept: (message) => door.accept(message),
      acceptBatch: (batch) => door.acceptBatch(batch),
      producerSequence: (producer) => engine.producerSequence(producer),
      held,
    },
    identity,
  );
  const counted = countedCalls({ held, messageBytesMax: grpcMessageBytesMax });
  let standard: StandardServices | undefined;
  const server = new Server({
    "grpc.max_receive_message_length": grpcMessageBytesMax,
    "grpc.max_send_message_length": grpcMessageBytesMax,
    "grpc.max_concurrent_streams": streamsMax,
    "grpc-node.flow_control_window": 4 * 1024 * 1024,
    interceptors: [counted.interceptor],
  });
  const unary = unaryFor(identity);
  server.addService(ingressService, { ...ingress.implementation, ...callMethods({ unary, identity }, options.services) });
  server.addService(adminService, createAdminService(unary, engine, options.services));
  const { port, front } = await open(server, options, peers);
  return {
    port,
    addStandardServices: async () => {
      const { addStandardServices } = await import("./standard-services.ts");
      standard = addStandardServices(server, servedNames);
    },
    close: () => {
      standard?.stop();
      counted.close();
      ingress.stop();
      front?.close();
      return shutDown(server);
    },
  };
}

/** With TLS the gateway's own listener accepts the connections, so that the certificate can change while it runs. */
async function open(
  server: Server,
  { host, port, tls }: GrpcServerOptions,
  peers: PeerCertificates,
): Promise<{ port: number; front?: NetServer }> {
  if (tls === undefined) return { port: await bind(server, host, port) };
  const { createTlsFront } = await import("../../listener/tls-front.ts");
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  const connected = (socket: Duplex): void => {
    peers.add(socket);
    injector.injectConnection(socket);
  };
  const front = await createTlsFront({ ...tls, protocols: ["h2"], connected });
  return { port: await listenOn(front, { host, port, setting: "SIGNALBOX_GRPC_PORT" }), front };
}

function bind(server: Server, host: string, port: number): Promise<number> {
  const address = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  return new Promise((resolve, reject) => {
    server.bindAsync(`${address}:${port}`, ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else bindFailure(error, { host, port }).then(reject, reject);
    });
  });
}

/** grpc-js hides the system's error code, so the same address is tried once more with node:net to get it. */
async function bindFailure(error: Error, place: { host: string; port: number }): Promise<Error> {
  const probe = createServer();
  try {
    await listenOn(probe, { ...place, setting: "SIGNALBOX_GRPC_PORT" });
    probe.close();
    return error;
  } catch (found) {
    return found instanceof Error ? found : error;
  }
}

function shutDown(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.forceShutdown(), closeGraceMs);
    server.tryShutdown(() => {
      clearTimeout(cut);
      resolve();
    });
  });
}
