/**
 * runGateway: reads the settings and locks the data before anything else is loaded, so that a store that a crash left behind is opened
 * while the rest is being loaded (serve-gateway.ts). What keeps the gateway from starting is printed in three lines (what, where, what to
 * do) and decides the exit code (start-problem.ts).
 */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import type { PendingRestore, RestorePlaces } from "./backup/restore-backup.ts";
import { restoreNoteName } from "./backup/restore-note.ts";
import { hasStore, lockDataFolder, savepointFolderName } from "./data-folder.ts";
import { parseEnv } from "./env.ts";
import { partitionsByCores } from "./partitions-by-cores.ts";

/**
 * On a large machine V8 lets garbage grow to several times the size of what is alive before it collects; with this, to the same size again.
 * A lower limit, half of it, costs a third of the throughput of one hot entity. V8 reads it at each collection.
 */
const heapGrowingPercent = 100;
/**
 * V8 allocates objects directly in its old generation at places where most survived before. There the records of a message, which live for
 * some milliseconds, keep each other alive until the next full collection (decision 20).
 */
const noPretenuring = "--no-allocation-site-pretenuring";

/** The data directory holds everybody's state, so only the gateway's user may read it. */
const privateFilesMask = 0o077;

export async function runGateway(): Promise<void> {
  process.umask(privateFilesMask);
  setFlagsFromString(`--heap-growing-percent=${heapGrowingPercent}`);
  setFlagsFromString(noPretenuring);
  try {
    const { warnings, logLevel, ...environment } = parseEnv(process.env);
    const dev = process.env["SIGNALBOX_DEV"] === "1";
    // Next, React and next.config.ts read these variables while they are loaded, also in the console's process; that happens after this.
    Object.assign(process.env, {
      NODE_ENV: dev ? "development" : "production",
      NEXT_TELEMETRY_DISABLED: "1",
      SIGNALBOX_BASE_PATH: environment.basePath,
    });
    const partitions = environment.partitions || partitionsByCores(availableParallelism());
    const settings = { ...environment, partitions, dev, console: true };
    const begun: { restoring: PendingRestore | undefined } = { restoring: undefined };
    // The note of a restore is written before the engine makes a store. A kill between the two would otherwise leave a directory that looks
    // like one with data.
    const data = await lockDataFolder(settings, async () => {
      const savepointFolder = join(settings.dataDir, savepointFolderName);
      begun.restoring = await pendingRestore({ ...settings, savepointFolder, storeIsEmpty: !hasStore(settings.dataDir) });
    });
    const { serveGateway } = await import("./serve-gateway.ts");
    await serveGateway({ ...settings, ...begun }, { data, logLevel, warnings });
  } catch (error) {
    const { endStart, startProblem } = await import("./start-problem.ts");
    endStart(startProblem(error));
  }
}

/** Most starts have no backup to begin from and none that was begun, so they load nothing of it. */
async function pendingRestore(places: RestorePlaces): Promise<PendingRestore | undefined> {
  if (places.restoreBackup === undefined && !existsSync(join(places.dataDir, restoreNoteName))) return undefined;
  const { restoreBackup } = await import("./backup/restore-backup.ts");
  return restoreBackup(places);
}
