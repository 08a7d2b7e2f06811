/**
 * audit: who changed what, by which door, and with which outcome. Messages are not in it, because the journal has them.
 */
import { z } from "zod";
import { bytes, nothing, query } from "../operation.ts";
import { nextCursor, page } from "../shapes/page.ts";
import { doors, principalKinds } from "../principal.ts";

export const auditOutcomes = ["done", "refused", "failed"] as const;
export type AuditOutcome = (typeof auditOutcomes)[number];

const auditRow = z.strictObject({
  sequence: z.number(),
  atMs: z.number(),
  kind: z.enum(principalKinds),
  name: z.string(),
  door: z.enum(doors),
  operation: z.string(),
  /** What the operation acted on: a module's name, a savepoint's id, an address; may be empty. */
  subject: z.string(),
  /** The input as JSON, cut; for values and texts only their size. */
  input: z.string(),
  /** The state before, where there is one: a revision, a status. */
  before: z.string().nullable(),
  after: z.string().nullable(),
  /** refused: it was not allowed. failed: it was allowed and did not work; `problem` says why. */
  outcome: z.enum(auditOutcomes),
  problem: z.string().nullable(),
});
export type AuditRow = z.output<typeof auditRow>;

/** What the list and the export can be narrowed to. */
export const auditFilter = {
  /** A part of the name of the person, of the operation or of what it acted on. */
  text: z.string().max(256).optional(),
  outcome: z.enum(auditOutcomes).optional(),
};

export const audit = {
  list: query({
    summary: "Who changed what, newest first",
    access: "admin",
    scope: "gateway",
    input: z.object({ ...page, ...auditFilter }),
    output: z.strictObject({ items: z.array(auditRow), cursor: nextCursor }),
    problems: ["INVALID_CURSOR"],
    http: { method: "GET", path: "/v1/audit" },
  }),
  export: bytes({
    summary: "All of it as lines of JSON, newest first",
    access: "admin",
    scope: "gateway",
    input: z.object(auditFilter),
    output: z.custom<AsyncIterable<string>>(),
    problems: [],
    trpc: false,
    http: { method: "GET", path: "/v1/audit/export", ownRoute: "the answer is lines of JSON" },
  }),
  verify: query({
    summary: "Whether the audit is as it was written: each entry fits the hash of the one before it",
    access: "admin",
    scope: "gateway",
    input: nothing,
    output: z.strictObject({
      checked: z.number(),
      /** Entries that are older than the chain, which can prove nothing about them. */
      unchained: z.number(),
      /** The first entry that does not fit; null when all do. */
      broken: z.strictObject({ sequence: z.number(), fault: z.enum(["changed", "missing-before"]) }).nullable(),
      /** The newest entry. A person who keeps its hash elsewhere can tell later whether entries were cut off. */
      newest: z.strictObject({ sequence: z.number(), hash: z.string() }).nullable(),
    }),
    problems: [],
    http: { method: "GET", path: "/v1/audit/chain" },
  }),
} as const;
