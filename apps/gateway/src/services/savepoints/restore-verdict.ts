/**
 * RestoreVerdict: whether the contents of a savepoint fit the present modules and registered states. A restore does not change modules and
 * endpoints, so messages wait when no endpoint serves their type any more, and entities are parked when a function now registers their
 * state with another type. Neighbours: restore-impact.ts shows it before a restore; savepoint-facts.ts reads the file. Pure.
 */
import type { Engine, EndpointView } from "@signalbox/runtime";
import type { RestoreVerdict, SavepointRow } from "../../contract/savepoints/savepoints.ts";
import type { FileFacts } from "./savepoint-facts.ts";

/** The bound on each list; a person mends the first entries and checks again. */
const listedMax = 100;

export interface VerdictGround {
  readonly row: Pick<SavepointRow, "types" | "modules">;
  readonly file: Pick<FileFacts, "states" | "egresses">;
  readonly engine: Pick<Engine, "functionTypes" | "endpoints" | "egresses">;
  /** The modules in force now; null when the runtime has none. */
  readonly modules: SavepointRow["modules"];
}

export function restoreVerdict({ row, file, engine, modules }: VerdictGround): RestoreVerdict {
  const counted = new Map((row.types ?? []).map(({ type, entities }) => [type, entities]));
  const types = new Set([...counted.keys(), ...file.states.map(({ type }) => type)]);
  const endpoints = engine.endpoints();
  const unserved = [...types].filter((type) => !endpoints.some(({ spec }) => serves(spec, type)));
  const registered = new Map(
    engine.functionTypes().flatMap(({ type, states }) => states.map(({ name, typename }) => [`${type} ${name}`, typename] as const)),
  );
  const stateTypes = file.states.flatMap(({ type, name, typename }) => {
    const now = registered.get(`${type} ${name}`);
    return now === undefined || now === typename ? [] : [{ type, name, saved: typename, now }];
  });
  const declared = new Set(engine.egresses().flatMap(({ id, module }) => (module === undefined ? [] : [id])));
  const undeclaredEgresses = file.egresses.filter((egress) => !declared.has(egress));
  return {
    fits: unserved.length + stateTypes.length + undeclaredEgresses.length === 0,
    unserved: unserved
      .toSorted()
      .slice(0, listedMax)
      .map((type) => ({ type, entities: counted.get(type) ?? null })),
    stateTypes: stateTypes.slice(0, listedMax),
    undeclaredEgresses: undeclaredEgresses.slice(0, listedMax),
    modules: row.modules === null || modules === null ? null : changedModules(row.modules, modules).slice(0, listedMax),
  };
}

function serves({ namespace, name }: EndpointView["spec"], type: string): boolean {
  return name === "*" ? type.startsWith(`${namespace}/`) : type === `${namespace}/${name}`;
}

type Modules = NonNullable<SavepointRow["modules"]>;

/** Modules with another revision than in the savepoint, new ones, and removed ones. */
function changedModules(saved: Modules, now: Modules): NonNullable<RestoreVerdict["modules"]> {
  const before = new Map(saved.map(({ name, revision }) => [name, revision]));
  const after = new Map(now.map(({ name, revision }) => [name, revision]));
  return [...new Set([...before.keys(), ...after.keys()])]
    .toSorted()
    .map((name) => ({ name, saved: before.get(name) ?? null, now: after.get(name) ?? null }))
    .filter((one) => one.saved !== one.now);
}
