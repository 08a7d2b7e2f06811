/**
 * Sights: the services for a caller who has the role in some namespaces and not in all, for operations of the scope `namespaces`. They are
 * the same services over parts that show only what belongs to those namespaces and refuse everything else. Neighbours: guarded.ts asks for
 * each call; sight/ has what is seen of the runtime and of the flow. Guarantee: a part, or a verb of a part, that this file does not list
 * throws; at most sightsKeptMax sights are kept, and the one unused for longest is dropped.
 */
import type { Principal } from "../contract/principal.ts";
import type { Role } from "../contract/roles.ts";
import { seenEngine } from "../sight/seen-engine.ts";
import { seenFlow } from "../sight/seen-flow.ts";
import { sightOf, type Sight } from "../sight/sight.ts";
import type { ServiceParts } from "./service-parts.ts";
import type { Services } from "./verb.ts";

const sightsKeptMax = 64;

export class Sights {
  readonly #parts: ServiceParts;
  readonly #create: (parts: ServiceParts) => Services;
  readonly #kept = new Map<string, Services>();

  constructor(parts: ServiceParts, create: (parts: ServiceParts) => Services) {
    this.#parts = parts;
    this.#create = create;
  }

  /** Undefined when the caller sees everything. */
  servicesFor({ rights }: Principal, role: Role): Services | undefined {
    const sight = sightOf(rights, role);
    if (sight === undefined) return undefined;
    const services = this.#kept.get(sight.key) ?? this.#create(seenParts(this.#parts, sight));
    this.#kept.delete(sight.key);
    this.#kept.set(sight.key, services);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > sightsKeptMax && oldest !== undefined) this.#kept.delete(oldest);
    return services;
  }
}

function seenParts(parts: ServiceParts, sight: Sight): ServiceParts {
  const { flow, rollups, failureMemory, bulkActs, breakpoints, connectors, processes, saved, savepoints, differences, modules } = parts;
  const { entityPauses } = parts;
  const engine = seenEngine(parts.engine, sight);
  return {
    ...parts,
    engine,
    flow: only(flow, seenFlow(flow, { engine, sight })),
    rollups: only(rollups, {
      ask: (question) => rollups.ask(question.kind === "busiest" ? { ...question, namespaces: sight.namespaces } : question),
    }),
    failureMemory: only(failureMemory, {
      list: () => failureMemory.list().filter(({ where }) => sight.sees(where)),
      find(fingerprint) {
        const cause = failureMemory.find(fingerprint);
        return cause !== undefined && sight.sees(cause.where) ? cause : undefined;
      },
    }),
    bulkActs: only(bulkActs, {
      list: () => bulkActs.list().filter(({ where }) => sight.sees(where)),
      find(id) {
        const act = bulkActs.find(id);
        return act !== undefined && sight.sees(act.where) ? act : undefined;
      },
    }),
    breakpoints: only(breakpoints, { ended: () => breakpoints.ended().filter(({ functions }) => sight.sees(functions)) }),
    entityPauses: only(entityPauses, { list: () => entityPauses.list().filter(({ functions }) => sight.sees(functions)) }),
    connectors: only(connectors, {
      views: () => connectors.views().filter(({ id }) => sight.sees(id)),
      schedule: (id) => (sight.sees(id) ? connectors.schedule(id) : undefined),
    }),
    processes: only(processes, { views: () => processes.views().filter(({ endpoint }) => sight.sees(endpoint)) }),
    saved: only(saved, { list: async () => (await saved.list()).filter(({ type }) => sight.sees(type)) }),
    savepoints: only(savepoints, {
      list: () => [],
      points: () => savepoints.points(),
      reading: (id, stop) => savepoints.reading(id, stop),
      restoring: () => savepoints.restoring(),
    }),
    differences: only(differences, { run: (asked, signal) => differences.run({ ...asked, namespaces: sight.namespaces }, signal) }),
    modules: only(modules, { egressKind: (id) => modules.egressKind(id), schema: () => modules.schema() }),
    ...unused(parts),
  };
}

/** Parts that no operation of a sight uses. */
function unused(parts: ServiceParts): Partial<ServiceParts> {
  const { ingress, filters, secrets, bootstraps, backups, moves, alerts, trials, demos, audit, reproductions, pauses } = parts;
  return {
    ingress: only(ingress, {}),
    filters: only(filters, {}),
    secrets: only(secrets, {}),
    bootstraps: only(bootstraps, {}),
    backups: only(backups, {}),
    moves: only(moves, {}),
    alerts: only(alerts, {}),
    trials: only(trials, {}),
    demos: only(demos, {}),
    audit: only(audit, {}),
    reproductions: only(reproductions, {}),
    pauses: only(pauses, {}),
  };
}

/** The part with only these verbs; any other verb throws when it is called. */
function only<T extends object>(part: T, verbs: Partial<T>): T {
  return new Proxy(part, {
    get: (_part, name) =>
      Reflect.get(verbs, name) ??
      (() => {
        throw new Error(`${String(name)} was asked through a sight, which does not show it`);
      }),
  });
}
