/**
 * FlinkSavepoints: savepoints of a running job as savepoint files, and back. Flink takes one by its own means, and it is converted
 * (savepoint/); a restore converts the file and starts the job from it. The ingress log is not part of it: a restore leaves unread what was
 * accepted before it. What has left already cannot be taken back. Neighbour: deploy/deployer.ts ends and starts the job. Guarantee: a
 * restore that fails leaves the job on what it had.
 */
import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { EngineError, type Era, type RestoreOptions, type Savepoints, type SavepointSummary } from "@signalbox/runtime";
import { z } from "zod";
import { engineErrorOf } from "./cluster-problem.ts";
import type { DesiredJob } from "./desired-job.ts";
import type { FlinkRest } from "./rest/flink-rest.ts";
import { MoveError } from "./savepoint/move-error.ts";
import type { Move } from "./savepoint/move-task.ts";
import { runMove } from "./savepoint/run-move.ts";
import { SavepointDatabase } from "./savepoint/savepoint-database.ts";
import { toolCommand } from "./savepoint/tool-command.ts";
import type { FlinkStore } from "./store/flink-store.ts";

export interface FlinkSavepointsParts {
  readonly rest: FlinkRest;
  readonly store: FlinkStore;
  readonly desired: DesiredJob;
  /** A folder of this machine for what is being converted. */
  readonly folder: string;
  /** The folder of savepoints; undefined means the one that the cluster itself uses. */
  readonly savepointFolder: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The end of the ingress log. */
  readonly next: () => number;
  /** Function types that are known. */
  readonly types: () => readonly string[];
  readonly eras: EraList;
  readonly restored: () => void;
  readonly signal: AbortSignal;
}

const savepointMsMax = 120_000;
/** Flink's own default; a job is not asked for its maximum. */
const maxParallelism = 128;
const erasKeptMax = 200;

const era = z.object({
  number: z.int(),
  beganMs: z.number(),
  firstSequence: z.number(),
  savepoint: z.object({ name: z.string(), epoch: z.number(), nextSequence: z.number(), createdMs: z.number() }),
  types: z.array(z.string()),
});

/** The number of restores so far, kept in the store. */
export class EraList {
  #eras: readonly Era[];

  private constructor(eras: readonly Era[]) {
    this.#eras = eras;
  }

  static async open(store: FlinkStore): Promise<EraList> {
    return new EraList((await store.document("eras", z.array(era))) ?? []);
  }

  get all(): readonly Era[] {
    return this.#eras;
  }

  begin(begun: Omit<Era, "number">): readonly Era[] {
    this.#eras = [...this.#eras, { ...begun, number: (this.#eras.at(-1)?.number ?? 1) + 1 }].slice(-erasKeptMax);
    return this.#eras;
  }
}

export function flinkSavepoints(parts: FlinkSavepointsParts): Savepoints {
  return {
    takeSavepoint: (path, options = {}) => refused(() => take(parts, path, options.signal)),
    checkSavepoint: (path, { expectedChecksum } = {}) => refused(() => check(parts, path, expectedChecksum)),
    restoreSavepoint: (path, options = {}) => refused(() => restore(parts, path, options)),
    eras: () => parts.eras.all,
  };
}

async function take(parts: FlinkSavepointsParts, path: string, signal: AbortSignal | undefined): Promise<SavepointSummary> {
  const startedMs = performance.now();
  const { desired, rest, savepointFolder, types } = parts;
  const job = desired.job;
  if (job === undefined) throw new EngineError("SAVEPOINT_FAILED", "no job runs on the cluster", "Apply a module, or start the cluster.");
  const url = await rest.savepoint(job, { cancel: false, directory: savepointFolder, msMax: savepointMsMax });
  const directory = localFolder(url);
  try {
    await move(parts, { direction: "embedded", dryRun: false, directory, path, specsOf: undefined, types: types() }, signal);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  return summaryOf(path, { epoch: parts.next(), startedMs });
}

async function check(parts: FlinkSavepointsParts, path: string, expected: string | undefined): Promise<SavepointSummary> {
  const startedMs = performance.now();
  const summary = await summaryOf(path, { epoch: 0, startedMs });
  if (expected !== undefined && expected !== summary.checksum)
    throw new EngineError("SAVEPOINT_UNREADABLE", `${path} has another checksum than its record`, "Put the file back from a copy.");
  await move(parts, { direction: "flink", dryRun: true, path, directory: "", maxParallelism, accept: [] });
  return summary;
}

async function restore(parts: FlinkSavepointsParts, path: string, options: RestoreOptions): Promise<{ epoch: number }> {
  const { desired, store, eras, folder, next } = parts;
  const summary = await check(parts, path, options.expectedChecksum);
  return desired.restore(async () => {
    await options.before?.();
    await mkdir(folder, { recursive: true });
    const directory = join(folder, `restore-${next()}-${summary.checksum.slice(0, 12)}`);
    await rm(directory, { recursive: true, force: true });
    await move(parts, { direction: "flink", dryRun: false, path, directory, maxParallelism, accept: [] });
    options.onProgress?.({ phase: "opening", rows: summary.entities });
    return {
      from: pathToFileURL(directory).href,
      writes: () => [
        store.documentWrite(
          "eras",
          eras.begin({
            beganMs: Date.now(),
            firstSequence: next(),
            savepoint: { name: options.name ?? path, epoch: summary.epoch, nextSequence: next(), createdMs: Date.now() },
            types: [...parts.types()],
          }),
        ),
      ],
      done: () => {
        parts.restored();
        return { epoch: summary.epoch };
      },
    };
  });
}

async function move(parts: FlinkSavepointsParts, what: Move, signal?: AbortSignal): Promise<void> {
  await mkdir(parts.folder, { recursive: true });
  const setting = { tool: toolCommand(parts.env), scratchFolder: parts.folder, nowMs: Date.now() };
  const signals = signal === undefined ? [parts.signal] : [parts.signal, signal];
  await runMove({ ...what, ...setting }, { signal: AbortSignal.any(signals) });
}

function localFolder(url: string): string {
  if (url.startsWith("file:")) return fileURLToPath(url);
  throw new EngineError(
    "SAVEPOINT_FAILED",
    `Flink took the savepoint at ${url}, which this machine cannot read`,
    "Set SIGNALBOX_FLINK_SAVEPOINTS to a file:// folder that the cluster and the gateway share; the one that was taken stays.",
  );
}

async function summaryOf(path: string, { epoch, startedMs }: { epoch: number; startedMs: number }): Promise<SavepointSummary> {
  const database = openedDatabase(path);
  try {
    const entities = "SELECT type, id FROM state UNION SELECT target_type, target_id FROM message";
    return {
      path,
      epoch,
      entities: Number(database.all(`SELECT count(*) FROM (${withTables(entities, database)})`)[0]?.[0] ?? 0),
      messages: database.count("message"),
      delayedMessages: database.count("delayed_message"),
      egressRecords: database.count("egress_record"),
      sizeBytes: statSync(path).size,
      checksum: await checksumOf(path),
      durationMs: Math.round(performance.now() - startedMs),
    };
  } finally {
    database.close();
  }
}

function withTables(sql: string, database: SavepointDatabase): string {
  return sql.replace("FROM state", `FROM ${database.table("state")}`).replace("FROM message", `FROM ${database.table("message")}`);
}

function openedDatabase(path: string): SavepointDatabase {
  try {
    return new SavepointDatabase(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError("SAVEPOINT_UNREADABLE", `${path} is no savepoint: ${reason}`, "Choose another savepoint.");
  }
}

async function checksumOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) hash.update(chunk);
  return hash.digest("hex");
}

async function refused<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MoveError) throw new EngineError("SAVEPOINT_FAILED", error.message, error.cure);
    throw engineErrorOf(error, Date.now());
  }
}
