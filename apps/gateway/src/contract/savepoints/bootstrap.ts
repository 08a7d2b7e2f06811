/**
 * bootstrap: makes a savepoint with SQL over uploaded files and over databases (docs/bootstrap.md).
 */
import { z } from "zod";
import { done, mutation, nothing, query } from "../operation.ts";
import { openUpload, savepointRow } from "./savepoints.ts";

const fileName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, "1 to 128 letters, digits, dots, hyphens and underscores")
  .refine((name) => !name.endsWith(".part"), "a name that does not end with .part");

const bootstrapFile = z.strictObject({ name: z.string(), sizeBytes: z.number(), modifiedMs: z.number() });
export type BootstrapFile = z.output<typeof bootstrapFile>;

const name = z.string().min(1).max(63);
const source = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.enum(["csv", "jsonl", "parquet", "sqlite"]), name, file: fileName }),
  z.strictObject({ kind: z.literal("postgresql"), name, url: z.string().max(2_000) }),
]);
export type BootstrapSourceInput = z.output<typeof source>;

const run = z.object({
  sql: z.string().min(1).max(200_000),
  sources: z.array(source).max(50),
  /** What becomes of entities that exist already; the savepoint then begins with what runs now. When absent it begins empty. */
  merge: z.enum(["skip", "replace", "fail"]).optional(),
  /** How many wrong rows may be left out. */
  errorsMax: z.int().min(0).max(100_000).default(0),
  /** Counts and shows, and makes nothing. */
  dryRun: z.boolean().default(false),
});
export type BootstrapInput = z.output<typeof run>;

const count = z.number();
const report = z.strictObject({
  rows: count,
  values: count,
  entities: count,
  skippedEntities: count,
  replacedEntities: count,
  states: z.array(z.strictObject({ type: z.string(), name: z.string(), typename: z.string(), values: count })),
  errors: z.array(z.strictObject({ statement: count, row: count, key: z.string(), problem: z.string(), cure: z.string() })),
  errorsTotal: count,
  complete: z.boolean(),
  sample: z.array(z.strictObject({ type: z.string(), id: z.string(), name: z.string(), typename: z.string(), value: z.string() })),
  elapsedMs: count,
});

const outcome = z.strictObject({
  report,
  /** Null after a dry run, or when more rows are wrong than allowed. */
  savepoint: savepointRow.nullable(),
});
export type BootstrapOutcome = z.output<typeof outcome>;

const running = z.strictObject({ startedMs: z.number(), rows: z.number() });

export const bootstrap = {
  files: query({
    summary: "Files that a bootstrap can read",
    access: "read",
    scope: "gateway",
    input: nothing,
    output: z.array(bootstrapFile),
    problems: [],
    http: { method: "GET", path: "/v1/bootstrap/files", under: "files" },
  }),
  upload: mutation({
    comesInPieces: true,
    summary: "Keep a file for bootstraps; one of the same name gives way",
    access: "admin",
    scope: "gateway",
    subject: ["name"],
    input: z.object({ name: fileName, open: openUpload, sizeBytes: z.int().nonnegative().optional() }),
    output: bootstrapFile,
    problems: ["BODY_TOO_LARGE", "REQUEST_TOO_SLOW", "DISK_FULL"],
    trpc: false,
    http: { method: "PUT", path: "/v1/bootstrap/files/{name}", ownRoute: "the body is the file", file: "application/octet-stream" },
  }),
  remove: mutation({
    summary: "Remove a file that was kept for bootstraps",
    access: "admin",
    scope: "gateway",
    subject: ["name"],
    input: z.object({ name: fileName }),
    output: done,
    problems: [],
    http: { method: "DELETE", path: "/v1/bootstrap/files/{name}", status: 204 },
  }),
  run: mutation({
    summary: "Make a savepoint out of SQL over sources, or (dryRun) count what it would hold",
    access: "admin",
    scope: "gateway",
    large: ["sources"],
    input: run,
    output: outcome,
    problems: ["BOOTSTRAP_REFUSED", "BOOTSTRAP_FAILED", "SQL_NOT_INSTALLED", "SAVEPOINT_BUSY"],
    http: { method: "POST", path: "/v1/bootstrap" },
  }),
  running: query({
    summary: "The bootstrap under way; null: none is",
    access: "read",
    scope: "gateway",
    input: nothing,
    output: running.nullable(),
    problems: [],
    http: { method: "GET", path: "/v1/bootstrap", under: "running" },
  }),
} as const;
