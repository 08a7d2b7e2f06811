/**
 * invariants: what must always hold of the data: a condition of each entity, or a sum or count over entities and over messages on the way.
 * A message is on the way from the moment in which an entity sends it, delayed or not, until it is consumed or discarded; a message from an
 * ingress never is.
 */
import { z } from "zod";
import { knownType, utf8Text } from "../shapes/address.ts";
import { filterCharactersMax } from "../../shared/filter/compile-filter.ts";
import { done, mutation, nothing, query } from "../operation.ts";

const termsMax = 8;
const cel = utf8Text.max(filterCharactersMax);
const typeName = utf8Text.min(1).max(1_024);

const term = z.strictObject({
  over: z.enum(["states", "messages"]).describe("entities of a function type, or messages of a value type that are on the way"),
  type: typeName.describe("namespace/name of the function type, or the messages' type name"),
  value: cel.default("").describe("a number of it in CEL, as state.balance or value.amount; empty: each counts as 1"),
  where: cel.default("").describe("which of them, in CEL; empty: all"),
  minus: z.boolean().default(false).describe("taken away instead of added"),
});

const number = utf8Text.max(64).regex(/^-?\d+(\.\d{1,20})?$/u, "write a number such as 1000 or -0.5");

export const invariantRule = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("entity"),
    type: knownType,
    holds: cel.min(1).describe("a condition in CEL over state and id, which holds for every entity of the type"),
  }),
  z.strictObject({
    kind: z.literal("total"),
    terms: z.array(term).min(1).max(termsMax),
    compare: z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("never-changes") }),
      z.strictObject({ kind: z.enum(["equals", "at-most", "at-least"]), number }),
    ]),
  }),
]);
export type InvariantRule = z.output<typeof invariantRule>;

/** The invocation, or the act of a person, after which it did not hold, with the numbers before and after it. */
export const invariantViolation = z.strictObject({
  sequence: z.number().describe("of the record of the journal"),
  type: z.string(),
  id: z.string(),
  trace: z.number().nullable(),
  atMs: z.number(),
  /** `completed`, or what a person did. */
  what: z.string(),
  before: z.string(),
  after: z.string(),
});
export type InvariantViolation = z.output<typeof invariantViolation>;

const status = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("holds") }),
  /** `first` is null when it did not hold at the first value that is known; an invocation that caused this came before. */
  z.strictObject({ kind: z.literal("violated"), first: invariantViolation.nullable(), sinceMs: z.number() }),
  z.strictObject({ kind: z.literal("not-known"), why: z.string(), cure: z.string() }),
  z.strictObject({ kind: z.literal("starting") }),
]);

const pastCheck = z.strictObject({
  state: z.enum(["running", "done", "cancelled", "failed"]),
  records: z.number(),
  /** The oldest record that was looked at. */
  fromMs: z.number().nullable(),
  /** True when a restore came before; what was before that does not count. */
  afterRestore: z.boolean(),
  found: invariantViolation.nullable(),
  why: z.string().nullable(),
});
export type InvariantPastCheck = z.output<typeof pastCheck>;

export const invariantRow = z.strictObject({
  id: z.string(),
  name: z.string(),
  rule: invariantRule,
  by: z.string(),
  createdMs: z.number(),
  status,
  /** The total, or the number of entities for which it does not hold; null when it is not known. */
  value: z.string().nullable(),
  /** What the value must be: the number of the comparison, or the value at the start. */
  expected: z.string().nullable(),
  /** From when on every invocation was looked at. */
  sinceMs: z.number().nullable(),
  /** Up to when every invocation was looked at. */
  lookedMs: z.number().nullable(),
  records: z.number(),
  /** The last violation that has ended. */
  earlier: invariantViolation.nullable(),
  /** The value over time, by stretches: the lowest, highest and last value, and whether it held all along. */
  points: z.array(z.strictObject({ atMs: z.number(), low: z.number(), high: z.number(), last: z.number(), held: z.boolean() })),
  past: pastCheck.nullable(),
});
export type InvariantRow = z.output<typeof invariantRow>;

const id = z.string().min(1).max(64);
const ofOne = { scope: "gateway", subject: ["id"], input: z.object({ id }) } as const;

export const invariants = {
  list: query({
    summary: "Invariants, whether each holds, and the first invocation that violated it",
    access: "read",
    scope: "gateway",
    input: nothing,
    output: z.array(invariantRow),
    problems: [],
    http: { method: "GET", path: "/v1/invariants", under: "invariants" },
  }),
  put: mutation({
    summary: "Add an invariant, or change one; it begins anew from what the data are now",
    access: "admin",
    scope: "gateway",
    subject: ["name"],
    input: z.object({ id: id.optional(), name: utf8Text.min(1).max(120), rule: invariantRule }),
    output: invariantRow,
    problems: ["INVALID_REQUEST", "UNKNOWN_INVARIANT", "CAPABILITY_MISSING"],
    needs: "journal",
    http: { method: "POST", path: "/v1/invariants" },
  }),
  remove: mutation({
    summary: "Remove an invariant",
    access: "admin",
    ...ofOne,
    output: done,
    problems: ["UNKNOWN_INVARIANT"],
    http: { method: "DELETE", path: "/v1/invariants/{id}" },
  }),
  preview: mutation({
    summary: "What a rule gives now, without adding it: one scan of the state and of what is on the way",
    access: "admin",
    scope: "gateway",
    subject: [],
    input: z.object({ rule: invariantRule }),
    output: z.strictObject({ value: z.string().nullable(), why: z.string().nullable(), entities: z.number(), messages: z.number() }),
    problems: ["INVALID_REQUEST", "CAPABILITY_MISSING"],
    needs: "journal",
    http: { method: "POST", path: "/v1/invariants/preview" },
  }),
  checkBack: mutation({
    summary: "Look for its first violation from the oldest record of the journal on; the list tells how far it came",
    access: "admin",
    ...ofOne,
    output: done,
    problems: ["UNKNOWN_INVARIANT", "INVALID_REQUEST", "CAPABILITY_MISSING"],
    needs: "journal",
    http: { method: "POST", path: "/v1/invariants/{id}/check-back" },
  }),
  cancelCheck: mutation({
    summary: "End a look back that is under way",
    access: "admin",
    ...ofOne,
    output: done,
    problems: ["UNKNOWN_INVARIANT"],
    http: { method: "POST", path: "/v1/invariants/{id}/cancel-check" },
  }),
} as const;
