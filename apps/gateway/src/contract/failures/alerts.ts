/**
 * alerts: URLs that are called when something needs a person. docs/console.md says what is called and with which body.
 */
import { z } from "zod";
import { utf8Text } from "../shapes/address.ts";
import { done, mutation, nothing, query } from "../operation.ts";

const alertKinds = ["failure-opens", "breaker-opens", "invariant-violated", "waiting-over", "p99-over"] as const;
export type AlertKind = (typeof alertKinds)[number];

const outcome = z.strictObject({ atMs: z.number(), delivered: z.boolean(), what: z.string(), tookMs: z.number() });
export type AlertOutcome = z.output<typeof outcome>;

const alertRow = z.strictObject({
  id: z.string(),
  name: z.string(),
  kind: z.enum(alertKinds),
  /** The number of messages that wait, or milliseconds; null for an alert about something that opens. */
  threshold: z.number().nullable(),
  /** The scheme and host that are called, without what may be secret in the URL. */
  place: z.string(),
  /** The name of the header that is sent with a call; null when there is none. Its value is shown to nobody. */
  header: z.string().nullable(),
  enabled: z.boolean(),
  by: z.string(),
  createdMs: z.number(),
  /** True when the threshold is exceeded now. */
  firing: z.boolean(),
  /** Calls that have not been answered yet. */
  waiting: z.number(),
  last: outcome.nullable(),
});
export type AlertRow = z.output<typeof alertRow>;

const id = z.string().min(1).max(64);
/** A header such as `Authorization: Bearer ${secret.NAME}`. */
const header = utf8Text.max(8_192).regex(/^[^\s:]+: *\S/u, "write Name: value");
const url = utf8Text.max(2_048).regex(/^https?:\/\/[^/\s]/u, "write http://host/path or https://…");

export const alerts = {
  list: query({
    summary: "Alerts, whether they fire now, and what came of the last call",
    access: "read",
    scope: "gateway",
    input: nothing,
    output: z.array(alertRow),
    problems: [],
    http: { method: "GET", path: "/v1/alerts", under: "alerts" },
  }),
  put: mutation({
    summary: "Add an alert, or change one; without a URL or a header it keeps those it has",
    access: "admin",
    scope: "gateway",
    subject: ["name"],
    secret: ["url", "header"],
    input: z.object({
      id: id.optional(),
      name: utf8Text.min(1).max(120),
      kind: z.enum(alertKinds),
      threshold: z.number().positive().nullable().default(null),
      url: url.optional(),
      /** Null removes the header. */
      header: header.nullable().optional(),
      enabled: z.boolean().default(true),
    }),
    output: alertRow,
    problems: ["INVALID_REQUEST", "UNKNOWN_ALERT"],
    http: { method: "POST", path: "/v1/alerts" },
  }),
  remove: mutation({
    summary: "Remove an alert",
    access: "admin",
    scope: "gateway",
    subject: ["id"],
    input: z.object({ id }),
    output: done,
    problems: ["UNKNOWN_ALERT"],
    http: { method: "DELETE", path: "/v1/alerts/{id}" },
  }),
  test: mutation({
    summary: "Call an alert's URL once, now, with a test, and say what came of it",
    access: "admin",
    scope: "gateway",
    subject: ["id"],
    input: z.object({ id }),
    output: outcome,
    problems: ["UNKNOWN_ALERT"],
    http: { method: "POST", path: "/v1/alerts/{id}/test" },
  }),
} as const;
