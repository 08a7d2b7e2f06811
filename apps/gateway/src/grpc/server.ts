/**
 * gRPC server: Ingress and Admin with reflection and the standard health service, on a port of its own.
 * Neighbours: compose.ts starts it beside the HTTP server; service-definitions.ts holds the wire.
 * Guarantee: every call and stream ends when it closes; a client that lingers is cut after closeGraceMs.
 */
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ReflectionService } from "@grpc/reflection";
import { gatewayFileDescriptors } from "@signalbox/proto";
import { HealthImplementation, type ServingStatusMap } from "grpc-health-check";
import { createAdminService, type AdminEngine, type AdminModules } from "./admin-service.ts";
import { createIngressService, type IngressEngine } from "./ingress-service.ts";
import { adminService, adminServiceName, ingressService, ingressServiceName } from "./service-definitions.ts";

export const grpcMessageBytesMax = 16 * 1024 * 1024;
const closeGraceMs = 2000;
const servedNames = ["", ingressServiceName, adminServiceName];

export interface GrpcServerOptions {
  readonly engine: AdminEngine & IngressEngine;
  /** The door by which messages enter, when it is not the engine's own (flow/ingress-port.ts). */
  readonly ingress?: Pick<IngressEngine, "accept" | "acceptBatch">;
  readonly modules: AdminModules;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

export interface GrpcServer {
  readonly port: number;
  /** What the health service answers; serving from the start. */
  setServing(serving: boolean): void;
  close(): Promise<void>;
}

export async function startGrpcServer(options: GrpcServerOptions): Promise<GrpcServer> {
  const { engine } = options;
  const door = options.ingress ?? engine;
  const ingress = createIngressService({
    accept: (message) => door.accept(message),
    acceptBatch: (batch) => door.acceptBatch(batch),
    producerSequence: (producer) => engine.producerSequence(producer),
  });
  const health = new HealthImplementation(servingMap("SERVING"));
  const server = new Server({
    "grpc.max_receive_message_length": grpcMessageBytesMax,
    "grpc.max_send_message_length": grpcMessageBytesMax,
    "grpc-node.flow_control_window": 4 * 1024 * 1024,
  });
  server.addService(ingressService, ingress.implementation);
  server.addService(adminService, createAdminService(engine, options.modules));
  health.addToServer(server);
  addReflection(server);
  const port = await bind(server, options.host, options.port);
  return {
    port,
    setServing: (serving) => {
      for (const name of servedNames) health.setStatus(name, serving ? "SERVING" : "NOT_SERVING");
    },
    close: () => {
      for (const name of servedNames) health.setStatus(name, "NOT_SERVING");
      ingress.stop();
      return shutDown(server);
    },
  };
}

function servingMap(status: "SERVING"): ServingStatusMap {
  return Object.fromEntries(servedNames.map((name) => [name, status]));
}

/** The reflection service reads only the descriptors of a package definition, so one entry that carries them is enough. */
function addReflection(server: Server): void {
  const fileDescriptorProtos = gatewayFileDescriptors().map((bytes) => Buffer.from(bytes));
  const definition = { "signalbox.v1": { format: "Protocol Buffer 3 DescriptorProto", type: {}, fileDescriptorProtos } };
  new ReflectionService(definition as unknown as ConstructorParameters<typeof ReflectionService>[0]).addToServer(server);
}

function bind(server: Server, host: string, port: number): Promise<number> {
  const address = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  return new Promise((resolve, reject) => {
    server.bindAsync(`${address}:${port}`, ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else
        reject(
          new Error(`gRPC cannot listen on ${address}:${port} (${error.message}); set SIGNALBOX_GRPC_PORT to a free port.`, {
            cause: error,
          }),
        );
    });
  });
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
