/**
 * Placements: what a module needs beside the engine for its functions to run: processes that the gateway starts. The port between the
 * service that applies modules and processes/.
 */
import type { EndpointSpec } from "@signalbox/engine";
import type { ParsedEndpoint } from "../../modules/parsed-module.ts";
import type { ProcessSupervisor } from "../../processes/process-supervisor.ts";
import type { ModuleIssue } from "../../contract/module-issue.ts";

export interface Placements {
  /** Endpoints that may not be declared at this gateway. */
  refusals(endpoints: readonly ParsedEndpoint[]): ModuleIssue[];
  /** Begins what they need. */
  want(endpoints: readonly ParsedEndpoint[]): Promise<void>;
  /** The endpoints as the engine is to call them now. */
  bind(endpoints: readonly EndpointSpec[]): EndpointSpec[];
  /** The engine has them: what nobody calls any more ends. */
  inForce(endpoints: readonly ParsedEndpoint[]): void;
}

/** `processes` false: modules may not name commands. */
export function createPlacements(supervisor: ProcessSupervisor, allowed: { readonly processes: boolean }): Placements {
  const specsOf = (endpoints: readonly ParsedEndpoint[]) => endpoints.flatMap(({ process }) => (process === undefined ? [] : [process]));
  return {
    refusals: (endpoints) => (allowed.processes ? [] : endpoints.filter(({ process }) => process !== undefined).map(processesOff)),
    want: (endpoints) => supervisor.want(specsOf(endpoints)),
    bind: (endpoints) => supervisor.bind(endpoints),
    inForce: (endpoints) => supervisor.inForce(specsOf(endpoints)),
  };
}

function processesOff({ spec, position }: ParsedEndpoint): ModuleIssue {
  return {
    severity: "error",
    message: `This gateway starts no processes for ${spec.id}: SIGNALBOX_PROCESSES is off. Set SIGNALBOX_PROCESSES=on for the gateway if everybody who may apply modules may also run commands on its machine, or serve the functions elsewhere and name their URL.`,
    line: position.line,
    column: position.column,
    suggestion: null,
  };
}
