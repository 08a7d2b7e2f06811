/** AuditCatalog over the database: a row an entry, bounded by their number and their age. */
import type { AuditOutcome } from "../contract/audit.ts";
import type { Door, PrincipalKind } from "../contract/principal.ts";
import type { AuditCatalog } from "./catalog.ts";
import type { DatabaseClient } from "./database-client.ts";

export interface AuditLimits {
  readonly auditEntriesMax: number;
  readonly auditAgeMsMax: number;
}

/** Where a text is looked for. */
const textFields = ["name", "operation", "subject"] as const;

export function auditCatalog(client: DatabaseClient, { auditEntriesMax, auditAgeMsMax }: AuditLimits): AuditCatalog {
  return {
    async record(entry) {
      const { sequence } = await client.auditEntry.create({ data: { ...entry, atMs: BigInt(entry.atMs) } });
      const tooOld = { atMs: { lt: BigInt(entry.atMs - auditAgeMsMax) } };
      await client.auditEntry.deleteMany({ where: { OR: [{ sequence: { lte: sequence - auditEntriesMax } }, tooOld] } });
    },
    async list({ limit, below, text, outcome }) {
      const where = {
        ...(below === undefined ? {} : { sequence: { lt: below } }),
        ...(outcome === undefined ? {} : { outcome }),
        ...(text === undefined || text === "" ? {} : { OR: textFields.map((field) => ({ [field]: { contains: text } })) }),
      };
      const rows = await client.auditEntry.findMany({ where, orderBy: { sequence: "desc" }, take: limit });
      return rows.map((row) => ({
        ...row,
        atMs: Number(row.atMs),
        kind: row.kind as PrincipalKind,
        door: row.door as Door,
        outcome: row.outcome as AuditOutcome,
      }));
    },
  };
}
