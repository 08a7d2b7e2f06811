/** The verbs of the audit: reading. Entries are written by guarded.ts alone. */
import { EngineError } from "@signalbox/runtime";
import type { AuditCatalog, AuditQuery } from "../../catalog/catalog.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";

export function auditService({ audit }: Pick<ServiceParts, "audit">): ServiceOf<"audit"> {
  return {
    async list(_principal, { cursor, limit, ...filter }) {
      const items = await audit.list({ limit, below: belowOf(cursor ?? undefined), ...filter });
      return { items, cursor: items.length < limit ? null : String(items.at(-1)?.sequence ?? 0) };
    },
    export: (_principal, filter) => linesOf(audit, filter),
  };
}

const exportPageEntries = 500;

/** Page by page: the audit may be larger than what should be in memory at once. */
async function* linesOf(audit: AuditCatalog, filter: Pick<AuditQuery, "text" | "outcome">): AsyncGenerator<string> {
  let below: number | undefined;
  do {
    const items = await audit.list({ limit: exportPageEntries, below, ...filter });
    yield items.map((item) => `${JSON.stringify(item)}\n`).join("");
    below = items.length < exportPageEntries ? undefined : items.at(-1)?.sequence;
  } while (below !== undefined);
}

function belowOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const below = Number(cursor);
  if (Number.isSafeInteger(below) && below >= 0) return below;
  throw new EngineError("INVALID_CURSOR", "the cursor is none of this list", "Begin without a cursor.");
}
