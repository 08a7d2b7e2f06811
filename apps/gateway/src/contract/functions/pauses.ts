/**
 * pauses: a function type, or everything that an endpoint serves, begins nothing new until it is resumed or its time is over. What is in
 * flight ends, and messages are accepted and wait in order. An id says before its colon what it names, so that a person who may act in that
 * namespace may resume it.
 */
import { builtInNamespaces } from "@signalbox/runtime";
import { z } from "zod";
import { mutation, nothing, query } from "../operation.ts";
import { namespaceOf } from "../roles.ts";

/** A month. */
const secondsMax = 31 * 24 * 3_600;
/** The pause ends by itself after this many seconds. */
export const pauseSeconds = z.number().int().min(1).max(secondsMax);

const pauseId = z
  .string()
  .max(512)
  .regex(
    /^(function:[^/\s]+\/[^/\s*]+|endpoint:[^/\s]+\/(\*|[^/\s*]+))$/,
    "write function:<namespace>/<name>, or endpoint: and its functions",
  )
  .refine((text) => !builtInNamespaces.has(namespaceOf(text.slice(text.indexOf(":") + 1))), "the engine's own functions cannot be paused");

export const pauseView = z.strictObject({
  id: z.string(),
  kind: z.enum(["function", "endpoint"]),
  functions: z.string(),
  by: z.string(),
  sinceMs: z.number(),
  /** When it ends by itself; null when a person ends it. */
  untilMs: z.number().nullable(),
});
export type PauseView = z.output<typeof pauseView>;

export const pauseRow = pauseView.extend({
  /** What is paused. An entity is listed when its pause has an end (entities.act sets it); `functions` is then its type. */
  kind: z.enum(["function", "endpoint", "entity"]),
  /** The entity's id. */
  entity: z.string().nullable(),
  /** Invocations that were in flight and have not ended yet: at 0 it is drained. Null for an entity, whose own view tells. */
  inFlight: z.number().nullable(),
  /** Messages in mailboxes, including those in flight. */
  waitingMessages: z.number().nullable(),
});
export type PauseRow = z.output<typeof pauseRow>;

const ofOne = { access: "operate", scope: { namespaceOf: "id", afterColon: true }, subject: ["id"] } as const;

export const pauses = {
  list: query({
    summary: "Function types and endpoints that are paused, and entities with an end: by whom, until when, with what is still in flight",
    access: "read",
    scope: "namespaces",
    input: nothing,
    output: z.array(pauseRow),
    problems: [],
    http: { method: "GET", path: "/v1/pauses", under: "pauses" },
  }),
  set: mutation({
    summary: "Pause a function type or an endpoint: what is in flight ends, nothing new begins; with seconds it resumes by itself",
    ...ofOne,
    input: z.object({ id: pauseId, seconds: pauseSeconds.nullable().default(null) }),
    output: pauseRow,
    problems: ["UNKNOWN_FUNCTION_TYPE", "TOO_MANY_PAUSES", "CAPABILITY_MISSING"],
    needs: "entity-actions",
    http: { method: "PUT", path: "/v1/pauses/{id}" },
  }),
  resume: mutation({
    summary: "Let a paused function type or endpoint go on; one that is not paused goes on as it does",
    ...ofOne,
    input: z.object({ id: pauseId }),
    output: z.strictObject({ resumed: z.boolean() }),
    problems: ["CAPABILITY_MISSING"],
    needs: "entity-actions",
    http: { method: "DELETE", path: "/v1/pauses/{id}" },
  }),
} as const;
