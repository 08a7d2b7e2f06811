/**
 * comparisons: compares two savepoints, or one with the current data: by type, entity by entity, and one entity in full.
 */
import { z } from "zod";
import { addressView, knownType, utf8Text } from "../shapes/address.ts";
import { query } from "../operation.ts";
import { nextCursor } from "../shapes/page.ts";
import { valueView } from "../shapes/value.ts";

/** The id of a savepoint, or `now`. */
const point = z.string().min(1).max(64);
const cursor = z.string().max(16_384).nullish();
const within = {
  from: point,
  to: point,
  /** When absent, all types are compared. */
  type: knownType.nullish(),
  prefix: z.string().max(4_096).default(""),
  cursor,
};

const changeKind = z.enum(["came", "went", "changed"]);
export type ComparedChange = z.output<typeof changeKind>;

/** How far one answer looked; `stoppedAfter` is null when it reached the end. */
const lookedAt = z.strictObject({ entities: z.number(), bytes: z.number(), stoppedAfter: addressView.nullable() });

const countsByType = z.array(z.strictObject({ type: z.string(), count: z.number() }));
/** Null when this side does not know. `atLeast` is true when there are more than were looked at. */
const aroundSide = z.strictObject({ waiting: countsByType.nullable(), delayed: countsByType.nullable(), atLeast: z.boolean() });
export type AroundSideView = z.output<typeof aroundSide>;

const typeDifference = z.strictObject({
  type: z.string(),
  came: z.number(),
  went: z.number(),
  changed: z.number(),
  same: z.number(),
});
export type TypeDifference = z.output<typeof typeDifference>;

const comparedTypes = z.strictObject({
  /** Entities with state, as far as this answer looked; the next answer's counts add to them. */
  types: z.array(typeDifference),
  /** Only the first answer has it; null in later ones. */
  around: z.strictObject({ from: aroundSide, to: aroundSide }).nullable(),
  looked: lookedAt,
  cursor: nextCursor,
});
export type ComparedTypes = z.output<typeof comparedTypes>;

const changedEntity = z.strictObject({
  type: z.string(),
  id: z.string(),
  change: changeKind,
  /** How many state values differ. */
  values: z.number(),
});
export type ChangedEntityRow = z.output<typeof changedEntity>;

const keptMessages = z.strictObject({
  total: z.number(),
  first: z.array(
    z.strictObject({
      sequence: z.number(),
      caller: addressView.nullable(),
      typename: z.string(),
      preview: z.string(),
      sizeBytes: z.number(),
      /** When it was sent; for a delayed message, when it is due. */
      atMs: z.number().nullable(),
    }),
  ),
});
export type KeptMessagesView = z.output<typeof keptMessages>;

export const entityDifference = z.strictObject({
  values: z.array(
    z.strictObject({
      name: z.string(),
      from: valueView.nullable(),
      to: valueView.nullable(),
      /** Whether the stored values differ, which may be masked on both sides. */
      differs: z.boolean(),
    }),
  ),
  waiting: z.strictObject({ from: keptMessages, to: keptMessages }),
  /** Null when this side does not know them. */
  delayed: z.strictObject({ from: keptMessages.nullable(), to: keptMessages.nullable() }),
});
export type EntityDifference = z.output<typeof entityDifference>;

const problems = [
  "UNKNOWN_SAVEPOINT",
  "SAVEPOINT_NOT_READY",
  "SAVEPOINT_UNREADABLE",
  "INVALID_CURSOR",
  "CAPABILITY_MISSING",
  "DIFFERENCES_BUSY",
] as const;

const filtered = { access: "read", scope: "namespaces", problems } as const;

export const comparisons = {
  types: query({
    summary: "By type, how many entities came, went and changed between two savepoints, or a savepoint and now",
    ...filtered,
    input: z.object(within),
    output: comparedTypes,
    http: { method: "GET", path: "/v1/comparisons/types" },
    mcp: [
      {
        tool: "compare_savepoints",
        about:
          "from and to are ids of savepoints or `now`. Where the answer has a cursor it stopped in between: ask again with it and add up.",
      },
    ],
  }),
  changed: query({
    summary: "The entities that came, went or changed between two savepoints, or a savepoint and now",
    ...filtered,
    input: z.object({ ...within, change: changeKind.nullish(), limit: z.number().int().min(1).max(500).default(50) }),
    output: z.strictObject({ items: z.array(changedEntity), looked: lookedAt, cursor: nextCursor }),
    http: { method: "GET", path: "/v1/comparisons/changed" },
    mcp: [
      {
        tool: "changed_entities",
        about: "An answer without items and with a cursor only says how far it looked: ask again with the cursor.",
      },
    ],
  }),
  entity: query({
    summary: "One entity in two savepoints, or in a savepoint and now: its values, and what waits for it",
    unmasks: "fields",
    access: "read",
    scope: { namespaceOf: "type" },
    subject: ["type", "id"],
    input: z.object({ from: point, to: point, type: knownType, id: utf8Text.max(1024 * 1024) }),
    output: entityDifference,
    problems,
    http: { method: "GET", path: "/v1/comparisons/entity" },
    mcp: [{ tool: "compare_entity" }],
  }),
} as const;
