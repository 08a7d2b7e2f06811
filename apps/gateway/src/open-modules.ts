/**
 * openModules: opens modules, and what they start beside the engine: processes, isolated and embedded functions, and what may scale to
 * zero.
 * Neighbour: open-services.ts connects it with the rest.
 */
import { join } from "node:path";
import { answers, loadEmbedded, placesOf, watchEmbedded, watchSilences } from "@signalbox/engine";
import type { Secrets } from "./secrets/secrets.ts";
import { limitCovers, type Engine } from "@signalbox/runtime";
import type { Catalog } from "./catalog/catalog.ts";
import type { GatewayLog, GatewaySettings, Opened } from "./compose.ts";
import type { Compute } from "./compute/compute.ts";
import { processHomeNoteName } from "./data-folder.ts";
import type { Supervisor } from "./connectors/supervisor.ts";
import type { LiveFlow } from "./flow/live-flow.ts";
import { checkIsolated } from "./isolation/check-isolated.ts";
import type { MaskTable } from "./masking/mask-table.ts";
import { localFunctions, type LocalFunctions } from "./processes/local-functions.ts";
import { ProcessSupervisor } from "./processes/process-supervisor.ts";
import type { Seen } from "./scaling/sleep-state.ts";
import { Sleepers } from "./scaling/sleepers.ts";
import { wakeWith } from "./scaling/wake-with.ts";
import { moduleLanguage } from "./services/modules/module-language.ts";
import { createModules, type ModulesInForce } from "./services/modules/modules-in-force.ts";
import { openPauses } from "./open-pauses.ts";
import type { AuditTrail } from "./services/audit/audit-trail.ts";
import type { EntityPauses } from "./services/pauses/entity-pauses.ts";
import type { Pauses } from "./services/pauses/pauses.ts";
import { createPlacements } from "./services/modules/placements.ts";

interface ModuleParts {
  readonly engine: Engine;
  readonly secrets: Pick<Secrets, "variables">;
  readonly catalog: Catalog;
  readonly audit: Pick<AuditTrail, "write">;
  readonly compute: Compute;
  readonly connectors: Supervisor;
  readonly flow: LiveFlow;
  readonly masks: MaskTable;
  readonly log: GatewayLog;
  readonly closers: Opened["closers"];
}

export interface OpenModules {
  readonly modules: ModulesInForce;
  readonly pauses: Pauses;
  readonly entityPauses: EntityPauses;
  /** The engine with ends for pauses of entities. */
  readonly engine: Engine;
  readonly processes: LocalFunctions;
  readonly sleepers: Sleepers;
}

export function openModules(
  settings: GatewaySettings,
  { engine, catalog, audit, secrets, compute, connectors, flow, masks, log, closers }: ModuleParts,
): OpenModules {
  const rebind = (why: string): void => void modules.rebind().catch((error: unknown) => log.error(error, why));
  const supervisor = new ProcessSupervisor({
    gatewayEnv: settings.processes ?? {},
    answers,
    warn: log.warn,
    homeNote: join(settings.dataDir, processHomeNoteName),
    onTakeover: () => rebind("new instances of functions"),
  });
  const places = placesOf(settings.endpointAllow ?? []);
  const sleepers = new Sleepers({
    look: (endpoint) => seen(endpoint, { engine, flow }),
    wake: wakeWith({ places, gatewayEnv: settings.processes }),
    onChange: () => rebind("endpoints that scale to zero"),
    warn: log.warn,
  });
  const allowed = {
    processes: settings.processes !== undefined,
    isolatedFunctions: settings.isolatedFunctions ?? true,
    loadEmbedded,
    checkIsolated,
  };
  const { pauses, entityPauses } = openPauses({ catalog, audit, engine, rebind: () => modules.rebind(), warn: log.warn, closers });
  const modules: ModulesInForce = createModules({
    engine: { applyBindings: (bindings) => engine.applyBindings(pauses.over(bindings)) },
    placements: createPlacements({ supervisor, sleepers, allowed }),
    catalog: catalog.modules,
    language: moduleLanguage(process.cwd(), compute),
    connectors,
    flow,
    masks,
    variables: () => ({ ...settings.env, ...secrets.variables() }),
    carries: settings.flink?.connectors === "statefun",
    warn: log.warn,
  });
  const processes = localFunctions(supervisor, { threads: watchEmbedded, silences: watchSilences });
  closers.push(() => sleepers.close());
  closers.push(() => processes.close());
  return { modules, pauses, entityPauses, engine: entityPauses.engine, sleepers, processes };
}

/**
 * Says whether an endpoint has work. Parked and paused entities are no work, nor is what is paused with its type: only a person, or the end
 * of a pause, starts them.
 */
function seen(endpoint: string, { engine, flow }: Pick<ModuleParts, "engine" | "flow">): Seen | undefined {
  const view = engine.endpoints().find(({ spec }) => spec.id === endpoint);
  if (view === undefined) return undefined;
  const types = engine.functionTypes().filter((type) => type.endpoint === endpoint);
  const paused = engine.limits().filter(({ spec }) => spec.pause !== undefined);
  const running = types.filter(({ type }) => !paused.some(({ spec }) => limitCovers(spec, type)));
  const waiting = running.reduce((sum, { waitingMessages, parkedMessages }) => sum + waitingMessages - parkedMessages, 0);
  return {
    hasWork: waiting > 0 || view.inFlight > 0,
    isUp: view.breaker === "closed",
    hasTraffic: types.some(({ type }) => flow.typeTraffic(type).ratePerSecond > 0),
    failure: view.breakerFailure?.message,
  };
}
