/**
 * egresses: what waits in an egress, with its values, and what connectors do. Reading removes nothing.
 */
import type { EgressRecord } from "@signalbox/runtime";
import { z } from "zod";
import { addressView, utf8Text } from "../shapes/address.ts";
import { bytes, done, mutation, nothing, query } from "../operation.ts";
import { nextCursor, page } from "../shapes/page.ts";
import { valueView } from "../shapes/value.ts";

const egress = utf8Text.min(1).max(1024);
const storedPageRecordsMax = 1_000;

const egressRecordView = z.strictObject({
  sequence: z.number(),
  trace: z.number(),
  from: addressView,
  atMs: z.number(),
  value: valueView,
});
export type EgressRecordView = z.output<typeof egressRecordView>;

const connectorRow = z.strictObject({
  direction: z.enum(["ingress", "egress"]),
  id: z.string(),
  /** The kind as modules write it. */
  kind: z.string(),
  /** The kind as people call it. */
  word: z.string(),
  module: z.string(),
  state: z.enum(["opening", "running", "waiting", "held-back", "refused", "stopped"]),
  sinceMs: z.number(),
  /** When a waiting connector tries again. */
  untilMs: z.number().nullable(),
  /** Cause and cure; while it works, something that is worth knowing all the same, or nothing. */
  what: z.string(),
  cure: z.string(),
  /** How often each thing happened since it was declared, in words of the kind: taken, wrong-signature. */
  counts: z.record(z.string(), z.number()),
  /** True when its kind can be asked to check the other system. */
  canCheck: z.boolean(),
});
/** What an ingress or egress is doing. */
export type ConnectorRow = z.output<typeof connectorRow>;

const direction = z.enum(["ingress", "egress"]);
const connectorAddress = z.object({ direction, id: egress });

/** One connector for a person who looks at it; counts are since the gateway started. */
const connectorView = connectorRow.extend({
  /** Records of an ingress that became durable. */
  records: z.number(),
  perSecond: z.number(),
  /** How far it has come, by part of the other system. */
  parts: z.array(
    z.strictObject({
      part: z.string(),
      position: z.string(),
      /** Records that wait there; null when it is not known. */
      lag: z.number().nullable(),
    }),
  ),
  /** Records that could not become messages. */
  invalidRecords: z.number(),
  /** The last of them, newest first. */
  invalid: z.array(z.strictObject({ part: z.string(), position: z.string(), what: z.string(), done: z.string(), atMs: z.number() })),
  canSeek: z.boolean(),
});
export type ConnectorView = z.output<typeof connectorView>;

const checkView = z.strictObject({
  /** True when every check passed. */
  holds: z.boolean(),
  /** The checks in the order in which they ran; none runs after one that fails. */
  answers: z.array(
    z.strictObject({
      what: z.string(),
      outcome: z.enum(["holds", "fails", "not-asked"]),
      /** Cause and cure of a check that failed; else empty. */
      why: z.string(),
      cure: z.string(),
    }),
  ),
});
export type ConnectorCheckView = z.output<typeof checkView>;

const partsMax = 10_000;
/** Where an ingress has to continue. */
const seekTarget = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("earliest") }),
  z.object({ kind: z.literal("latest") }),
  z.object({ kind: z.literal("date"), atMs: z.number().int().nonnegative() }),
  z.object({
    kind: z.literal("positions"),
    positions: z
      .record(z.string().max(512), z.string().max(100))
      .refine((positions) => Object.keys(positions).length <= partsMax, `at most ${partsMax} parts at once`),
  }),
]);

const seekInput = z.object({ id: egress, to: seekTarget });
const seekView = z.strictObject({
  parts: z.array(
    z.strictObject({
      part: z.string(),
      from: z.string().nullable(),
      to: z.string(),
      /** Records that are read again; negative when records are skipped; null when it is not known. */
      again: z.number().nullable(),
    }),
  ),
});

const egressPageView = z.strictObject({
  /** Null when no module in force declares it. */
  connector: connectorRow.nullable(),
  kind: z.string(),
  module: z.string().nullable(),
  waitingRecords: z.number(),
  /** The records, oldest first. */
  records: z.array(egressRecordView),
  /** The sequence of the last record. */
  cursor: nextCursor,
});

const ofConnector = { scope: { namespaceOf: "id" }, subject: ["id"] } as const;
const one = { scope: { namespaceOf: "egress" }, subject: ["egress"] } as const;
const path = "/v1/egresses/{namespace}/{name}";

/** The console calls this noun `doors`, because its page shows where messages leave. */
export const egressOperations = {
  egress: query({
    summary: "What waits in an egress, as people read it",
    unmasks: "fields",
    access: "read",
    ...one,
    input: z.object({ egress, ...page }),
    output: egressPageView,
    problems: [],
  }),
  connectors: query({
    summary: "Every ingress and egress that modules declare, and what it is doing",
    access: "read",
    scope: "namespaces",
    input: nothing,
    output: z.array(connectorRow),
    problems: [],
    http: { method: "GET", path: "/v1/connectors", under: "connectors" },
    mcp: [{ tool: "connectors", about: "Whether messages come in and records go out, and what stands in the way." }],
  }),
  connector: query({
    summary: "One ingress or egress: what it is doing, how far it is, what lags, what could not become messages",
    access: "read",
    ...ofConnector,
    input: connectorAddress,
    output: connectorView,
    problems: ["UNKNOWN_CONNECTOR"],
    http: { method: "GET", path: "/v1/connectors/{direction}/{id}" },
    mcp: [{ tool: "connector" }],
  }),
  retry: mutation({
    summary: "Open an ingress or egress again now, instead of after its wait or because what was wrong is mended",
    access: "operate",
    ...ofConnector,
    input: connectorAddress,
    output: done,
    problems: ["UNKNOWN_CONNECTOR"],
    http: { method: "POST", path: "/v1/connectors/{direction}/{id}/retry" },
  }),
  stop: mutation({
    summary: "Stop an ingress or egress; it stays stopped, also over restarts, until it is started",
    access: "operate",
    ...ofConnector,
    input: connectorAddress,
    output: done,
    problems: ["UNKNOWN_CONNECTOR"],
    http: { method: "POST", path: "/v1/connectors/{direction}/{id}/stop" },
  }),
  start: mutation({
    summary: "Start an ingress or egress that was stopped",
    access: "operate",
    ...ofConnector,
    input: connectorAddress,
    output: done,
    problems: ["UNKNOWN_CONNECTOR"],
    http: { method: "POST", path: "/v1/connectors/{direction}/{id}/start" },
  }),
  check: mutation({
    summary:
      "Ask the system behind an ingress or egress whether it answers, takes the credentials and has what the module names; nothing is read or written",
    access: "operate",
    ...ofConnector,
    changesNothing: true,
    input: connectorAddress,
    output: checkView,
    problems: ["UNKNOWN_CONNECTOR"],
    http: { method: "POST", path: "/v1/connectors/{direction}/{id}/check" },
  }),
  seekPlan: query({
    summary: "What moving an ingress would read again or pass over; nothing changes",
    access: "read",
    ...ofConnector,
    input: seekInput,
    output: seekView,
    problems: ["UNKNOWN_CONNECTOR", "SEEK_FAILED"],
  }),
  seek: mutation({
    summary: "Move an ingress: it goes on from there, and says what it reads again or passes over",
    access: "admin",
    ...ofConnector,
    input: seekInput,
    output: seekView,
    problems: ["UNKNOWN_CONNECTOR", "SEEK_FAILED"],
    http: { method: "POST", path: "/v1/ingresses/{id}/seek" },
  }),
  egresses: query({
    summary: "Egresses with how many records wait",
    access: "read",
    scope: "namespaces",
    input: nothing,
    output: z.array(z.strictObject({ id: z.string(), kind: z.string(), module: z.string().nullable(), waitingRecords: z.number() })),
    problems: [],
    trpc: false,
    http: { method: "GET", path: "/v1/egresses", under: "egresses" },
    mcp: [{ tool: "egresses" }],
  }),
  records: bytes({
    summary: "Records of an egress in order, their values as bytes; nothing is removed",
    unmasks: "fields",
    access: "read",
    ...one,
    input: z.object({
      egress,
      after: z.number().int().nonnegative().optional(),
      limit: z.number().int().min(1).max(storedPageRecordsMax).default(100),
    }),
    output: z.custom<readonly EgressRecord[]>(),
    problems: ["UNKNOWN_EGRESS"],
    trpc: false,
    http: { method: "GET", path, ownRoute: "the path holds the two parts of the name; numbers keep every digit" },
  }),
  acknowledge: mutation({
    summary: "Remove the records of an egress up to a sequence: they were taken",
    access: "send",
    ...one,
    input: z.object({ egress, through: z.number().int().nonnegative() }),
    output: z.strictObject({ acknowledgedThrough: z.number() }),
    problems: ["UNKNOWN_EGRESS"],
    trpc: false,
    http: { method: "DELETE", path, ownRoute: "the path holds the two parts of the name" },
  }),
} as const;
