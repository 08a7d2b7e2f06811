/**
 * restoreBackup: begins an empty data directory from a backup (SIGNALBOX_RESTORE_BACKUP). Here, before the catalog is opened, its file is
 * put in its place; open-services.ts restores the savepoint before the ports open, and then calls done(). A note in the data directory says
 * how far that came, so a start that was killed in the middle is repeated, and a start with the setting still there does nothing twice.
 * Guarantee: a directory that holds anything is never touched.
 */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeFile, open } from "node:fs/promises";
import Database from "better-sqlite3";
import { z } from "zod";
import { databaseTarget } from "../catalog/database-url.ts";
import { makeFolders } from "../catalog/make-folders.ts";
import { BackupError } from "./backup-error.ts";
import { readCatalog } from "./backup-catalog.ts";
import { restoreNoteName as noteName } from "./restore-note.ts";

const setting = "SIGNALBOX_RESTORE_BACKUP";

/** A restore that has to be finished. */
export interface PendingRestore {
  /** The path of a backup, or of any savepoint. */
  readonly path: string;
  /** Must be called when the data is durable; from then on the directory counts as restored. */
  done(): Promise<void>;
}

export interface RestorePlaces {
  readonly dataDir: string;
  /** The folder of savepoints in the data directory; it may be absent. */
  readonly savepointFolder: string;
  readonly databaseUrl: string;
  /** Undefined when no backup is named. */
  readonly restoreBackup: string | undefined;
  /** Whether the engine's store has nothing in it. */
  readonly storeIsEmpty: boolean;
}

/** `savepoints`: the files that were in the folder of savepoints before. Other files there come from attempts that were killed. */
const noteShape = z.object({ backup: z.string(), phase: z.enum(["begun", "done"]), savepoints: z.array(z.string()).optional() });
type Note = z.output<typeof noteShape>;

/**
 * Puts the catalog in place. Returns undefined when there is nothing to restore, or it was restored before. Rejects with BackupError. The
 * caller must hold the data directory.
 */
export async function restoreBackup(places: RestorePlaces): Promise<PendingRestore | undefined> {
  const { dataDir, savepointFolder, restoreBackup: path } = places;
  const note = readNote(dataDir);
  if (path === undefined) {
    if (note?.phase === "begun") throw unfinished(note, join(dataDir, noteName));
    return undefined;
  }
  if (note?.phase === "done") return sameBackup(note, path) ? undefined : refuseFull(dataDir);
  const { identity, catalog } = readBackup(path);
  if (note !== undefined && note.backup !== identity) throw unfinished(note, join(dataDir, noteName));
  const target = databaseTarget(places.databaseUrl);
  if (note === undefined && (!places.storeIsEmpty || (target.kind === "sqlite" && hasBytes(target.path)))) refuseFull(dataDir);
  makeFolders(dataDir);
  const savepoints = note === undefined ? filesIn(savepointFolder) : note.savepoints;
  await writeNote(dataDir, { backup: identity, phase: "begun", savepoints });
  if (target.kind === "sqlite" && catalog !== undefined) {
    makeFolders(target.folder);
    for (const part of ["-wal", "-shm", "-journal"]) rmSync(target.path + part, { force: true });
    await writeDurably(target.path, catalog);
    removeOfAttempts(savepointFolder, savepoints);
  }
  return { path, done: () => writeNote(dataDir, { backup: identity, phase: "done" }) };
}

function filesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** Removes files of an attempt that was killed. The catalog of the backup has no records of them, so nobody else would remove them. */
function removeOfAttempts(folder: string, before: readonly string[] | undefined): void {
  if (before === undefined) return;
  for (const name of filesIn(folder)) if (!before.includes(name)) rmSync(join(folder, name), { force: true });
}

/** Returns whether the file holds data; an empty catalog is the beginning of a new one (data-folder.ts). */
function hasBytes(path: string): boolean {
  return existsSync(path) && statSync(path).size > 0;
}

/** While the file still exists it must be the same backup; once it is gone, the restore that was done stays done. */
function sameBackup(note: Note, path: string): boolean {
  return !existsSync(path) || readBackup(path).identity === note.backup;
}

function readBackup(path: string): { identity: string; catalog: Uint8Array | undefined } {
  const place = `${setting}=${path}`;
  if (!existsSync(path))
    throw new BackupError("the backup is not there", {
      place,
      cure: "Name a file that `signalbox backup` made, or leave the setting out.",
    });
  let file: Database.Database | undefined;
  try {
    file = new Database(path, { readonly: true, fileMustExist: true });
    const head = file.prepare("SELECT * FROM savepoint").get();
    return { identity: `${statSync(path).size} ${JSON.stringify(head)}`, catalog: readCatalog(file) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new BackupError(`the backup cannot be read: ${why}`, { place, cure: "Take another copy of the backup.", cause: error });
  } finally {
    file?.close();
  }
}

function refuseFull(dataDir: string): never {
  throw new BackupError("a backup is restored into an empty data directory, and this one holds data", {
    place: dataDir,
    cure: `Leave ${setting} out to start with what is there, or name an empty directory with SIGNALBOX_DATA_DIR. (A running gateway goes back with a savepoint.)`,
  });
}

function unfinished({ backup }: Note, place: string): BackupError {
  return new BackupError(`a backup was being restored into this data directory, and that did not end (${backup.slice(0, 200)})`, {
    place,
    cure: `Start again with the same ${setting}, or empty the directory.`,
  });
}

function readNote(dataDir: string): Note | undefined {
  const path = join(dataDir, noteName);
  if (!existsSync(path)) return undefined;
  try {
    return noteShape.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    const cure = "Empty the data directory and restore again; or remove the file if the directory is known to be whole.";
    throw new BackupError("the note about a restored backup cannot be read", { place: path, cure, cause: error });
  }
}

function writeNote(dataDir: string, note: Note): Promise<void> {
  return writeDurably(join(dataDir, noteName), `${JSON.stringify(note)}\n`);
}

/** Writes the file so that its name appears only after its bytes are durable. */
async function writeDurably(path: string, bytes: Uint8Array | string): Promise<void> {
  const part = `${path}.part`;
  await writeFile(part, bytes, { mode: 0o600, flush: true });
  renameSync(part, path);
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
