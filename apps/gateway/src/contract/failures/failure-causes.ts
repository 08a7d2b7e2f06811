/**
 * Causes of failures as the catalog remembers them, and what a person does about everything that one cause holds up.
 */
import { z } from "zod";
import { addressView } from "../shapes/address.ts";
import { entityDetail } from "../entities/entities.ts";
import { actName, actNameCharactersMax, bulkAct, bulkActDetail } from "../entities/bulk-act.ts";
import { filterInput } from "../shapes/filter.ts";
import { done, mutation, query } from "../operation.ts";

const causeStates = ["open", "resolved", "ignored"] as const;
/** Counts of the last day are kept by ten minutes. */
export const causeBucketMs = 600_000;
export const causeBuckets = 144;

export const failureCauseRow = z.strictObject({
  /** Made from the error's type and top frame; docs/console.md says what else. */
  fingerprint: z.string(),
  code: z.string(),
  /** The error's type, or the code when the function's own type is not known. */
  title: z.string(),
  message: z.string(),
  cure: z.string(),
  /** A function type, or the functions text of an endpoint. */
  where: z.string(),
  /** The frames of the function's own code, innermost first. */
  frames: z.array(z.string()),
  raw: z.string().nullable(),
  state: z.enum(causeStates),
  /** When ignoring it ends; null when only a person ends it. */
  ignoredUntilMs: z.number().nullable(),
  /** Empty when it opened by itself. */
  changedBy: z.string(),
  changedMs: z.number(),
  /** The number of attempts that failed for this cause, since it is remembered. */
  attempts: z.number(),
  firstMs: z.number(),
  lastMs: z.number(),
  /** The module revision that was in force when it was first seen. */
  firstIn: z.strictObject({ module: z.string(), revision: z.number() }).nullable(),
  /** Counts of ten minutes each; the last one is running. */
  buckets: z.array(z.number()),
  trace: z.number().nullable(),
  /** The least number of entities that it holds up now. */
  entities: z.number(),
  parked: z.number(),
  waitingMessages: z.number().nullable(),
  sample: z.array(entityDetail),
});
export type FailureCauseRow = z.output<typeof failureCauseRow>;

const actId = z.string().min(1).max(64);
const fingerprint = z.string().min(1).max(64);
/** Chooses entities of a cause: all, or those whose id begins with the prefix. */
const chosen = z.object({ fingerprint, prefix: z.string().max(4_096).default("") });

const gateway = { scope: "gateway" } as const;
const namespaces = { scope: "namespaces" } as const;

export const failureCauses = {
  causes: query({
    summary:
      "Causes of failures with their memory: how often, since when and in which revision, what was decided, what they hold up now; those that fit a filter",
    access: "read",
    ...namespaces,
    input: z.object({ filter: filterInput("failure").default("") }),
    output: z.array(failureCauseRow),
    problems: [],
    http: { method: "GET", path: "/v1/failures/causes", under: "causes" },
  }),
  mark: mutation({
    summary: "Resolve a cause, ignore it until a time, or open it; one that is resolved opens when it comes back",
    access: "operate",
    ...gateway,
    subject: ["fingerprint"],
    input: z.object({ fingerprint, state: z.enum(causeStates), untilMs: z.number().int().positive().nullable().default(null) }),
    output: done,
    problems: ["UNKNOWN_CAUSE"],
    http: { method: "POST", path: "/v1/failures/causes/{fingerprint}/mark" },
  }),
  dryRun: query({
    summary: "What an action on all that a cause holds up would reach",
    access: "read",
    ...namespaces,
    input: chosen,
    output: z.strictObject({
      entities: z.number(),
      parked: z.number(),
      /** Messages that wait behind the first message of each entity. */
      messagesBehind: z.number(),
      /** False when there are more than were counted. */
      complete: z.boolean(),
      sample: z.array(addressView),
    }),
    problems: ["UNKNOWN_CAUSE"],
    http: { method: "GET", path: "/v1/failures/causes/{fingerprint}/reach" },
  }),
  act: mutation({
    summary: "Retry all that a cause holds up, or discard the first message of each, at a rate; goes on by itself",
    access: "operate",
    ...gateway,
    subject: ["action", "fingerprint", "name"],
    input: chosen.extend({
      action: z.enum(["retry", "discard"]),
      ratePerSecond: z.number().min(0.1).max(10_000).nullable().default(null),
      name: actName,
    }),
    output: bulkAct,
    problems: ["UNKNOWN_CAUSE", "BULK_ACTS_BUSY", "CAPABILITY_MISSING"],
    needs: "entity-actions",
    http: { method: "POST", path: "/v1/failures/causes/{fingerprint}/act" },
  }),
  acts: query({
    summary: "Actions on many entities: those that run and the last that ended, with progress",
    access: "read",
    ...namespaces,
    /** A part of an act's name, in any case; empty for all acts. */
    input: z.object({ name: z.string().max(actNameCharactersMax).default("") }),
    output: z.array(bulkAct),
    problems: [],
    http: { method: "GET", path: "/v1/failures/actions", under: "actions", former: { path: "/v1/failures/acts", under: "acts" } },
  }),
  oneAct: query({
    summary: "One action on many entities: whom it was to reach, how far it is, and what came of each",
    access: "read",
    ...namespaces,
    input: z.object({ id: actId }),
    output: bulkActDetail,
    problems: ["UNKNOWN_ACT"],
    http: { method: "GET", path: "/v1/failures/actions/{id}" },
  }),
  cancelAct: mutation({
    summary: "Cancel an action on many entities; what it has done stays",
    access: "operate",
    ...gateway,
    subject: ["id"],
    input: z.object({ id: actId }),
    output: done,
    problems: ["UNKNOWN_ACT"],
    http: { method: "POST", path: "/v1/failures/actions/{id}/cancel", former: { path: "/v1/failures/acts/{id}/cancel" } },
  }),
} as const;
