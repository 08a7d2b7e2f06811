/**
 * DataFolder: checks that the parts of the data directory belong together. The engine makes an empty store and the catalog empty tables
 * where there are none. That is right for a new directory and wrong for one that has lost a part: it would look as if it had never held
 * anything. So a start with one part and without the other is refused; whoever means it makes the missing part by hand, empty. Then this
 * process locks the directory (run-gateway.ts calls, before anything else is loaded).
 */
import { closeSync, existsSync, openSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { lockData, StoreError, type DataLock } from "@signalbox/engine/bootstrap";
import { CatalogError } from "./catalog/catalog-error.ts";
import { databaseTarget } from "./catalog/database-url.ts";
import { makeFolders } from "./catalog/make-folders.ts";

const engineFolderName = "engine";
export const savepointFolderName = "savepoints";
export const backupFolderName = "backups";
/** The folder of Flink's savepoints, moved here or waiting to be moved. It may be absent, or a link to a folder that the cluster shares. */
export const flinkSavepointFolderName = "flink-savepoints";
/** Holds one file while a scan of invariants runs; after a crash the file may be left over. */
export const invariantFolderName = "invariants";
/** Holds files for bootstraps; it may be absent. */
export const bootstrapFolderName = "bootstrap";
/** Names the folder of the sockets of co-located functions, while there are some. */
export const processHomeNoteName = "functions-home";

export interface DataFolderSettings {
  readonly dataDir: string;
  readonly databaseUrl: string;
  readonly partitions: number;
}

/** Rejects with StoreError or CatalogError, or as `whenLocked` does, which is called before the engine makes a store. The engine releases the lock. */
export async function lockDataFolder(settings: DataFolderSettings, whenLocked?: () => Promise<void>): Promise<DataLock> {
  refuseLostParts(settings);
  beginBothParts(settings);
  return lockData(join(settings.dataDir, engineFolderName), settings.partitions, whenLocked);
}

/** Whether the engine has made a store there already. */
export function hasStore(dataDir: string): boolean {
  return existsSync(join(dataDir, engineFolderName, "CURRENT"));
}

function refuseLostParts(settings: DataFolderSettings): void {
  const engine = join(settings.dataDir, engineFolderName);
  const target = databaseTarget(settings.databaseUrl);
  const hasEngine = existsSync(join(engine, "CURRENT"));
  if (!existsSync(engine)) {
    const savepoints = join(settings.dataDir, savepointFolderName);
    const catalog = target.kind === "sqlite" && existsSync(target.path) ? target.path : undefined;
    const left = catalog ?? (holdsSomething(savepoints) ? savepoints : undefined);
    if (left === undefined) return;
    throw new StoreError("DATA_CORRUPT", {
      message: `the engine's folder ${engine} is missing, and ${left} of the same data directory is there`,
      place: engine,
      cure: "put it back from a copy; or make an empty folder in its place, start (it begins empty) and restore the newest savepoint",
    });
  }
  if (target.kind === "sqlite" && hasEngine && !existsSync(target.path)) {
    throw new CatalogError("DATABASE_MISSING", {
      message: `The catalog ${target.path} is missing, and the engine's store ${engine} is there.`,
      cure: `Put the file back from a copy. Or make an empty file in its place (touch ${target.path}), start, and apply the modules again: it holds modules, savepoint records and saved messages, no entity state.`,
    });
  }
}

/**
 * Begins a new directory with both parts empty, in this order, before either holds anything, so that a crash in between leaves nothing that
 * looks lost. When they cannot be made, the code that opens them reports it.
 */
function beginBothParts({ dataDir, databaseUrl }: DataFolderSettings): void {
  const engine = join(dataDir, engineFolderName);
  const target = databaseTarget(databaseUrl);
  if (target.kind !== "sqlite" || existsSync(target.path) || existsSync(join(engine, "CURRENT"))) return;
  try {
    makeFolders(engine, 0o700);
    makeFolders(target.folder, 0o700);
    closeSync(openSync(target.path, "a", 0o600));
  } catch {}
}

function holdsSomething(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).length > 0;
}
