/** audit: who changed what, by which door, and what came of it. Messages are not in it: the journal has them. */
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
  /** What it was done to: a module's name, a savepoint's id, an address; may be empty. */
  subject: z.string(),
  /** The input as JSON, cut; of values and texts only how large they are. */
  input: z.string(),
  /** Where there is one: a revision, a status. */
  before: z.string().nullable(),
  after: z.string().nullable(),
  /** refused: not allowed. failed: allowed, and it did not work; `problem` says why. */
  outcome: z.enum(auditOutcomes),
  problem: z.string().nullable(),
});
export type AuditRow = z.output<typeof auditRow>;

/** What the list and the export may be narrowed to. */
export const auditFilter = {
  /** Part of the name of who did it, of the operation or of what it was done to. */
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
      /** Entries that are older than the chain: nothing can be said of them. */
      unchained: z.number(),
      /** The first entry that does not fit; null: all do. */
      broken: z.strictObject({ sequence: z.number(), fault: z.enum(["changed", "missing-before"]) }).nullable(),
      /** The newest entry. Who keeps its hash elsewhere can tell later whether entries were cut off. */
      newest: z.strictObject({ sequence: z.number(), hash: z.string() }).nullable(),
    }),
    problems: [],
    http: { method: "GET", path: "/v1/audit/chain" },
  }),
} as const;
