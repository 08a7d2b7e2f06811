/** refuseMoved: a change that began with another revision of a module than is in force by now is refused, so that two people do not overwrite each other. */
import type { ModuleRevision } from "../../catalog/catalog.ts";
import { GatewayError } from "../../contract/problem.ts";

interface Conditional {
  /** The revision that it began with, 0: none; another one in force refuses it. Absent: whatever is in force is replaced. */
  readonly ifRevision?: number | undefined;
}

export interface AskedText extends Conditional {
  readonly yaml: string;
}

export interface AskedRevision extends Conditional {
  /** Whose text is to be in force. */
  readonly revision: number;
}

export function refuseMoved(name: string, ifRevision: number | undefined, inForce: ModuleRevision | undefined): void {
  if (ifRevision === undefined || ifRevision === (inForce?.revision ?? 0)) return;
  const began = ifRevision === 0 ? "that it is not there" : `revision ${ifRevision}`;
  const by = inForce?.principal === undefined ? "" : `, by ${inForce.principal.name}`;
  const now = inForce === undefined ? "it is not there" : `revision ${inForce.revision} is in force${by}`;
  throw new GatewayError("MODULE_MOVED", {
    detail: `The change of module ${name} began with ${began}, and ${now}. Nothing was applied.`,
    where: "ifRevision",
    cure: "Look at what is in force now, and change that. Without ifRevision (If-Match) whatever is in force is replaced.",
  });
}
