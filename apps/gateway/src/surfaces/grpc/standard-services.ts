/**
 * StandardServices: reflection and the standard health service, for tools and supervisors. Loading them reads .proto files, so server.ts
 * adds them only when it already listens.
 */
import type { Server } from "@grpc/grpc-js";
import { ReflectionService } from "@grpc/reflection";
import { gatewayFileDescriptors } from "@signalbox/proto";
import { HealthImplementation } from "grpc-health-check";

export interface StandardServices {
  setServing(serving: boolean): void;
}

export function addStandardServices(server: Server, servedNames: readonly string[]): StandardServices {
  const health = new HealthImplementation(Object.fromEntries(servedNames.map((name) => [name, "SERVING" as const])));
  health.addToServer(server);
  addReflection(server);
  return {
    setServing: (serving) => {
      for (const name of servedNames) health.setStatus(name, serving ? "SERVING" : "NOT_SERVING");
    },
  };
}

/** The reflection service reads only the descriptors of a package definition, so one entry that carries them is enough. */
function addReflection(server: Server): void {
  const fileDescriptorProtos = gatewayFileDescriptors().map((bytes) => Buffer.from(bytes));
  const definition = { "signalbox.v1": { format: "Protocol Buffer 3 DescriptorProto", type: {}, fileDescriptorProtos } };
  new ReflectionService(definition as unknown as ConstructorParameters<typeof ReflectionService>[0]).addToServer(server);
}
