/**
 * ErasureStanding: the progress of an erasure, as its row in the catalog keeps it and as people see it. What it needs to go on (the
 * targets) is kept beside it and removed when it ends; after that the row says what matched only as prefixes and hashes. Neighbour:
 * erasures.ts.
 */
import { createHash } from "node:crypto";
import type { ErasureTarget } from "@signalbox/runtime";
import { z } from "zod";
import type { ErasureRecord } from "../../catalog/catalog.ts";
import { erasedSavepoint, erasureCounts, matchedTarget, type ErasureRow, type GivenTarget } from "../../contract/entities/erasures.ts";
import { intendedFile } from "../savepoints/erasable-savepoint.ts";

const standing = z.strictObject({
  phase: z.enum(["values", "savepoints", "ended"]),
  matched: z.array(matchedTarget),
  counts: erasureCounts.nullable(),
  savepoints: z.array(erasedSavepoint),
  backups: z.array(z.strictObject({ id: z.string(), createdMs: z.number() })),
  /** The file that is about to replace a savepoint's file, or has replaced it. */
  intended: intendedFile.nullable(),
  error: z.string().nullable(),
});
export type ErasureStanding = z.output<typeof standing>;

const keptTargets = z.array(z.strictObject({ type: z.string().optional(), id: z.string(), isPrefix: z.boolean() }));

const notReached: readonly string[] = [
  "backups, and savepoints that were copied elsewhere before: remove them, or take new ones",
  "records that an egress has delivered: topics, streams, databases and files that others keep",
  "what other entities keep in their own state of what they were told",
  "stores of their own that functions write to",
  "files that were uploaded for bootstraps, and texts that people wrote: modules, conditions, reasons of what they did",
  "addresses: types and ids stay in the journal's records, in idempotency keys until they age, and in earlier entries of the audit",
  "sample errors of causes of failures, saved messages, and what the gateway's memory holds of the last minutes until it restarts",
];

export function newStanding(id: string, targets: readonly GivenTarget[]): ErasureStanding {
  const matched = targets.map((target) => matchedOf(id, target));
  return { phase: "values", matched, counts: null, savepoints: [], backups: [], intended: null, error: null };
}

export function readStanding(text: string): ErasureStanding {
  return standing.parse(JSON.parse(text));
}

export function targetOf({ type, id, match }: GivenTarget): ErasureTarget {
  return { type: type ?? undefined, id, isPrefix: match === "prefix" };
}

export function readTargets(text: string): ErasureTarget[] {
  return keptTargets.parse(JSON.parse(text)).map(({ type, id, isPrefix }) => ({ type, id, isPrefix }));
}

export function erasureRowOf(
  { name, targets: _targets, standing: _standing, kind: _kind, ...record }: ErasureRecord,
  of: ErasureStanding,
): ErasureRow {
  const { intended: _intended, ...shown } = of;
  return { ...record, ...shown, by: name, endedMs: record.endedMs ?? null, notReached: [...notReached] };
}

function matchedOf(erasure: string, { type, id, match }: GivenTarget): z.output<typeof matchedTarget> {
  if (match === "prefix") return { type, prefix: id, hash: null };
  const hash = createHash("sha256")
    .update(`${erasure} ${type ?? "*"} ${id}`)
    .digest("hex");
  return { type, prefix: null, hash };
}
