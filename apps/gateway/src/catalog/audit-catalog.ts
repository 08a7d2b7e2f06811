/**
 * AuditCatalog over the database: one row an entry, bounded by number and by age. Entries are written one after the other, because each
 * names the hash of the one before it. Neighbours: audit-chain.ts makes and checks the hashes, services/guarded.ts records every operation
 * here.
 */
import type { AuditOutcome } from "../contract/people/audit.ts";
import type { Door, PrincipalKind } from "../contract/principal.ts";
import { chainHash } from "./audit-chain.ts";
import type { AuditCatalog, AuditEntry, NewAuditEntry } from "./catalog.ts";
import type { DatabaseClient } from "./database-client.ts";

export interface AuditLimits {
  readonly auditEntriesMax: number;
  readonly auditAgeMsMax: number;
}

/** The fields in which the text of a query is searched. */
const textFields = ["name", "operation", "subject"] as const;
/**
 * Entries are searched in pieces of this size. SQLite searches in the gateway's thread, so one query over all entries with a filter that
 * matches nothing would hold that thread.
 */
const lookedThroughAtOnce = 10_000;
type Row = Awaited<ReturnType<DatabaseClient["auditEntry"]["findMany"]>>[number];

export function auditCatalog(client: DatabaseClient, { auditEntriesMax, auditAgeMsMax }: AuditLimits): AuditCatalog {
  let turn: Promise<unknown> = Promise.resolve();
  const append = (entry: NewAuditEntry): Promise<void> =>
    client.$transaction(async (transaction) => {
      const last = await transaction.auditEntry.findFirst({ orderBy: { sequence: "desc" }, select: { hash: true } });
      const previous = last?.hash ?? "";
      const chained = { ...entry, atMs: BigInt(entry.atMs), previous, hash: chainHash(previous, entry) };
      const { sequence } = await transaction.auditEntry.create({ data: chained });
      const tooOld = { atMs: { lt: BigInt(entry.atMs - auditAgeMsMax) } };
      await transaction.auditEntry.deleteMany({ where: { OR: [{ sequence: { lte: sequence - auditEntriesMax } }, tooOld] } });
    });
  /** Returns the sequence of the oldest entry (asc) or of the newest (desc), 0 when there is none. */
  const end = async (order: "asc" | "desc"): Promise<number> =>
    (await client.auditEntry.findFirst({ orderBy: { sequence: order }, select: { sequence: true } }))?.sequence ?? 0;
  return {
    record: (entry) => {
      const kept = asKept(entry);
      const written = turn.then(() => append(kept));
      turn = written.catch(() => undefined);
      return written;
    },
    async list({ limit, below, text, outcome }) {
      const where = {
        ...(outcome === undefined ? {} : { outcome }),
        ...(text === undefined || text === "" ? {} : { OR: textFields.map((field) => ({ [field]: { contains: text } })) }),
      };
      const [oldest, newest] = await Promise.all([end("asc"), end("desc")]);
      const found: Row[] = [];
      for (let above = Math.min(below ?? newest + 1, newest + 1); above > oldest && found.length < limit; above -= lookedThroughAtOnce) {
        const sequence = { lt: above, gte: above - lookedThroughAtOnce };
        const take = limit - found.length;
        found.push(...(await client.auditEntry.findMany({ where: { ...where, sequence }, orderBy: { sequence: "desc" }, take })));
      }
      return found.map(toEntry);
    },
    async within({ operation, subject, fromMs, untilMs, limit }) {
      const where = { operation, subject, atMs: { gte: BigInt(fromMs), lte: BigInt(untilMs) } };
      return (await client.auditEntry.findMany({ where, orderBy: { sequence: "desc" }, take: limit })).map(toEntry);
    },
    async chain({ limit, above }) {
      const rows = await client.auditEntry.findMany({ where: { sequence: { gt: above } }, orderBy: { sequence: "asc" }, take: limit });
      return rows.map((row) => ({ ...toEntry(row), previous: row.previous, hash: row.hash }));
    },
  };
}

/**
 * Returns the entry with texts that the database gives back unchanged. Half a surrogate pair has no UTF-8 form, and PostgreSQL stores no
 * U+0000, so a name with one of them would break the chain or leave an operation without an entry.
 */
function asKept(entry: NewAuditEntry): NewAuditEntry {
  const { name, operation, subject, input, before, after, problem } = entry;
  return {
    ...entry,
    ...{ name: keptText(name), operation: keptText(operation), subject: keptText(subject), input: keptText(input) },
    before: before && keptText(before),
    after: after && keptText(after),
    problem: problem && keptText(problem),
  };
}

function keptText(text: string): string {
  return text.toWellFormed().replaceAll("\u0000", "\ufffd");
}

function toEntry({ previous: _previous, hash: _hash, ...row }: Row): AuditEntry {
  return {
    ...row,
    atMs: Number(row.atMs),
    kind: row.kind as PrincipalKind,
    door: row.door as Door,
    outcome: row.outcome as AuditOutcome,
  };
}
