/**
 * erasures: the values of entities go: from the engine's store and from its files on disk (docs/security.md says what is reached). The answer is the
 * receipt; the audit keeps who asked, why, for which addresses, and how many of each went, and no value.
 */
import { erasureTargetsMax } from "@signalbox/runtime";
import { z } from "zod";
import { knownType, utf8Text } from "./address.ts";
import { mutation } from "./operation.ts";

const idCharactersMax = 4_096;

const target = z.object({
  /** Null: the id in every type. */
  type: knownType.nullable().default(null),
  id: utf8Text.min(1).max(idCharactersMax),
});
const targets = z.array(target).min(1).max(erasureTargetsMax);

const counts = z.strictObject({
  states: z.number(),
  messages: z.number(),
  delayedMessages: z.number(),
  egressRecords: z.number(),
  /** Records whose values go; the records stay and say when. */
  journalRecords: z.number(),
  /** Idempotency keys whose digest of a value goes; the keys stay until they age. */
  keyDigests: z.number(),
});

const receipt = z.strictObject({
  id: z.string(),
  beganMs: z.number(),
  endedMs: z.number(),
  by: z.string(),
  reason: z.string(),
  targets: z.array(z.strictObject({ type: z.string().nullable(), id: z.string() })),
  counts,
  /** Savepoints of before: each may hold the values, and a restore of one brings them back. */
  savepoints: z.array(z.strictObject({ id: z.string(), createdMs: z.number() })),
  /** What an erasure does not reach, in words. */
  notReached: z.array(z.string()),
});

export const erasures = {
  count: mutation({
    summary: "What an erasure of these entities would remove now, counted by kind; nothing changes",
    access: "admin",
    scope: "gateway",
    changesNothing: true,
    input: z.object({ targets }),
    output: counts,
    problems: ["CAPABILITY_MISSING"],
    http: { method: "POST", path: "/v1/erasures/count" },
  }),
  erase: mutation({
    summary: "Erase the values of entities from the store and its files; nothing is taken in meanwhile, and the answer is the receipt",
    access: "admin",
    scope: "gateway",
    input: z.object({ targets, reason: utf8Text.min(3).max(1_000) }),
    output: receipt,
    problems: ["CAPABILITY_MISSING", "OVERLOADED", "ENGINE_RESTORING"],
    http: { method: "POST", path: "/v1/erasures" },
  }),
} as const;
