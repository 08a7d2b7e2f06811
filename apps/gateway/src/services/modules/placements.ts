/**
 * Placements: what a module needs beside the engine for its functions to run: processes that the gateway starts, sources that it loads.
 * The port between the service that applies modules and processes/; the engine's transports run embedded functions.
 */
import type { EndpointSpec } from "@signalbox/runtime";
import type { ModuleIssue } from "../../contract/module-issue.ts";
import type { ParsedEndpoint } from "../../modules/parsed-module.ts";
import type { ProcessSupervisor } from "../../processes/process-supervisor.ts";
import { embeddedIssues, withRevision, type LoadEmbedded } from "./embedded-source.ts";

export interface Placements {
  /** What is wrong with them here: not allowed, or a source that cannot be used. */
  check(endpoints: readonly ParsedEndpoint[]): Promise<ModuleIssue[]>;
  /** Begins what they need. */
  want(endpoints: readonly ParsedEndpoint[]): Promise<void>;
  /** The endpoints as the engine is to call them now. */
  bind(endpoints: readonly EndpointSpec[]): EndpointSpec[];
  /** The engine has them: what nobody calls any more ends. */
  inForce(endpoints: readonly ParsedEndpoint[]): void;
}

/** `processes` false: modules may neither name commands nor bring code. */
export function createPlacements(
  supervisor: ProcessSupervisor,
  allowed: { readonly processes: boolean; readonly loadEmbedded: LoadEmbedded },
): Placements {
  const specsOf = (endpoints: readonly ParsedEndpoint[]) => endpoints.flatMap(({ process }) => (process === undefined ? [] : [process]));
  return {
    check: async (endpoints) => {
      const local = endpoints.filter(({ spec }) => spec.placement !== undefined);
      if (!allowed.processes) return local.map(processesOff);
      return (await Promise.all(local.map((endpoint) => embeddedIssues(endpoint, allowed.loadEmbedded)))).flat();
    },
    want: (endpoints) => supervisor.want(specsOf(endpoints)),
    bind: (endpoints) => supervisor.bind(endpoints.map(withRevision)),
    inForce: (endpoints) => supervisor.inForce(specsOf(endpoints)),
  };
}

function processesOff({ spec, position }: ParsedEndpoint): ModuleIssue {
  const what = spec.placement?.kind === "embedded" ? "runs no code of modules" : "starts no processes";
  return {
    severity: "error",
    message: `This gateway ${what} for ${spec.id}: SIGNALBOX_PROCESSES is off. Set SIGNALBOX_PROCESSES=on for the gateway if everybody who may apply modules may also run commands on its machine, or serve the functions elsewhere and name their URL.`,
    line: position.line,
    column: position.column,
    suggestion: null,
  };
}
