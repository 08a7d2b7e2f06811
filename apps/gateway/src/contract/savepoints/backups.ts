/** backups: a savepoint and the catalog in one file, made while everything runs (docs/backup.md). */
import { z } from "zod";
import { bytes, done, mutation, nothing, query } from "../operation.ts";
import type { SavepointFile } from "./savepoints.ts";

export const backupRow = z.strictObject({
  id: z.string(),
  createdMs: z.number(),
  sizeBytes: z.number(),
});
export type BackupRow = z.output<typeof backupRow>;

export const backupTaken = z.strictObject({
  ...backupRow.shape,
  epoch: z.number(),
  entities: z.number(),
  /** The sha256 of the file, in hex. */
  checksum: z.string(),
  /** elsewhere: the catalog is in a PostgreSQL server, which has backups of its own. */
  catalog: z.enum(["inside", "elsewhere"]),
});
export type BackupTaken = z.output<typeof backupTaken>;

const one = { scope: "gateway", subject: ["id"], input: z.object({ id: z.string().min(1).max(64) }) } as const;

export const backups = {
  list: query({
    summary: "Backups that are kept in the data directory, newest first",
    access: "admin",
    scope: "gateway",
    input: nothing,
    output: z.array(backupRow),
    problems: [],
    http: { method: "GET", path: "/v1/backups", under: "backups" },
  }),
  take: mutation({
    summary: "Make a backup while everything runs: a savepoint of now, and the modules, people and settings of the catalog",
    access: "admin",
    scope: "gateway",
    input: z.object({}).optional(),
    output: backupTaken,
    problems: ["SAVEPOINT_BUSY", "SAVEPOINT_FAILED", "DISK_FULL"],
    http: { method: "POST", path: "/v1/backups", status: 201 },
  }),
  file: bytes({
    summary: "The file of a backup; hashes of passwords and tokens are in it",
    unmasks: "files",
    access: "admin",
    ...one,
    output: z.custom<SavepointFile>(),
    problems: ["UNKNOWN_BACKUP"],
    trpc: false,
    http: { method: "GET", path: "/v1/backups/{id}/file", ownRoute: "the answer is the file" },
  }),
  remove: mutation({
    summary: "Remove a backup",
    access: "admin",
    ...one,
    output: done,
    problems: ["UNKNOWN_BACKUP"],
    http: { method: "DELETE", path: "/v1/backups/{id}", status: 204 },
  }),
} as const;
