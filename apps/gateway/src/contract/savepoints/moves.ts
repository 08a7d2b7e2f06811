/**
 * moves: savepoints to Apache Flink and back (docs/moving-state.md): what moves, what cannot and why; the conversion; the check after it.
 */
import { z } from "zod";
import { done, mutation, nothing, query } from "../operation.ts";
import { savepointRow } from "./savepoints.ts";

const count = z.number();

/** These names are stable, because `accept` uses them. A new part is added here, and the console's languages need a name for it. */
const movePart = z.enum([
  "call-answers",
  "calls-under-way",
  "cancellation-tokens",
  "delayed-messages",
  "egress-records",
  "ends",
  "ends-of-endless",
  "ends-unknown",
  "ends-unregistered",
  "entities",
  "headers",
  "idempotency-keys",
  "in-flight",
  "messages",
  "names-long",
  "names-reserved",
  "names-shared",
  "parked",
  "paused",
  "positions",
  "times-of-writing",
  "tokens-twice",
  "traces",
  "typenames-odd",
  "types-guessed",
  "types-mixed",
  "values",
  "values-expired",
]);

const item = z.strictObject({
  what: movePart,
  /**
   * moves: it arrives as it was. changes: it arrives, but not all of it. stays: it does not arrive. blocks: nothing moves until this is
   * solved.
   */
  fate: z.enum(["moves", "changes", "stays", "blocks"]),
  count,
  why: z.string(),
  cure: z.string(),
  /** For a part that blocks: whether it may be accepted. */
  acceptable: z.boolean(),
  examples: z.array(z.string()),
});

export type MoveItem = z.output<typeof item>;

const outcome = z.strictObject({
  direction: z.enum(["flink", "embedded"]),
  items: z.array(item),
  /** What still blocks the move. */
  blocked: z.array(z.string()),
  /** What is on the other side now; null after a dry run, or when something blocks the move. */
  moved: z.strictObject({ values: count, messages: count, delayedMessages: count }).nullable(),
  /** The result of reading it back and comparing it, entity by entity; null when nothing was compared. */
  check: z.strictObject({ isEqual: z.boolean(), values: count, messages: count, delayedMessages: count }).nullable(),
  /** To Flink: the name of the folder in <data directory>/flink-savepoints. */
  folder: z.string().nullable(),
  /** To embedded: the savepoint that was registered; restoring it is the next step. */
  savepoint: savepointRow.nullable(),
  /** To Flink: the number of epochs that were committed here after the savepoint; the savepoint does not have what they changed. */
  epochsSince: count.nullable(),
  elapsedMs: count,
});
export type MoveOutcome = z.output<typeof outcome>;

const running = z.strictObject({
  direction: z.enum(["flink", "embedded"]),
  /** The name of the savepoint or the folder. */
  name: z.string(),
  phase: z.enum(["planning", "writing", "sealing", "sorting", "checking"]),
  rows: count,
  /** 0 when it is not known. */
  rowsTotal: count,
  startedMs: count,
});
export type RunningMove = z.output<typeof running>;

const folder = z.strictObject({ name: z.string(), modifiedMs: count, sizeBytes: count });
export type FlinkFolder = z.output<typeof folder>;

const folderName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, "1 to 128 letters, digits, dots, hyphens and underscores")
  .refine((name) => !name.endsWith(".part"), "a name that does not end with .part");

const problems = [
  "MOVE_BLOCKED",
  "MOVE_NOT_EQUAL",
  "FLINK_SAVEPOINT_MISSING",
  "FLINK_SAVEPOINT_FOREIGN",
  "FLINK_SAVEPOINT_NATIVE",
  "FLINK_SAVEPOINT_CUT",
  "FLINK_STATE_UNKNOWN",
  "FLINK_TOOL_MISSING",
  "FLINK_TOOL_FAILED",
  "SAVEPOINT_BUSY",
] as const;

/** Shows what would move, and moves nothing. */
const dryRun = z.boolean().default(true);

export const moves = {
  folders: query({
    summary: "Flink savepoints in the data directory's flink-savepoints, newest first",
    access: "read",
    scope: "gateway",
    input: nothing,
    output: z.array(folder),
    problems: [],
    http: { method: "GET", path: "/v1/moves/folders", under: "folders" },
  }),
  toFlink: mutation({
    summary: "Make a Flink savepoint of a savepoint; a dry run, the default, says what moves, what cannot and why",
    access: "admin",
    scope: "gateway",
    subject: ["savepoint"],
    input: z.object({
      savepoint: z.string().min(1).max(64),
      dryRun,
      /** The blocking parts that may be left behind. */
      accept: z.array(z.string().max(64)).max(20).default([]),
      /** The pipeline.max-parallelism of the job that will run from it. */
      maxParallelism: z.int().min(1).max(32_768).default(128),
    }),
    output: outcome,
    problems: [...problems, "UNKNOWN_SAVEPOINT", "SAVEPOINT_NOT_READY"],
    http: { method: "POST", path: "/v1/moves/to-flink" },
  }),
  toEmbedded: mutation({
    summary: "Make a savepoint of a Flink savepoint; a dry run, the default, says what moves, what cannot and why",
    access: "admin",
    scope: "gateway",
    subject: ["folder"],
    input: z.object({
      folder: folderName,
      dryRun,
      /** The savepoint that says how long values live, which Flink does not keep; the newest one when absent. */
      specsOf: z.string().min(1).max(64).optional(),
    }),
    output: outcome,
    problems: [...problems, "UNKNOWN_SAVEPOINT", "SAVEPOINT_UNREADABLE", "DISK_FULL"],
    http: { method: "POST", path: "/v1/moves/to-embedded" },
  }),
  running: query({
    summary: "The move under way; null: none is",
    access: "read",
    scope: "gateway",
    input: nothing,
    output: running.nullable(),
    problems: [],
    http: { method: "GET", path: "/v1/moves", under: "running" },
  }),
  cancel: mutation({
    summary: "End the move under way; nothing of it is left",
    access: "admin",
    scope: "gateway",
    input: z.object({}).optional(),
    output: done,
    problems: [],
    http: { method: "POST", path: "/v1/moves/cancel", status: 204 },
  }),
} as const;
