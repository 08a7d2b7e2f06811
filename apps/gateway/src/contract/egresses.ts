/** doors: what waits in an egress, with its values. Reading removes nothing. */
import type { EgressRecord } from "@signalbox/runtime";
import { z } from "zod";
import { addressView, utf8Text } from "./address.ts";
import { bytes, mutation, nothing, query } from "./operation.ts";
import { nextCursor, page } from "./page.ts";
import { valueView } from "./value.ts";

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
  /** As modules write it. */
  kind: z.string(),
  /** How people call it. */
  word: z.string(),
  module: z.string(),
  state: z.enum(["opening", "running", "waiting", "held-back", "refused", "stopped"]),
  sinceMs: z.number(),
  /** Of waiting: when it is tried again. */
  untilMs: z.number().nullable(),
  /** Cause and cure; while it works, what is to be known all the same, or nothing. */
  what: z.string(),
  cure: z.string(),
  /** What happened how often since it was declared so, in words of the kind: taken, wrong-signature. */
  counts: z.record(z.string(), z.number()),
});
/** What an ingress or egress is doing. */
export type ConnectorRow = z.output<typeof connectorRow>;

const egressPageView = z.strictObject({
  /** Null: no module in force declares it. */
  connector: connectorRow.nullable(),
  kind: z.string(),
  module: z.string().nullable(),
  waitingRecords: z.number(),
  /** Oldest first. */
  records: z.array(egressRecordView),
  /** The sequence of the last record. */
  cursor: nextCursor,
});

const one = { scope: { namespaceOf: "egress" }, subject: ["egress"] } as const;
const path = "/v1/egresses/{namespace}/{name}";

/** The noun is `doors` to the console, whose page shows where messages leave. */
export const egressOperations = {
  egress: query({
    summary: "What waits in an egress, as people read it",
    access: "read",
    ...one,
    input: z.object({ egress, ...page }),
    output: egressPageView,
    problems: [],
  }),
  connectors: query({
    summary: "Every ingress and egress that modules declare, and what it is doing",
    access: "read",
    scope: "gateway",
    input: nothing,
    output: z.array(connectorRow),
    problems: [],
    http: { method: "GET", path: "/v1/connectors", under: "connectors" },
  }),
  egresses: query({
    summary: "Egresses with how many records wait",
    access: "read",
    scope: "gateway",
    input: nothing,
    output: z.array(z.strictObject({ id: z.string(), kind: z.string(), module: z.string().nullable(), waitingRecords: z.number() })),
    problems: [],
    trpc: false,
    http: { method: "GET", path: "/v1/egresses", under: "egresses" },
  }),
  records: bytes({
    summary: "Records of an egress in order, their values as bytes; nothing is removed",
    access: "read",
    ...one,
    input: z.object({
      egress,
      after: z.number().int().nonnegative().optional(),
      limit: z.number().int().min(1).max(storedPageRecordsMax).default(100),
    }),
    output: z.custom<readonly EgressRecord[]>(),
    problems: [],
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
