/**
 * OpenFailures: opens what is remembered of failures, the actions on everything that one cause holds up, and the alerts about them, over
 * engine, flow and catalog.
 */
import type { EndpointPlaces, Engine } from "@signalbox/runtime";
import type { Catalog } from "./catalog/catalog.ts";
import type { Opened } from "./compose.ts";
import type { Flow } from "./flow/flow.ts";
import type { InvariantWatch } from "./invariants/invariant-watch.ts";
import type { Secrets } from "./secrets/secrets.ts";
import { AlertCalls } from "./services/alerts/alert-calls.ts";
import { AlertWatch } from "./services/alerts/alert-watch.ts";
import { BulkActs } from "./services/failures/bulk-acts.ts";
import { FailureMemory } from "./services/failures/failure-memory.ts";
import type { ModulesInForce } from "./services/modules/modules-in-force.ts";

/** Opens the memory, which counts from the first message on, before the modules are there. */
export function openFailureMemory(
  engine: Pick<Engine, "endpoints">,
  {
    catalog,
    modules,
    warn,
  }: { catalog: Catalog; modules: () => Pick<ModulesInForce, "list"> | undefined; warn: (message: string) => void },
): FailureMemory {
  const revisionOf = (endpoint: string) => {
    const module = engine.endpoints().find(({ spec }) => spec.id === endpoint)?.spec.module;
    const row = modules()
      ?.list()
      .find(({ name }) => name === module);
    return row === undefined ? undefined : { module: row.name, revision: row.revision };
  };
  return new FailureMemory({ catalog: catalog.causes, revisionOf, nowMs: Date.now, warn });
}

interface Parts {
  readonly engine: Engine;
  readonly catalog: Catalog;
  readonly flow: Flow;
  readonly failureMemory: FailureMemory;
  readonly secrets: Pick<Secrets, "variables">;
  readonly invariants: Pick<InvariantWatch, "onViolated">;
  readonly warn: (message: string) => void;
  readonly closers: Opened["closers"];
}

export async function openAlerts(
  places: EndpointPlaces,
  { engine, catalog, flow, failureMemory, secrets, invariants, warn, closers }: Parts,
): Promise<{ bulkActs: BulkActs; alerts: AlertWatch }> {
  await failureMemory.load();
  closers.push(() => failureMemory.close());
  const bulkActs = new BulkActs(engine);
  closers.push(() => bulkActs.close());
  const variables = (): Record<string, string> => secrets.variables();
  const calls = new AlertCalls({ places, variables, draw: Math.random, warn });
  closers.push(() => calls.close());
  const alerts = new AlertWatch({
    catalog: catalog.alertRules,
    engine,
    flow,
    failures: failureMemory,
    invariants,
    calls,
    variables,
    nowMs: Date.now,
  });
  await alerts.load();
  closers.push(() => alerts.close());
  return { bulkActs, alerts };
}
