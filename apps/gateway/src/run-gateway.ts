/**
 * runGateway: reads the settings and takes hold of the data before anything else is loaded: a store that was left by a crash is opened while the
 * rest is on its way (serve-gateway.ts). What keeps it from starting is said in three lines (what, where, what to do) and by the exit
 * code (start-problem.ts).
 */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import type { PendingRestore, RestorePlaces } from "./backup/restore-backup.ts";
import { restoreNoteName } from "./backup/restore-note.ts";
import { hasStore, lockDataFolder } from "./data-folder.ts";
import { parseEnv } from "./env.ts";
import { partitionsByCores } from "./partitions-by-cores.ts";

/**
 * On a large machine V8 lets garbage grow to several times what lives before it collects; here to as much again. Half as much costs a
 * third of the throughput of one hot entity. V8 reads it at each collection.
 */
const heapGrowingPercent = 100;
/**
 * V8 puts what is made where most has survived before into its old generation at once; there the records of a message, which live for some
 * milliseconds, keep each other until the next full collection (decision 20).
 */
const noPretenuring = "--no-allocation-site-pretenuring";

/** What the data directory holds is everybody's state: nobody but the gateway's user reads it. */
const privateFilesMask = 0o077;

export async function runGateway(): Promise<void> {
  process.umask(privateFilesMask);
  setFlagsFromString(`--heap-growing-percent=${heapGrowingPercent}`);
  setFlagsFromString(noPretenuring);
  try {
    const { warnings, logLevel, ...environment } = parseEnv(process.env);
    const dev = process.env["SIGNALBOX_DEV"] === "1";
    // Next, React and next.config.ts read it, also in the console's process, while they are loaded, which happens after this.
    Object.assign(process.env, {
      NODE_ENV: dev ? "development" : "production",
      NEXT_TELEMETRY_DISABLED: "1",
      SIGNALBOX_BASE_PATH: environment.basePath,
    });
    const partitions = environment.partitions || partitionsByCores(availableParallelism());
    const settings = { ...environment, partitions, dev, console: true };
    const storeIsEmpty = !hasStore(settings.dataDir);
    const data = await lockDataFolder(settings);
    const restoring = await pendingRestore({ ...settings, storeIsEmpty });
    const { serveGateway } = await import("./serve-gateway.ts");
    await serveGateway({ ...settings, restoring }, { data, logLevel, warnings });
  } catch (error) {
    const { endStart, startProblem } = await import("./start-problem.ts");
    endStart(startProblem(error));
  }
}

/** Most starts have no backup to begin from and none that was begun, and load nothing of it. */
async function pendingRestore(places: RestorePlaces): Promise<PendingRestore | undefined> {
  if (places.restoreBackup === undefined && !existsSync(join(places.dataDir, restoreNoteName))) return undefined;
  const { restoreBackup } = await import("./backup/restore-backup.ts");
  return restoreBackup(places);
}
