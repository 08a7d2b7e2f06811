/**
 * Backups: files in <dataDir>/backups, each a savepoint that carries the catalog. Neighbours: backup/ writes the catalog into the file and
 * reads it again at a start; backups-service.ts has the verbs.
 * Guarantee: a file has its name only once it is whole; no more than backupsKeptMax are kept.
 */
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Engine } from "@signalbox/runtime";
import { openRegularFile } from "@signalbox/runtime/regular-file";
import { addCatalog } from "../../backup/add-catalog.ts";
import { databaseTarget } from "../../catalog/database-url.ts";
import type { BackupRow, BackupTaken } from "../../contract/savepoints/backups.ts";
import { GatewayError } from "../../contract/problem.ts";
import type { SavepointFile } from "../../contract/savepoints/savepoints.ts";

export interface BackupsOptions {
  readonly folder: string;
  readonly engine: Pick<Engine, "takeSavepoint">;
  /** The SQLite file of the catalog; undefined when it is in a PostgreSQL server. */
  readonly catalogPath: string | undefined;
  readonly nowMs?: () => number;
}

const suffix = ".backup";
/** Few are kept, because a backup should be copied to another machine: beside its original it is only half a backup. */
const backupsKeptMax = 2;

/** Opens the backups of the catalog that the URL names. */
export async function openBackups(parts: {
  readonly folder: string;
  readonly databaseUrl: string;
  readonly engine: BackupsOptions["engine"];
}): Promise<Backups> {
  const target = databaseTarget(parts.databaseUrl);
  await removeParts(parts.folder);
  return new Backups({ ...parts, catalogPath: target.kind === "sqlite" ? target.path : undefined });
}

/** Removes unfinished files: they fill the disk, and they may hold values that were erased since. */
async function removeParts(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  for (const name of await readdir(folder)) if (name.includes(".part")) await rm(join(folder, name), { force: true });
}

export class Backups {
  readonly #options: BackupsOptions;
  #taking = false;
  #work: Promise<unknown> = Promise.resolve();

  constructor(options: BackupsOptions) {
    this.#options = options;
  }

  async list(): Promise<BackupRow[]> {
    await mkdir(this.#options.folder, { recursive: true });
    const names = (await readdir(this.#options.folder)).filter((name) => name.endsWith(suffix));
    const rows = await Promise.all(names.map((name) => this.#row(name.slice(0, -suffix.length))));
    return rows.filter((row) => row !== undefined).sort((a, b) => b.createdMs - a.createdMs || b.id.localeCompare(a.id));
  }

  async take(signal: AbortSignal): Promise<BackupTaken> {
    if (this.#taking) throw busy();
    this.#taking = true;
    try {
      const work = this.#take(signal);
      this.#work = work;
      return await work;
    } finally {
      this.#taking = false;
    }
  }

  /** Resolves when the backup that is being made exists or has failed. */
  async settled(): Promise<void> {
    await this.#work.catch(() => undefined);
  }

  async file(id: string): Promise<SavepointFile> {
    if (!(await this.list()).some((row) => row.id === id)) throw unknown(id);
    const { file, sizeBytes } = await openRegularFile(this.#path(id));
    return { id, sizeBytes, content: file.createReadStream() };
  }

  async remove(id: string): Promise<void> {
    if (!(await this.list()).some((row) => row.id === id)) throw unknown(id);
    await rm(this.#path(id), { force: true });
  }

  async #take(signal: AbortSignal): Promise<BackupTaken> {
    const { folder, engine, catalogPath, nowMs = Date.now } = this.#options;
    await mkdir(folder, { recursive: true });
    await removeParts(folder);
    const createdMs = nowMs();
    const stamp = new Date(createdMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
    const id = `${stamp}-${randomBytes(2).toString("hex")}`;
    const part = join(folder, `${id}.part`);
    try {
      const { epoch, entities } = await engine.takeSavepoint(part, { signal });
      const checksum = await addCatalog({ savepointPath: part, catalogPath, scratchPath: `${part}.catalog` }, signal);
      await rename(part, this.#path(id));
      const row = await this.#row(id);
      await this.#removeOld();
      const catalog = catalogPath === undefined ? "elsewhere" : "inside";
      return { id, createdMs, sizeBytes: row?.sizeBytes ?? 0, epoch, entities, checksum, catalog };
    } finally {
      await removeParts(folder);
    }
  }

  #path(id: string): string {
    return join(this.#options.folder, id + suffix);
  }

  /** undefined when it was removed in between. */
  async #row(id: string): Promise<BackupRow | undefined> {
    const found = await stat(this.#path(id)).catch(() => undefined);
    return found?.isFile() === true ? { id, createdMs: Math.floor(found.mtimeMs), sizeBytes: found.size } : undefined;
  }

  async #removeOld(): Promise<void> {
    for (const { id } of (await this.list()).slice(backupsKeptMax)) await rm(this.#path(id), { force: true });
  }
}

function busy(): GatewayError {
  return new GatewayError("SAVEPOINT_BUSY", { detail: "Not now: a backup is being made.", where: "backups", cure: "Wait until it ends." });
}

function unknown(id: string): GatewayError {
  return new GatewayError("UNKNOWN_BACKUP", {
    detail: `No backup has the id ${id}.`,
    where: "id",
    cure: `GET /v1/backups lists them; the newest ${backupsKeptMax} are kept.`,
  });
}
