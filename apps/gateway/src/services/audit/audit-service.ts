/** The verbs of the audit: reading. Entries are written by guarded.ts alone. */
import { EngineError } from "@signalbox/runtime";
import { chainFault } from "../../catalog/audit-chain.ts";
import type { AuditCatalog, AuditQuery, ChainedAuditEntry } from "../../catalog/catalog.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";

const chainPage = 500;

export function auditService({ audit }: Pick<ServiceParts, "audit">): ServiceOf<"audit"> {
  return {
    async list(_principal, { cursor, limit, ...filter }) {
      const items = await audit.list({ limit, below: belowOf(cursor ?? undefined), ...filter });
      return { items, cursor: items.length < limit ? null : String(items.at(-1)?.sequence ?? 0) };
    },
    export: (_principal, filter) => linesOf(audit, filter),
    verify: () => verifyChain(audit),
  };
}

const exportPageEntries = 500;

/** Reads page by page, because the audit may be larger than memory allows. */
async function* linesOf(audit: AuditCatalog, filter: Pick<AuditQuery, "text" | "outcome">): AsyncGenerator<string> {
  let below: number | undefined;
  do {
    const items = await audit.list({ limit: exportPageEntries, below, ...filter });
    yield items.map((item) => `${JSON.stringify(item)}\n`).join("");
    below = items.length < exportPageEntries ? undefined : items.at(-1)?.sequence;
  } while (below !== undefined);
}

/** Reads page by page; the catalog bounds the number of entries. */
async function verifyChain(audit: Pick<AuditCatalog, "chain">) {
  const result = { checked: 0, unchained: 0 };
  let before: ChainedAuditEntry | undefined;
  for (;;) {
    const page = await audit.chain({ limit: chainPage, above: before?.sequence ?? 0 });
    for (const entry of page) {
      const fault = chainFault(before, entry);
      if (fault !== undefined) return { ...result, broken: { sequence: entry.sequence, fault }, newest: null };
      if (entry.hash === "") result.unchained += 1;
      result.checked += 1;
      before = entry;
    }
    if (page.length < chainPage) break;
  }
  return { ...result, broken: null, newest: before === undefined ? null : { sequence: before.sequence, hash: before.hash } };
}

function belowOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const below = Number(cursor);
  if (Number.isSafeInteger(below) && below >= 0) return below;
  throw new EngineError("INVALID_CURSOR", "the cursor is none of this list", "Begin without a cursor.");
}
