/**
 * savepoints: list, take, what a restore would cost, restore, remove; the eras that restores began.
 */
import { z } from "zod";
import { eraView } from "../shapes/era.ts";
import { bytes, done, mutation, nothing, query } from "../operation.ts";

export const savepointRow = z.strictObject({
  id: z.string(),
  createdMs: z.number(),
  status: z.enum(["taking", "ready", "failed"]),
  /** person, api, before-restore, upload, bootstrap or move. */
  origin: z.string(),
  epoch: z.number(),
  entities: z.number(),
  messages: z.number(),
  delayedMessages: z.number(),
  egressRecords: z.number(),
  sizeBytes: z.number(),
  checksum: z.string(),
  durationMs: z.number(),
  path: z.string(),
  error: z.string().nullable(),
  progressRows: z.number(),
  /** When values were last erased from its file; null when never. */
  erasedMs: z.number().nullable(),
  /** The modules that were in force when it was taken; null when that is not known. */
  modules: z.array(z.strictObject({ name: z.string(), revision: z.number() })).nullable(),
  /** The number of its entities by type, the largest first; null when they were not counted. */
  types: z.array(z.strictObject({ type: z.string(), entities: z.number() })).nullable(),
});
export type SavepointRow = z.output<typeof savepointRow>;

/** A savepoint that can be compared. */
const savepointPoint = z.strictObject({ id: z.string(), createdMs: z.number(), epoch: z.number() });
export type SavepointPoint = z.output<typeof savepointPoint>;

/** What the journal tells of the time since the savepoint; `atLeast` is true when it was not read to its end (yet). */
const undoneWork = z.strictObject({
  invocations: z.number(),
  messagesIn: z.number(),
  /** Entities that an invocation or a person touched: they change back, or disappear. */
  entities: z.number(),
  acts: z.number(),
  atLeast: z.boolean(),
});
export type UndoneWork = z.output<typeof undoneWork>;

const egressLedgerRow = z.strictObject({
  egress: z.string(),
  /** Records that were made since, as far as the journal was read. */
  since: z.number(),
  /** Records that wait now and in the savepoint: they stay. */
  kept: z.number(),
  /** Records that were made since and not fetched: they are lost. */
  dropped: z.number(),
  /** Records of the savepoint that were fetched since: they come again. */
  repeated: z.number(),
  atLeast: z.boolean(),
});
export type EgressLedgerRow = z.output<typeof egressLedgerRow>;

/**
 * Whether what a savepoint holds fits what is declared and registered now, which a restore leaves as it is. Each list has at most 100
 * entries.
 */
export const restoreVerdict = z.strictObject({
  /** True when the lists hold nothing but changed modules. */
  fits: z.boolean(),
  /** Types that no endpoint serves now: their messages would wait. */
  unserved: z.array(z.strictObject({ type: z.string(), entities: z.number().nullable() })),
  /** States that functions register with another type now: their entities would be parked at their next message. */
  stateTypes: z.array(z.strictObject({ type: z.string(), name: z.string(), saved: z.string(), now: z.string() })),
  /** Egresses whose records are in the savepoint and that no module declares now: the records would wait. */
  undeclaredEgresses: z.array(z.string()),
  /**
   * Modules with another revision than then. A side is null when the module was not there. The list is null when the modules of then are
   * not known.
   */
  modules: z.array(z.strictObject({ name: z.string(), saved: z.number().nullable(), now: z.number().nullable() })).nullable(),
});
export type RestoreVerdict = z.output<typeof restoreVerdict>;

/** What a restore would cost, counted; shown before the typed confirmation. */
export const restoreImpact = z.strictObject({
  savepointEpoch: z.number(),
  currentEpoch: z.number(),
  epochsLost: z.number(),
  /** What waits now and would be lost. */
  now: z.strictObject({ messages: z.number(), delayed: z.number(), parked: z.number(), paused: z.number() }),
  /** What the savepoint brings. */
  brings: z.strictObject({ entities: z.number(), messages: z.number(), delayed: z.number(), egressRecords: z.number() }),
  undone: undoneWork,
  egresses: z.array(egressLedgerRow),
  verdict: restoreVerdict,
});
export type RestoreImpact = z.output<typeof restoreImpact>;

/** What a savepoint holds, counted while it was taken. */
const ledgerSide = savepointRow.pick({
  id: true,
  createdMs: true,
  epoch: true,
  entities: true,
  messages: true,
  delayedMessages: true,
  egressRecords: true,
  sizeBytes: true,
});
export type LedgerSide = z.output<typeof ledgerSide>;

/** What a restore cost, shown after it. */
export const restoreLedger = z.strictObject({
  /** The era that it began. */
  era: z.number(),
  atMs: z.number(),
  /** Null when the audit does not (or no longer) tell. */
  by: z.strictObject({ name: z.string(), door: z.string() }).nullable(),
  savepoint: z.strictObject({ name: z.string(), epoch: z.number(), createdMs: z.number() }),
  /** The savepoint that it took first, with what was there; null when it was removed. */
  before: ledgerSide.nullable(),
  /** The savepoint that it went back to; null when it was removed. */
  restored: ledgerSide.nullable(),
  undone: undoneWork,
  /** Null when one of the two savepoints is gone, together with what waited in it. */
  egresses: z.array(egressLedgerRow).nullable(),
});
export type RestoreLedger = z.output<typeof restoreLedger>;

/** A restore under way. */
export const restoreState = z.strictObject({
  id: z.string(),
  startedMs: z.number(),
  /** saving: a savepoint of the current state is being taken. filling, draining, journal, opening: phases of the engine. */
  phase: z.enum(["checking", "saving", "filling", "draining", "journal", "opening"]),
  rows: z.number(),
  /** The approximate number of rows in the file. */
  rowsTotal: z.number(),
  /** The id of the savepoint of the current state, once it exists. */
  before: z.string().nullable(),
});
export type RestoreState = z.output<typeof restoreState>;

const byId = z.object({ id: z.string().min(1).max(64) });
const one = { scope: "gateway", subject: ["id"], input: byId } as const;
const restoreProblems = ["UNKNOWN_SAVEPOINT", "SAVEPOINT_NOT_READY", "SAVEPOINT_BUSY", "SAVEPOINT_UNREADABLE", "SAVEPOINT_FAILED"] as const;

/** Opens the bytes of a file, once: reading begins when they are asked for, and the reader need not read to the end. */
export type OpenUpload = () => AsyncIterable<Uint8Array>;

export const openUpload = z.custom<OpenUpload>((value) => typeof value === "function");

const upload = z.object({
  open: openUpload,
  /** The announced size; the bytes themselves are counted too. */
  sizeBytes: z.int().nonnegative().optional(),
  /** The checksum that the file must have, in hex; a file with another one is refused. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/i)
    .optional(),
});

/** An open file; it is closed when the stream ends. */
export interface SavepointFile {
  readonly id: string;
  readonly sizeBytes: number;
  readonly content: NodeJS.ReadableStream;
}

export const savepoints = {
  list: query({
    summary: "Savepoints, newest first",
    access: "read",
    scope: "gateway",
    input: nothing,
    output: z.array(savepointRow),
    problems: [],
    http: { method: "GET", path: "/v1/savepoints", under: "savepoints" },
    mcp: [{ tool: "savepoints" }],
  }),
  points: query({
    summary: "The savepoints that can be compared, newest first",
    access: "read",
    scope: "namespaces",
    input: nothing,
    output: z.array(savepointPoint),
    problems: [],
  }),
  get: query({
    summary: "One savepoint",
    access: "read",
    ...one,
    output: savepointRow,
    problems: ["UNKNOWN_SAVEPOINT"],
    trpc: false,
    http: { method: "GET", path: "/v1/savepoints/{id}" },
  }),
  file: bytes({
    summary: "The file of a savepoint (docs/savepoint-format.md)",
    unmasks: "files",
    access: "admin",
    ...one,
    output: z.custom<SavepointFile>(),
    problems: ["UNKNOWN_SAVEPOINT", "SAVEPOINT_NOT_READY", "SAVEPOINT_UNREADABLE"],
    trpc: false,
    http: { method: "GET", path: "/v1/savepoints/{id}/file", ownRoute: "the answer is the file" },
  }),
  take: mutation({
    summary: "Take a savepoint",
    access: "operate",
    scope: "gateway",
    input: z.object({}).optional(),
    output: savepointRow,
    problems: ["SAVEPOINT_BUSY", "SAVEPOINT_FAILED"],
    http: {
      method: "POST",
      path: "/v1/savepoints",
      status: 201,
      ownRoute: "answers the part of the row that says what was taken; with a file as its body it is savepoints.upload",
      file: "application/vnd.sqlite3",
    },
    mcp: [{ tool: "take_savepoint" }],
  }),
  upload: mutation({
    comesInPieces: true,
    summary: "Take in a savepoint file from elsewhere; it is checked as a restore would check it",
    access: "admin",
    scope: "gateway",
    subject: ["sha256"],
    input: upload,
    output: savepointRow,
    problems: ["SAVEPOINT_UNREADABLE", "SAVEPOINT_BUSY", "BODY_TOO_LARGE", "REQUEST_TOO_SLOW", "DISK_FULL"],
    trpc: false,
  }),
  impact: query({
    summary: "What a restore would undo, drop and repeat, counted, and whether the savepoint fits what is declared now",
    access: "read",
    ...one,
    output: restoreImpact,
    problems: ["UNKNOWN_SAVEPOINT", "SAVEPOINT_NOT_READY", "SAVEPOINT_UNREADABLE"],
    http: { method: "GET", path: "/v1/savepoints/{id}/impact" },
    mcp: [{ tool: "savepoint_impact" }],
  }),
  restoring: query({
    summary: "The restore under way; null: none is",
    access: "read",
    scope: "namespaces",
    input: nothing,
    output: restoreState.nullable(),
    problems: [],
  }),
  eras: query({
    summary: "The eras that restores began",
    access: "read",
    scope: "namespaces",
    input: nothing,
    output: z.array(eraView),
    problems: [],
    http: { method: "GET", path: "/v1/eras", under: "eras" },
  }),
  ledger: query({
    summary:
      "What the restore that began an era undid, dropped and repeated, and who did it; null: no restore began that era, or nobody knows it any more",
    access: "read",
    scope: "gateway",
    input: z.object({ era: z.int().min(1) }),
    output: restoreLedger.nullable(),
    problems: [],
    http: { method: "GET", path: "/v1/eras/{era}/ledger" },
  }),
  restore: mutation({
    summary: "Go back to a savepoint; one of the present state is taken first",
    access: "admin",
    ...one,
    output: z.strictObject({ epoch: z.number(), before: z.string() }),
    problems: restoreProblems,
    http: { method: "POST", path: "/v1/savepoints/{id}:restore", ownRoute: "a colon behind the id is no field of a plain path" },
  }),
  remove: mutation({
    summary: "Remove a savepoint and its file",
    access: "admin",
    ...one,
    output: done,
    problems: ["UNKNOWN_SAVEPOINT", "SAVEPOINT_BUSY"],
    http: { method: "DELETE", path: "/v1/savepoints/{id}", status: 204 },
  }),
} as const;
