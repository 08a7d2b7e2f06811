/**
 * breakpoints: messages that are held before their function gets them, for a person who looks. What is held is edited and discarded by the
 * operations of entities; here it is stepped and released. An id begins with what the breakpoint covers, so that a person who may act in
 * that namespace may release it.
 */
import { builtInNamespaces, splitTypeName } from "@signalbox/runtime";
import { z } from "zod";
import { address, entityId, utf8Text } from "../shapes/address.ts";
import { entityDetail } from "../entities/entities.ts";
import { filterInput } from "../shapes/filter.ts";
import { namespaceOf } from "../roles.ts";
import { done, mutation, nothing, query } from "../operation.ts";

/** A longer time is refused; an hour is the default of SIGNALBOX_BREAKPOINT_MS_MAX. */
const secondsMax = 24 * 3_600;
const secondsDefault = 300;

/** `namespace/name`, or `namespace/*` for all functions of a namespace. */
const functionsPattern = utf8Text
  .max(4_096)
  .refine((text) => splitTypeName(text).kind !== "error", "give namespace/name, or namespace/* for all functions of a namespace")
  .refine((text) => !builtInNamespaces.has(namespaceOf(text)), "the engine's own functions cannot be held");

export const breakpointRow = z.strictObject({
  id: z.string(),
  functions: z.string(),
  /** One id, or the beginning of ids; both are null for every id. */
  entity: z.string().nullable(),
  prefix: z.string().nullable(),
  /** Which of their messages are held, in the filter language; null for all. */
  condition: z.string().nullable(),
  by: z.string(),
  setMs: z.number(),
  /** When it is released by itself. */
  untilMs: z.number(),
  heldEntities: z.number(),
  heldMessages: z.number(),
  /** Entities that are held because the condition could not be decided for their first message, and the reason for one of them. */
  heldUnclear: z.number(),
  unclearWhy: z.string().nullable(),
  /** The types of what is held, those with most messages first; at most 32. */
  heldTypes: z.array(z.strictObject({ type: z.string(), messages: z.number() })),
});
export type BreakpointRow = z.output<typeof breakpointRow>;

/** full: it had to hold more than it may, and released everything. restored: another state is in force, in which nothing is held. */
export const endedBreakpoint = breakpointRow
  .pick({ id: true, functions: true, entity: true, prefix: true, condition: true, by: true, setMs: true })
  .extend({ endedMs: z.number(), why: z.enum(["released", "time over", "full", "restored"]), endedBy: z.string() });
export type EndedBreakpoint = z.output<typeof endedBreakpoint>;

const idOfOne = z.object({ id: z.string().min(1).max(4_200) });
const ofOne = { scope: { namespaceOf: "id" }, subject: ["id"] } as const;

export const breakpoints = {
  list: query({
    summary: "The breakpoints that hold messages now, and those that ended lately",
    access: "read",
    scope: "namespaces",
    input: nothing,
    output: z.strictObject({ set: z.array(breakpointRow), ended: z.array(endedBreakpoint) }),
    problems: ["CAPABILITY_MISSING"],
    needs: "breakpoints",
    http: { method: "GET", path: "/v1/breakpoints" },
  }),
  set: mutation({
    summary:
      "Hold messages for functions, one entity of them or ids with a prefix, all or those that fit a condition, until they are let go or the time is over",
    access: "operate",
    scope: { namespaceOf: "functions" },
    subject: ["functions", "entity", "prefix", "condition"],
    input: z
      .object({
        functions: functionsPattern,
        entity: entityId.nullable().default(null),
        prefix: entityId.nullable().default(null),
        condition: filterInput("held").nullable().default(null),
        seconds: z.number().int().min(1).max(secondsMax).default(secondsDefault),
      })
      .refine(({ entity, prefix }) => entity === null || prefix === null, {
        path: ["prefix"],
        message: "give one id or a prefix, not both",
      }),
    output: breakpointRow,
    problems: ["TOO_MANY_BREAKPOINTS", "CAPABILITY_MISSING"],
    needs: "breakpoints",
    http: { method: "POST", path: "/v1/breakpoints", status: 201 },
  }),
  release: mutation({
    summary: "Let go what a breakpoint holds, and end it",
    access: "operate",
    ...ofOne,
    input: idOfOne,
    output: z.strictObject({ released: z.number() }),
    problems: ["UNKNOWN_BREAKPOINT", "CAPABILITY_MISSING"],
    needs: "breakpoints",
    http: { method: "DELETE", path: "/v1/breakpoints/{id}" },
  }),
  held: query({
    summary: "Who is held at a breakpoint, with state and messages, in the order in which they came",
    access: "read",
    ...ofOne,
    input: idOfOne,
    output: z.array(entityDetail),
    problems: ["UNKNOWN_BREAKPOINT", "CAPABILITY_MISSING"],
    needs: "breakpoints",
    http: { method: "GET", path: "/v1/breakpoints/{id}/held", under: "entities" },
  }),
  step: mutation({
    summary: "Let exactly the first message of a held entity through",
    access: "operate",
    scope: { namespaceOf: "type" },
    subject: ["type", "id"],
    input: address,
    output: done,
    problems: ["UNKNOWN_ENTITY", "ENTITY_NOT_HELD", "CAPABILITY_MISSING"],
    needs: "breakpoints",
    http: { method: "POST", path: "/v1/breakpoints/step" },
  }),
} as const;
