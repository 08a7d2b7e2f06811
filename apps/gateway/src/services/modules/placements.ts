/**
 * Placements: what a module needs beside the engine for its functions to run: processes that the gateway starts, sources that it loads.
 * The port between the service that applies modules and processes/; the engine's transports run embedded functions.
 */
import type { EndpointSpec } from "@signalbox/runtime";
import type { ModuleIssue } from "../../contract/module/module-issue.ts";
import { isolatedProcess } from "../../isolation/isolated-process.ts";
import type { ParsedEndpoint } from "../../modules/parsed-module.ts";
import type { ProcessSpec } from "../../processes/process-spec.ts";
import type { Sleepers } from "../../scaling/sleepers.ts";
import type { ProcessSupervisor } from "../../processes/process-supervisor.ts";
import { checkSource, notLoaded, type CheckedSource, type Loaders } from "./embedded-source.ts";

export interface CheckedPlacements {
  readonly issues: readonly ModuleIssue[];
  readonly endpoints: readonly ParsedEndpoint[];
}

export interface Placements {
  /**
   * What is wrong with the endpoints here (not allowed, or a source that cannot be used), and the endpoints with what was loaded of their
   * sources. Without `loads` no source is run to find out.
   */
  check(endpoints: readonly ParsedEndpoint[], loads: boolean): Promise<CheckedPlacements>;
  /** Starts what the endpoints need. */
  want(endpoints: readonly ParsedEndpoint[]): Promise<void>;
  /** The endpoints as the engine must call them now. */
  bind(endpoints: readonly EndpointSpec[]): EndpointSpec[];
  /** Called when the engine has the endpoints: ends what nobody calls any more. */
  inForce(endpoints: readonly ParsedEndpoint[]): void;
}

export interface Allowed extends Loaders {
  /** Modules may name commands, and bring code that runs in the gateway's own threads. */
  readonly processes: boolean;
  /** Modules may bring code that runs in isolation. */
  readonly isolatedFunctions: boolean;
}

export interface PlacementParts {
  readonly supervisor: Pick<ProcessSupervisor, "want" | "bind" | "inForce">;
  /** Which endpoints that scale to zero are asleep: nothing is started for them, and they are not called. */
  readonly sleepers: Pick<Sleepers, "declare" | "scaled">;
  readonly allowed: Allowed;
}

export function createPlacements({ supervisor, sleepers, allowed }: PlacementParts): Placements {
  const running = (endpoints: readonly ParsedEndpoint[]) =>
    endpoints.filter(({ spec }) => sleepers.scaled(spec.id) !== "asleep").flatMap(processOf);
  const marked = (spec: EndpointSpec): EndpointSpec => {
    const scaledToZero = sleepers.scaled(spec.id);
    return scaledToZero === undefined ? spec : { ...spec, scaledToZero };
  };
  return {
    check: async (endpoints, loads) => {
      const local = endpoints.filter((endpoint) => endpoint.spec.placement !== undefined || wakesByCommand(endpoint));
      const may = (endpoint: ParsedEndpoint) => (endpoint.isolated === undefined ? allowed.processes : allowed.isolatedFunctions);
      const refused = local.filter((endpoint) => !may(endpoint)).map((endpoint) => notAllowed(endpoint, allowed));
      if (refused.length > 0) return { issues: refused, endpoints };
      if (!loads) return { issues: local.flatMap(notLoaded), endpoints };
      const checked = await Promise.all(
        endpoints.map(
          async (endpoint): Promise<CheckedSource> =>
            local.includes(endpoint) ? checkSource(endpoint, allowed) : { issues: [], endpoint },
        ),
      );
      return { issues: checked.flatMap(({ issues }) => issues), endpoints: checked.map(({ endpoint }) => endpoint) };
    },
    want: (endpoints) => {
      sleepers.declare(endpoints.flatMap(({ scaleToZero }) => scaleToZero ?? []));
      return supervisor.want(running(endpoints));
    },
    bind: (endpoints) => supervisor.bind(endpoints.map(marked)),
    inForce: (endpoints) => supervisor.inForce(running(endpoints)),
  };
}

function processOf({ spec: { id: endpoint, module }, process, isolated }: ParsedEndpoint): ProcessSpec[] {
  if (process !== undefined) return [process];
  return isolated === undefined ? [] : [isolatedProcess(isolated, { endpoint, module })];
}

function wakesByCommand({ scaleToZero }: ParsedEndpoint): boolean {
  return scaleToZero?.wake?.kind === "command";
}

function notAllowed({ spec, isolated, position }: ParsedEndpoint, { isolatedFunctions }: Allowed): ModuleIssue {
  const runsCode = spec.placement?.kind === "embedded" || isolated !== undefined;
  const what = runsCode ? "runs no code of modules" : spec.placement === undefined ? "runs no wakeCommand" : "starts no processes";
  const inIsolation = runsCode && isolatedFunctions ? " outside of isolation; write `isolation: isolated`" : "";
  const why = inIsolation === "" ? ": SIGNALBOX_PROCESSES is off" : "";
  return {
    severity: "error",
    message: `This gateway ${what} for ${spec.id}${inIsolation}${why}. Set SIGNALBOX_PROCESSES=on for the gateway if everybody who may apply modules may also run commands on its machine, or serve the functions elsewhere and name their URL.`,
    line: position.line,
    column: position.column,
    suggestion: null,
  };
}
