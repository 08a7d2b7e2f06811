/**
 * SavepointFiles: files in <dataDir>/savepoints and their records in the catalog.
 * A savepoint is reported ready only after the engine said so (G3); one is taken or restored at a time; a restore takes one of the
 * present state first, checks the checksum, and replaces everything or nothing (the engine's promise).
 */
import { randomBytes } from "node:crypto";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { EngineError, type Engine } from "@signalbox/runtime";
import { savepointOrigins, type SavepointCatalog, type SavepointRecord } from "../../catalog/catalog.ts";
import type { Flow } from "../../flow/flow.ts";
import { GatewayError } from "../../contract/problem.ts";
import type { RestoreImpact, RestoreState, SavepointFile, SavepointPoint, SavepointRow } from "../../contract/savepoints/savepoints.ts";
import { ErasableSavepoint } from "./erasable-savepoint.ts";
import { OpenReaders } from "./open-readers.ts";
import { RestoreImpacts } from "./restore-impact.ts";
import { RestoreLedgers, type LedgerOfFiles } from "./restore-ledger.ts";

export type SavepointOrigin = SavepointRecord["origin"];

/** Files that were not taken here. */
export type AddedOrigin = Extract<SavepointOrigin, "upload" | "bootstrap" | "move">;

export interface SavepointFiles {
  list(): SavepointRow[];
  get(id: string): SavepointRow;
  /** The savepoints that are ready, newest first. */
  points(): SavepointPoint[];
  take(origin: SavepointOrigin): Promise<SavepointRow>;
  impact(id: string): Promise<RestoreImpact>;
  /** The ledger of the restore that began this era; null when none did. */
  ledger(era: number): Promise<LedgerOfFiles | null>;
  /** `before` is the savepoint of the state that was replaced. */
  restore(id: string): Promise<{ epoch: number; before: string }>;
  /** The restore that is under way; null when there is none. */
  restoring(): RestoreState | null;
  remove(id: string): Promise<void>;
  /** Registers the file that `write` makes, after checking it as before a restore. A refused file is removed. */
  add(origin: AddedOrigin, write: WriteSavepoint): Promise<SavepointRow>;
  /** Opens the file of a ready savepoint. A reader is cut off when values are erased from it, because half a file is useless. */
  open(id: string): Promise<SavepointFile>;
  /** The file of a ready savepoint, kept until `end` is called; `stop` is called when values are erased from it before that. */
  reading(id: string, stop: (why: Error) => void): { readonly path: string; readonly end: () => void };
  /** Until the returned function is called, no savepoint is taken, restored or removed. Throws SAVEPOINT_BUSY. */
  hold(what: string): () => void;
  /** Erases values from a ready savepoint; only while `hold` is in force. */
  erasable(id: string): ErasableSavepoint;
}

/** Writes and syncs the file, and resolves with the checksum that it must have, if known. */
export type WriteSavepoint = (path: string) => Promise<{ readonly expectedChecksum?: string | undefined }>;

export interface SavepointFilesOptions {
  readonly folder: string;
  readonly engine: Pick<
    Engine,
    | "status"
    | "takeSavepoint"
    | "checkSavepoint"
    | "restoreSavepoint"
    | "eraseInSavepoint"
    | "egresses"
    | "egressRecords"
    | "journal"
    | "eras"
    | "functionTypes"
    | "endpoints"
  >;
  readonly catalog: SavepointCatalog;
  readonly flow: Pick<Flow, "mark" | "changed">;
  /** Counts the entities of a file by type. */
  readonly countTypes: (path: string) => Promise<SavepointRow["types"]>;
  /** The modules that are in force now. */
  readonly modules: () => SavepointRow["modules"];
  readonly nowMs?: () => number;
}

const beforeRestoreKeptMax = 5;
/** How many files are added at once; each is read, checked and hashed beside the traffic. */
const addingMax = 2;

export async function openSavepoints(options: SavepointFilesOptions): Promise<SavepointFiles> {
  await mkdir(options.folder, { recursive: true });
  await removeParts(options.folder);
  const service = new Savepoints(options);
  await service.load();
  return service;
}

/** Removes part files that a kill left: they never became savepoints. */
async function removeParts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) if (/\.savepoint(\.part)+$/.test(name)) await rm(join(folder, name), { force: true });
}

class Savepoints implements SavepointFiles {
  readonly #options: SavepointFilesOptions;
  readonly #nowMs: () => number;
  readonly #rows = new Map<string, SavepointRow>();
  readonly #impacts: RestoreImpacts;
  readonly #ledgers: RestoreLedgers;
  #busy: string | undefined;
  readonly #readers = new OpenReaders();
  #adding = 0;
  #restoring: RestoreState | null = null;

  constructor(options: SavepointFilesOptions) {
    this.#options = options;
    this.#impacts = new RestoreImpacts(options.engine, options.modules);
    this.#ledgers = new RestoreLedgers(options.engine, () => this.list());
    this.#nowMs = options.nowMs ?? Date.now;
  }

  /** A savepoint that was being taken when the gateway stopped never became one. */
  async load(): Promise<void> {
    for (const record of await this.#options.catalog.list()) {
      const row = rowOf(record, this.#options.folder);
      if (record.path !== basename(record.path)) await this.#options.catalog.put(recordOf(row));
      if (row.status === "taking") {
        Object.assign(row, { status: "failed", error: "The gateway stopped while it was taken." });
        await rm(row.path, { force: true });
        await this.#options.catalog.put(recordOf(row));
      }
      this.#rows.set(row.id, row);
    }
  }

  list(): SavepointRow[] {
    return [...this.#rows.values()].sort((a, b) => b.createdMs - a.createdMs || b.id.localeCompare(a.id));
  }

  get(id: string): SavepointRow {
    const row = this.#rows.get(id);
    if (row !== undefined) return row;
    throw new GatewayError("UNKNOWN_SAVEPOINT", {
      detail: `No savepoint has the id ${id}.`,
      where: "id",
      cure: "GET /v1/savepoints lists them.",
    });
  }

  points(): SavepointPoint[] {
    const ready = this.list().filter(({ status }) => status === "ready");
    return ready.map(({ id, createdMs, epoch }) => ({ id, createdMs, epoch }));
  }

  take(origin: SavepointOrigin): Promise<SavepointRow> {
    return this.#alone("a savepoint is being taken", () => this.#take(origin));
  }

  impact(id: string): Promise<RestoreImpact> {
    return this.#impacts.of(this.#ready(id));
  }

  ledger(era: number): Promise<LedgerOfFiles | null> {
    return this.#ledgers.of(era);
  }

  restoring(): RestoreState | null {
    return this.#restoring;
  }

  restore(id: string): Promise<{ epoch: number; before: string }> {
    const row = this.#ready(id);
    return this.#alone(`savepoint ${id} is being restored`, () => this.#restore(row));
  }

  remove(id: string): Promise<void> {
    const row = this.get(id);
    return this.#alone(`savepoint ${id} is being removed`, () => this.#remove(row));
  }

  open(id: string): Promise<SavepointFile> {
    return this.#readers.open(this.#ready(id));
  }

  reading(id: string, stop: (why: Error) => void): { readonly path: string; readonly end: () => void } {
    const { path } = this.#ready(id);
    return { path, end: this.#readers.reading(id, stop) };
  }

  hold(what: string): () => void {
    if (this.#busy !== undefined) throw busy(this.#busy);
    this.#busy = what;
    return () => {
      this.#busy = undefined;
    };
  }

  erasable(id: string): ErasableSavepoint {
    const row = this.#ready(id);
    return new ErasableSavepoint(this.#options.engine, row, {
      nowMs: this.#nowMs,
      cutReaders: () => this.#readers.cut(id),
      keep: async () => {
        row.types = await this.#typesOf(row.path);
        await this.#options.catalog.put(recordOf(row));
        this.#impacts.forget(id);
        this.#options.flow.changed("savepoints");
      },
    });
  }

  async add(origin: AddedOrigin, write: WriteSavepoint): Promise<SavepointRow> {
    if (this.#adding >= addingMax) throw busy(`${addingMax} savepoint files are being taken in`);
    this.#adding++;
    const row = this.#newRow(origin);
    const part = `${row.path}.part`;
    try {
      const startedMs = this.#nowMs();
      const { path: _part, ...summary } = await this.#options.engine.checkSavepoint(part, await write(part));
      await rename(part, row.path);
      Object.assign(row, summary, {
        status: "ready",
        durationMs: Math.max(0, this.#nowMs() - startedMs),
        types: await this.#typesOf(row.path),
      });
      await this.#options.catalog.put(recordOf(row));
    } catch (error) {
      await Promise.all([part, row.path].map((path) => rm(path, { force: true })));
      throw withoutPlace(error, part);
    } finally {
      this.#adding--;
    }
    this.#rows.set(row.id, row);
    this.#options.flow.changed("savepoints");
    return row;
  }

  async #restore(row: SavepointRow): Promise<{ epoch: number; before: string }> {
    const rowsTotal = row.entities + row.messages + row.delayedMessages + row.egressRecords;
    const state: RestoreState = { id: row.id, startedMs: this.#nowMs(), phase: "checking", rows: 0, rowsTotal, before: null };
    const tell = (change: Partial<RestoreState>): void => {
      Object.assign(state, change);
      this.#options.flow.changed("savepoints");
    };
    this.#restoring = state;
    tell({});
    try {
      const { epoch } = await this.#options.engine.restoreSavepoint(row.path, {
        expectedChecksum: row.checksum === "" ? undefined : row.checksum,
        name: row.id,
        // The engine admits nothing any more, so everything that was acknowledged is in this savepoint.
        before: async () => {
          tell({ phase: "saving" });
          tell({ before: (await this.#take("before-restore")).id });
        },
        onProgress: tell,
      });
      this.#options.flow.mark("restore", row.id);
      await this.#trimBeforeRestore(row.id);
      return { epoch, before: state.before ?? "" };
    } finally {
      this.#restoring = null;
      this.#options.flow.changed("savepoints");
    }
  }

  async #take(origin: SavepointOrigin): Promise<SavepointRow> {
    const row = this.#newRow(origin);
    row.modules = this.#options.modules();
    await this.#options.catalog.put(recordOf(row));
    this.#rows.set(row.id, row);
    this.#options.flow.changed("savepoints");
    try {
      // `journalFrom` helps only while the journal is followed, and means nothing to later readers of the file.
      const { journalFrom: _place, ...summary } = await this.#options.engine.takeSavepoint(row.path, {
        onProgress: ({ rows }) => {
          row.progressRows = rows;
          this.#options.flow.changed("savepoints");
        },
      });
      Object.assign(row, summary, { types: await this.#typesOf(row.path), status: "ready" });
    } catch (error) {
      Object.assign(row, { status: "failed", error: error instanceof Error ? error.message : String(error) });
      await rm(row.path, { force: true });
      // A full disk may refuse this too; the next start then finds the old record and marks it as failed.
      await this.#options.catalog.put(recordOf(row)).catch(() => undefined);
      this.#options.flow.changed("savepoints");
      throw error;
    }
    await this.#options.catalog.put(recordOf(row));
    this.#options.flow.mark("savepoint", row.id);
    return row;
  }

  /** A failure to count must not stop anybody from restoring the savepoint. */
  #typesOf(path: string): Promise<SavepointRow["types"]> {
    return this.#options.countTypes(path).catch(() => null);
  }

  async #remove(row: SavepointRow): Promise<void> {
    await this.#options.catalog.remove(row.id);
    this.#rows.delete(row.id);
    this.#impacts.forget(row.id);
    await rm(row.path, { force: true });
    this.#options.flow.changed("savepoints");
  }

  async #trimBeforeRestore(inUse: string): Promise<void> {
    const automatic = this.list().filter((row) => row.origin === "before-restore" && row.id !== inUse);
    for (const row of automatic.slice(beforeRestoreKeptMax)) await this.#remove(row);
  }

  #newRow(origin: SavepointOrigin): SavepointRow {
    const createdMs = this.#nowMs();
    const stamp = new Date(createdMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
    const id = `${stamp}-${randomBytes(2).toString("hex")}`;
    return {
      id,
      createdMs,
      status: "taking",
      origin,
      epoch: 0,
      entities: 0,
      messages: 0,
      delayedMessages: 0,
      egressRecords: 0,
      sizeBytes: 0,
      checksum: "",
      durationMs: 0,
      path: join(this.#options.folder, `${id}.savepoint`),
      error: null,
      progressRows: 0,
      erasedMs: null,
      modules: null,
      types: null,
    };
  }

  #ready(id: string): SavepointRow {
    const row = this.get(id);
    if (row.status === "ready") return row;
    throw new GatewayError("SAVEPOINT_NOT_READY", {
      detail: `Savepoint ${id} is ${row.status}.`,
      where: "id",
      cure: "Choose one that is ready.",
    });
  }

  async #alone<T>(what: string, work: () => Promise<T>): Promise<T> {
    const release = this.hold(what);
    try {
      return await work();
    } finally {
      release();
    }
  }
}

function busy(what: string): GatewayError {
  return new GatewayError("SAVEPOINT_BUSY", {
    detail: `Not now: ${what}.`,
    where: "savepoints",
    cure: "Wait until it ends, then try again.",
  });
}

/** The sender of a file must not see the path where it was stored. */
function withoutPlace(error: unknown, path: string): unknown {
  if (!(error instanceof EngineError)) return error;
  return new EngineError(error.code, error.message.replaceAll(path, "the file"), error.cure);
}

/**
 * The catalog keeps only the file's name, so that a copied data directory uses its own files. Records of earlier versions have the whole
 * path of that time.
 */
function rowOf(record: SavepointRecord, folder: string): SavepointRow {
  return {
    ...record,
    path: join(folder, basename(record.path)),
    error: record.error ?? null,
    progressRows: 0,
    erasedMs: record.erasedMs ?? null,
    modules: record.modules === undefined ? null : [...record.modules],
    types: record.types === undefined ? null : [...record.types],
  };
}

function recordOf(row: SavepointRow): SavepointRecord {
  const { progressRows: _progressRows, error, origin, erasedMs, modules, types, ...rest } = row;
  return {
    ...rest,
    path: basename(row.path),
    origin: savepointOrigins.find((known) => known === origin) ?? "api",
    error: error ?? undefined,
    erasedMs: erasedMs ?? undefined,
    modules: modules ?? undefined,
    types: types ?? undefined,
  };
}
