/**
 * entities: browse by type and prefix, look at one, read its history, act on one or on all with a status, change what it holds.
 */
import type { EntityView } from "@signalbox/runtime";
import { z } from "zod";
import { address, knownType, utf8Text } from "../shapes/address.ts";
import { entityRow, entityStatus } from "./entity-row.ts";
import { entityRows } from "./entity-rows.ts";
import { journalReach, knownBefore } from "../shapes/era.ts";
import { filterInput, lookedView } from "../shapes/filter.ts";
import { failureView } from "../shapes/failure.ts";
import { historyEntryView, waitingMessageView } from "../shapes/journal.ts";
import { bytes, done, mutation, nothing, query } from "../operation.ts";
import { nextCursor, page } from "../shapes/page.ts";
import { pauseSeconds } from "../functions/pauses.ts";
import { asOfInput, blame, blameInput, stateAsOf } from "./past.ts";
import { stateText, typedText, valueView } from "../shapes/value.ts";
import { waitReasonView } from "../shapes/wait-reason.ts";

/** The audit keeps a text up to this length. */
const editReasonCharactersMax = 256;

const stateValueRow = z.strictObject({
  name: z.string(),
  typename: z.string(),
  value: valueView.nullable(),
  expiration: z.string(),
  writtenMs: z.number().nullable(),
  expiresMs: z.number().nullable(),
  /** Made from the value as it is shown, so it differs as soon as the value does; for `ifVersion` of an edit. */
  version: z.string(),
});
export type StateValueRow = z.output<typeof stateValueRow>;

export const entityDetail = entityRow.extend({
  state: z.array(stateValueRow),
  mailbox: z.array(waitingMessageView),
  failure: failureView.nullable(),
  attempts: z.number(),
  sinceMs: z.number().nullable(),
  retryAtMs: z.number().nullable(),
  /** Null when nothing of it waits. */
  waitReason: waitReasonView.nullable(),
  endpoint: z.string().nullable(),
});
export type EntityDetail = z.output<typeof entityDetail>;

/** The sequence of the first message, as whoever asks has seen it: where another one is first by now, nothing is done to it. */
export const ifMessage = z.number().int().positive();
/** The `version` of the first message, as whoever asks has seen it: where its value was edited since, nothing is done to it. */
export const ifMessageVersion = z.string().max(64);
export const entityActions = z.enum(["retry", "pause", "resume", "discard"]);
export type EntityActionName = z.output<typeof entityActions>;
const changed = z.strictObject({ changed: z.number() });

const ifVersion = z.string().max(64).optional();
const oneEdit = { name: utf8Text.min(1).max(512), value: stateText.nullable() } as const;
const valuesOfEditMax = 50;

/** The terms of an edit beside the value. The audit keeps the reason, and the history shows it in the edit's row. */
export const editTerms = {
  /** Why the value is edited; optional. */
  reason: utf8Text.trim().max(editReasonCharactersMax).optional(),
  /**
   * The `version` that the value had when the edit began: the edit is refused when the value has another one by now. Without it, whatever
   * is there is replaced.
   */
  ifVersion,
} as const;

const editedState = z.strictObject({
  /** The edit's record in the history; null when the journal does not tell. */
  record: z.number().nullable(),
  /** True when something was written between the check of the version and the edit; the record shows it as the value before. */
  overtaken: z.boolean(),
});

/** An entity as the runtime holds it, with its bytes. `endpoint` serves its type. */
export interface StoredEntity {
  readonly entity: EntityView;
  readonly endpoint: string | null;
}

const ofOneType = { scope: { namespaceOf: "type" }, subject: ["type", "id"] } as const;
const longPaths = "an id may hold any character, so the path is read from its raw bytes; numbers keep every digit";

export const entities = {
  ...entityRows,
  types: query({
    summary: "The function types that have or had entities",
    access: "read",
    scope: "namespaces",
    input: nothing,
    output: z.array(z.strictObject({ type: z.string(), endpoint: z.string().nullable(), knownBefore: knownBefore.nullable() })),
    problems: [],
  }),
  list: query({
    summary: "Entities of a type, by id; those that fit a filter",
    access: "read",
    scope: { namespaceOf: "type" },
    input: z.object({
      type: knownType,
      prefix: z.string().max(4096).default(""),
      ...page,
      limit: z.number().int().min(1).max(1_000).default(50),
      filter: filterInput("entity").default(""),
    }),
    output: z.strictObject({ items: z.array(entityRow), cursor: nextCursor, looked: lookedView }),
    problems: ["INVALID_CURSOR"],
    http: { method: "GET", path: "/v1/entities/{type}", ownRoute: longPaths },
    grpc: "Admin.ListEntities",
    mcp: [
      {
        tool: "find_entities",
        about:
          "By the beginning of the id, or by a filter in CEL: state.visits > 50. The next page: the same call with the cursor of the answer.",
      },
    ],
  }),
  get: query({
    summary: "One entity with its state, its mailbox and why it waits; null: there is none",
    unmasks: "fields",
    access: "read",
    ...ofOneType,
    input: address,
    output: entityDetail.nullable(),
    problems: [],
    mcp: [
      { tool: "entity", about: "What it holds, what waits for it and why. Then entity_history or blame for how it came to that." },
      {
        tool: "why_waiting",
        about:
          "The short answer to why nothing happens: `waitReason` says what it waits for, `failure` what went wrong and how to mend it.",
        only: ["address", "status", "mailboxDepth", "waitReason", "failure", "attempts", "sinceMs", "retryAtMs", "endpoint"],
      },
    ],
  }),
  read: bytes({
    summary: "One entity as it is stored, its values as bytes",
    unmasks: "fields",
    access: "read",
    ...ofOneType,
    input: address,
    output: z.custom<StoredEntity>(),
    problems: ["UNKNOWN_ENTITY", "INVALID_ADDRESS"],
    trpc: false,
    http: { method: "GET", path: "/v1/entities/{type}/{id}", ownRoute: longPaths },
    grpc: "Admin.GetEntity",
  }),
  history: query({
    summary: "What happened to an entity, newest first",
    unmasks: "fields",
    access: "read",
    ...ofOneType,
    input: address.extend(page),
    output: z.strictObject({ items: z.array(historyEntryView), cursor: nextCursor, reach: journalReach.nullable() }),
    problems: ["INVALID_CURSOR", "CAPABILITY_MISSING"],
    needs: "journal",
    http: { method: "GET", path: "/v1/history" },
    mcp: [{ tool: "entity_history", about: "Each record has its trace, its messages, what they changed, sent and failed with." }],
  }),
  asOf: query({
    summary: "The values of an entity as of a record or a time, as far as the journal tells",
    unmasks: "fields",
    access: "read",
    ...ofOneType,
    input: asOfInput,
    output: stateAsOf,
    problems: ["CAPABILITY_MISSING"],
    needs: "journal",
    http: { method: "GET", path: "/v1/state-as-of" },
    mcp: [{ tool: "state_as_of", about: "Give sequence or atMs, not both." }],
  }),
  blame: query({
    summary: "Who wrote each value of an entity, and before that, with each field of a document",
    unmasks: "fields",
    access: "read",
    ...ofOneType,
    input: blameInput,
    output: blame,
    problems: ["CAPABILITY_MISSING"],
    needs: "journal",
    http: { method: "GET", path: "/v1/blame" },
    mcp: [{ tool: "blame" }],
  }),
  act: mutation({
    summary: "Retry, pause or resume an entity, or discard its first message; a pause with seconds ends by itself",
    access: "operate",
    ...ofOneType,
    input: address.extend({
      action: entityActions,
      seconds: pauseSeconds.optional(),
      ifMessage: ifMessage.optional(),
      ifVersion: ifMessageVersion.optional(),
    }),
    output: changed,
    problems: [
      "UNKNOWN_ENTITY",
      "ENTITY_BUSY",
      "ENTITY_NOT_PARKED",
      "MAILBOX_EMPTY",
      "MESSAGE_MOVED",
      "TOO_MANY_PAUSES",
      "CAPABILITY_MISSING",
    ],
    needs: "entity-actions",
    http: { method: "POST", path: "/v1/entities/{type}/{id}:{action}", ownRoute: longPaths },
    mcp: [
      {
        tool: "act_on_entity",
        about:
          "Look at it with why_waiting first: discard loses the message for good; with `ifMessage`, its sequence, and `ifVersion`, its version, only the one that was looked at.",
      },
    ],
  }),
  actAll: mutation({
    summary: "The same on all entities with a status",
    access: "operate",
    scope: { namespaceOf: "type" },
    subject: ["type", "status"],
    input: z.object({ type: knownType.nullable(), status: entityStatus, action: entityActions }),
    output: changed,
    problems: ["CAPABILITY_MISSING"],
    needs: "entity-actions",
    mcp: [{ tool: "act_on_all", about: "Ask failures first how many there are." }],
  }),
  editState: mutation({
    summary:
      "Set a state value of an entity, or remove it, or several as one (all or none); with a reason, and only if they have not moved on",
    access: "operate",
    ...ofOneType,
    large: ["value", "values"],
    input: address
      .extend({
        name: oneEdit.name.optional(),
        value: oneEdit.value.optional(),
        /** Several values that are written together, instead of name, value and ifVersion. */
        values: z
          .array(z.object({ ...oneEdit, ifVersion }))
          .min(1)
          .max(valuesOfEditMax)
          .refine((values) => new Set(values.map(({ name }) => name)).size === values.length, "a name stands twice in it")
          .optional(),
        ...editTerms,
      })
      .refine(
        ({ name, value, ifVersion: version, values }) =>
          values === undefined
            ? name !== undefined && value !== undefined
            : name === undefined && value === undefined && version === undefined,
        "write name and value, or values",
      ),
    output: editedState,
    problems: [
      "UNKNOWN_ENTITY",
      "ENTITY_BUSY",
      "UNKNOWN_STATE",
      "STATE_TYPE_MISMATCH",
      "STATE_MOVED",
      "INVALID_VALUE",
      "CAPABILITY_MISSING",
    ],
    needs: "entity-actions",
    http: { method: "PATCH", path: "/v1/entities/{type}/{id}", ownRoute: longPaths },
    mcp: [
      {
        tool: "edit_state",
        about:
          "Say why as `reason`; `ifVersion` is the `version` that entity told of the value. What belongs together goes into `values`: all or none is written.",
      },
    ],
  }),
  editHead: mutation({
    summary: "Replace the value of an entity's first message",
    access: "operate",
    ...ofOneType,
    large: ["value"],
    input: address.extend({ value: typedText, ifMessage: ifMessage.optional(), ifVersion: ifMessageVersion.optional() }),
    output: done,
    problems: ["UNKNOWN_ENTITY", "ENTITY_BUSY", "MAILBOX_EMPTY", "MESSAGE_MOVED", "INVALID_VALUE", "CAPABILITY_MISSING"],
    needs: "entity-actions",
    mcp: [{ tool: "edit_first_message" }],
  }),
} as const;
