/**
 * Sight: what a person sees who holds a role in some namespaces but not in all: names of types, ingresses and egresses by the namespace
 * that they begin with. Neighbours: contract/roles.ts holds the rights; seen-engine.ts and seen-flow.ts show the runtime and the flow
 * through it; services/sights.ts has the services of each sight.
 */
import { everyNamespace, holds, namespaceOf, type Rights, type Role } from "../contract/roles.ts";

export interface Sight {
  /** Two sights of the same namespaces have the same key. */
  readonly key: string;
  readonly namespaces: readonly string[];
  /**
   * Takes the `namespace/name` of a type, an ingress or an egress, or a pattern of types. A name without a namespace belongs to all, so it
   * is not seen through any sight.
   */
  sees(name: string): boolean;
}

export function sightInto(namespaces: Iterable<string>): Sight {
  const seen = new Set(namespaces);
  const sorted = [...seen].toSorted();
  return {
    key: JSON.stringify(sorted),
    namespaces: sorted,
    sees: (name) => name.includes("/") && seen.has(namespaceOf(name)),
  };
}

/** Returns the sight of the namespaces in which the rights have this role or a stronger one; undefined when everything is seen. */
export function sightOf(rights: Rights, role: Role): Sight | undefined {
  if (rights.kind === "all") return undefined;
  const held = rights.kind === "grants" ? rights.grants.filter((one) => holds(one.role, role)) : [];
  if (held.some(({ namespace }) => namespace === everyNamespace)) return undefined;
  return sightInto(held.map(({ namespace }) => namespace));
}
