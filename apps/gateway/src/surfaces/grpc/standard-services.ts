/**
 * StandardServices: reflection and the standard health service, for tools and supervisors, open to all. Loading reflection reads .proto
 * files, so server.ts adds them only when it already listens. Neighbours: health-service.ts; held-back.ts, because the library of
 * reflection has no bounds.
 */
import type { handleBidiStreamingCall, Server, ServiceDefinition, UntypedServiceImplementation } from "@grpc/grpc-js";
import { ReflectionService } from "@grpc/reflection";
import { gatewayFileDescriptors } from "@signalbox/proto";
import { createHealthService } from "./health-service.ts";
import { HeldBack } from "./held-back.ts";
import { healthService } from "./service-definitions.ts";

export interface StandardServices {
  /** Tells those who watch, and ends their streams. */
  stop(): void;
}

export function addStandardServices(server: Server, servedNames: readonly string[]): StandardServices {
  const health = createHealthService(servedNames);
  server.addService(healthService, health.implementation);
  addReflection(server);
  return { stop: () => health.stop() };
}

/** The reflection service reads only the descriptors of a package definition, so one entry that carries them is enough. */
function addReflection(server: Server): void {
  const fileDescriptorProtos = gatewayFileDescriptors().map((bytes) => Buffer.from(bytes));
  const packages = { "signalbox.v1": { format: "Protocol Buffer 3 DescriptorProto", type: {}, fileDescriptorProtos } };
  const reflection = new ReflectionService(packages as unknown as ConstructorParameters<typeof ReflectionService>[0]);
  const back = new HeldBack();
  const addService = (definition: ServiceDefinition, implementation: UntypedServiceImplementation): void => {
    const methods = Object.entries(definition);
    server.addService(
      Object.fromEntries(
        methods.map(([name, method]) => [name, { ...method, requestDeserialize: back.ifShort(method.requestDeserialize) }]),
      ),
      Object.fromEntries(
        methods.map(([name]) => [name, back.answering(implementation[name] as handleBidiStreamingCall<unknown, unknown>)]),
      ),
    );
  };
  reflection.addToServer({ addService } as unknown as Server);
}
