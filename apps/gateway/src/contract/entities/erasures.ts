/**
 * erasures: removes the values of entities from the engine's store, from its files on disk and from the savepoints of the data directory
 * (docs/security.md says what is reached). An erasure runs by itself and continues after a stop; its row is the receipt. The audit keeps
 * who asked, why and how many of each were removed. The entities are kept as prefixes and hashes, so that the receipt can be shown to
 * others.
 */
import { erasureTargetsMax } from "@signalbox/runtime";
import { z } from "zod";
import { knownType, utf8Text } from "../shapes/address.ts";
import { mutation, nothing, query } from "../operation.ts";

const idCharactersMax = 4_096;

const target = z.object({
  /** Null for the id in every type. */
  type: knownType.nullable().default(null),
  id: utf8Text.min(1).max(idCharactersMax),
  /** `prefix` means all ids that begin with it. */
  match: z.enum(["id", "prefix"]).default("id"),
});
const targets = z.array(target).min(1).max(erasureTargetsMax);
export type GivenTarget = z.output<typeof target>;

export const erasureCounts = z.strictObject({
  states: z.number(),
  messages: z.number(),
  delayedMessages: z.number(),
  egressRecords: z.number(),
  /** Records whose values are removed; the records stay and say when. */
  journalRecords: z.number(),
  /** Idempotency keys whose digest of a value is removed; the keys stay until they expire. */
  keyDigests: z.number(),
});

export type ErasureCountsView = z.output<typeof erasureCounts>;

const countedSavepoint = z.strictObject({
  id: z.string(),
  createdMs: z.number(),
  /** States, messages and records that match. */
  rows: z.number(),
  /** Why its file cannot be read; null when it can. */
  error: z.string().nullable(),
});

export const erasedSavepoint = z.strictObject({
  id: z.string(),
  createdMs: z.number(),
  /** untouched: the file held nothing that matched. failed: the file is unchanged, and `error` says why. */
  state: z.enum(["untouched", "rewritten", "failed"]),
  rows: z.number(),
  error: z.string().nullable(),
});

export const matchedTarget = z.strictObject({
  type: z.string().nullable(),
  /** The prefix as it was given. */
  prefix: z.string().nullable(),
  /** For an id: the sha256 of `<id of the erasure> <type or *> <id of the entity>`, so that a person who knows the id can check it. */
  hash: z.string().nullable(),
});

const erasureStates = ["running", "done", "failed"] as const;

export const erasureRow = z.strictObject({
  id: z.string(),
  beganMs: z.number(),
  endedMs: z.number().nullable(),
  state: z.enum(erasureStates),
  /** values: the stores are copied without the values. savepoints: one file after the other is rewritten. */
  phase: z.enum(["values", "savepoints", "ended"]),
  by: z.string(),
  door: z.string(),
  reason: z.string(),
  matched: z.array(matchedTarget),
  /** What was removed from the store; null when it has not been yet. */
  counts: erasureCounts.nullable(),
  /** The savepoints whose outcome is known, in the order in which they were looked at. */
  savepoints: z.array(erasedSavepoint),
  /** Backups in the data directory that may hold the values; a person has to remove them. */
  backups: z.array(z.strictObject({ id: z.string(), createdMs: z.number() })),
  /** Why it failed, or which part of it could not be done. */
  error: z.string().nullable(),
  /** What an erasure does not reach, in words. */
  notReached: z.array(z.string()),
});
export type ErasureRow = z.output<typeof erasureRow>;

const erasureCount = z.strictObject({ counts: erasureCounts, savepoints: z.array(countedSavepoint) });
export type ErasureCountView = z.output<typeof erasureCount>;

export const erasures = {
  count: mutation({
    summary: "What an erasure of these entities would remove now, counted by kind and for each savepoint; nothing changes",
    access: "admin",
    scope: "gateway",
    changesNothing: true,
    input: z.object({ targets }),
    output: erasureCount,
    problems: ["CAPABILITY_MISSING"],
    needs: "erasure",
    http: { method: "POST", path: "/v1/erasures/count" },
  }),
  erase: mutation({
    summary:
      "Erase the values of entities from the store, its files and the savepoints here; it runs by itself, nothing is taken in while the store is copied, and its row is the receipt",
    access: "admin",
    scope: "gateway",
    large: ["targets"],
    input: z.object({ targets, reason: utf8Text.min(3).max(1_000) }),
    output: erasureRow,
    problems: ["CAPABILITY_MISSING", "SAVEPOINT_BUSY"],
    needs: "erasure",
    http: { method: "POST", path: "/v1/erasures", status: 202 },
  }),
  list: query({
    summary: "Erasures, newest first, the last 200: how far each is, and its receipt",
    access: "admin",
    scope: "gateway",
    input: nothing,
    output: z.array(erasureRow),
    problems: [],
    http: { method: "GET", path: "/v1/erasures", under: "erasures" },
  }),
  get: query({
    summary: "One erasure: how far it is, and its receipt",
    access: "admin",
    scope: "gateway",
    subject: ["id"],
    input: z.object({ id: z.string().min(1).max(64) }),
    output: erasureRow,
    problems: ["UNKNOWN_ERASURE"],
    http: { method: "GET", path: "/v1/erasures/{id}" },
  }),
} as const;
