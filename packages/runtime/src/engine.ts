/**
 * Engine: all facets of a runtime in one object, for callers that need a verb and not a facet. A verb of a missing facet exists too and
 * refuses with CAPABILITY_MISSING, so a missing ability is never hidden by an empty answer.
 */
import { CapabilityMissing } from "./capability-missing.ts";
import { breakpointsMethods, type Breakpoints } from "./breakpoints.ts";
import { egressMethods, type Egress } from "./egress.ts";
import { entitiesMethods, type Entities } from "./entities.ts";
import { erasureMethods, type Erasure } from "./erasure.ts";
import { journalMethods, type Journal } from "./journal.ts";
import { lifecycleMethods, type Lifecycle } from "./lifecycle.ts";
import { messagesMethods, type Messages } from "./messages.ts";
import type { FacetName, Facets, Runtime } from "./runtime.ts";
import { savepointsMethods, type Savepoints } from "./savepoints.ts";
import { watchMethods, type Watch } from "./watch.ts";

export interface Engine extends Messages, Entities, Journal, Egress, Savepoints, Lifecycle, Watch, Breakpoints, Erasure {}

/** The one list of the verbs of each facet. */
export const facetMethods = {
  messages: messagesMethods,
  entities: entitiesMethods,
  journal: journalMethods,
  egress: egressMethods,
  savepoints: savepointsMethods,
  lifecycle: lifecycleMethods,
  watch: watchMethods,
  breakpoints: breakpointsMethods,
  erasure: erasureMethods,
} as const satisfies Record<FacetName, readonly (keyof Engine)[]>;

type Listed = (typeof facetMethods)[FacetName][number];
/** Does not compile when a verb is missing in its facet's list. */
type Complete = [keyof Engine] extends [Listed] ? Engine : { readonly missing: Exclude<keyof Engine, Listed> };

/** The facet; throws CapabilityMissing when the runtime lacks it. */
export function facetOf<N extends FacetName>(runtime: Runtime, name: N): Facets[N] {
  const facet = (runtime as Partial<Facets>)[name];
  if (facet === undefined) throw new CapabilityMissing(runtime, name);
  return facet;
}

export function engineOver(runtime: Runtime): Complete {
  const verbs = new Map<string, unknown>();
  for (const [name, methods] of facetEntries()) {
    const facet = runtime[name];
    for (const method of methods) verbs.set(method, facet === undefined ? refusal(runtime, name) : bound(facet, method));
  }
  return Object.fromEntries(verbs) as unknown as Complete;
}

function facetEntries(): [FacetName, readonly string[]][] {
  return Object.entries(facetMethods) as [FacetName, readonly string[]][];
}

function bound(facet: object, method: string): unknown {
  const verb: unknown = Reflect.get(facet, method);
  if (typeof verb !== "function") throw new Error(`a facet has no method ${method}`);
  return verb.bind(facet);
}

/** Throws synchronously, because synchronous verbs have no promise to reject, and for an awaiting caller both are the same. */
function refusal(runtime: Runtime, capability: FacetName): () => never {
  return () => {
    throw new CapabilityMissing(runtime, capability);
  };
}
