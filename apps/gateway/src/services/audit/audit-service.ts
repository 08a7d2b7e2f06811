/** The verbs of the audit: reading. Entries are written by guarded.ts alone. */
import { EngineError } from "@signalbox/runtime";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";

export function auditService({ audit }: Pick<ServiceParts, "audit">): ServiceOf<"audit"> {
  return {
    async list(_principal, { cursor, limit }) {
      const items = await audit.list({ limit, below: belowOf(cursor ?? undefined) });
      return { items, cursor: items.length < limit ? null : String(items.at(-1)?.sequence ?? 0) };
    },
  };
}

function belowOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const below = Number(cursor);
  if (Number.isSafeInteger(below) && below >= 0) return below;
  throw new EngineError("INVALID_CURSOR", "the cursor is none of this list", "Begin without a cursor.");
}
