/**
 * Lingering: egresses that the job before had and the next one no longer has. What they have not committed lies in the savepoint between
 * the two jobs, so they stay in the job once more. Neighbours: deployer.ts asks at each start, module-document.ts writes them. Guarantee:
 * no change of a module leaves records of a transaction behind; a change that would is refused before the job is touched.
 */
import type { Bindings, CarriedConnector } from "@signalbox/runtime";
import { ClusterRefused } from "./cluster-refused.ts";
import type { Deployment } from "./deployment-record.ts";

export interface Lingering {
  /** Ids of the egresses whose records go to the gateway. */
  readonly gateway: readonly string[];
  /** The egresses that StateFun's own connectors write. */
  readonly carried: readonly CarriedConnector[];
}

export const nothingLingers: Lingering = { gateway: [], carried: [] };

export function carriedEgresses({ carried = [] }: Bindings): string[] {
  return carried.filter(({ direction }) => direction === "egress").map(({ id }) => id);
}

/** Egresses whose records the gateway takes. */
export function gatewayEgresses(bindings: Bindings): string[] {
  const carried = new Set(carriedEgresses(bindings));
  return bindings.egresses.map(({ id }) => id).filter((id) => !carried.has(id));
}

/**
 * `before` is what the last job of this process had. How a connector reaches its broker is not stored, so a job that ended before this
 * process began is not known.
 */
export function lingeringOf(
  bindings: Bindings,
  { known, before }: { readonly known: Deployment | undefined; readonly before: Bindings | undefined },
): Lingering {
  const declared = new Set(bindings.egresses.map(({ id }) => id));
  const egresses = (before?.carried ?? []).filter(({ direction }) => direction === "egress");
  return {
    gateway: (known?.egresses ?? []).filter((id) => !declared.has(id)),
    carried: egresses.filter(({ id }) => !declared.has(id)),
  };
}

/** An egress has one sink in a job, which cannot write new records and also finish what another sink left. */
export function checkCarriers(known: Deployment | undefined, bindings: Bindings): void {
  const moved =
    carriedEgresses(bindings).find((id) => known?.egresses.includes(id)) ??
    gatewayEgresses(bindings).find((id) => known?.carried?.includes(id));
  if (moved === undefined) return;
  throw new ClusterRefused(
    `the egress ${moved} was written in another way by the job before, which may have left records for it in its last checkpoint`,
    "Apply the module without it once, and then with it; or give it another id.",
  );
}
