/**
 * Context: what every tRPC procedure works with. compose.ts builds it once; it is the same object for every call,
 * because there is one engine and (so far) no session. Each member is a port of a service in a neighbouring folder.
 */
import type { Accepted, Engine, IngressMessage } from "@signalbox/engine";
import type { ModuleService } from "../../services/modules/module-service.ts";
import type { ValueCodec } from "../../values/value-codec.ts";
import type { DescriptorService } from "../../services/descriptors/descriptor-service.ts";
import type { EndpointChecker } from "../../services/endpoints/endpoint-checker.ts";
import type { SavedMessages } from "../../services/messages/saved-messages.ts";
import type { Demo } from "../../services/demo/demo.ts";
import type { Flow } from "../../flow/flow.ts";
import type { OldestWrite } from "../../health/oldest-write.ts";
import type { ProcessSupervisor } from "../../processes/process-supervisor.ts";
import type { SavepointService } from "../../services/savepoints/savepoint-service.ts";

/** The engine's door for messages that a person sends; the flow shows them as coming from the console. */
export interface Ingress {
  accept(message: IngressMessage): Promise<Accepted>;
}

export interface Context {
  readonly engine: Engine;
  readonly ingress: Ingress;
  readonly values: ValueCodec;
  readonly modules: ModuleService;
  readonly savepoints: SavepointService;
  readonly saved: SavedMessages;
  readonly descriptors: DescriptorService;
  readonly flow: Flow;
  readonly checker: EndpointChecker;
  readonly demo: Demo;
  readonly oldestWrite: OldestWrite;
  readonly processes: Pick<ProcessSupervisor, "views" | "output" | "counts">;
}
