/**
 * Level room: is there room to open the store anew? After a failed write LevelDB still reads, but must be opened anew before it writes. An
 * open replays its logs into tables; without room for them it fails half-way and leaves nothing to read from. So the store stays open for
 * reads until a test write of a small file succeeds and the disk has room for the open and the next batch.
 */
import { closeSync, fsyncSync, openSync, readdirSync, rmSync, statfsSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { diskFault } from "./disk-fault.ts";

const probeName = "PROBE";
const probeBytes = 64 * 1024;
/** Room for a new MANIFEST, LOG and other files that grow a little. */
const spareBytes = 256 * 1024;

/** Throws DISK_FULL, DISK_READ_ONLY or STORE_FAILED. */
export function requireRoom(folder: string, batchBytes: number): void {
  const probe = join(folder, probeName);
  const failure = { what: `the store ${folder} cannot be written`, place: folder };
  try {
    const file = openSync(probe, "w");
    try {
      writeSync(file, Buffer.alloc(probeBytes));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    rmSync(probe);
  } catch (error) {
    try {
      rmSync(probe, { force: true });
    } catch {
      // The disk takes no change at all; the next probe overwrites the file.
    }
    throw diskFault(error, failure);
  }
  const { bavail, bsize } = statfsSync(folder);
  const freeBytes = bavail * bsize;
  const neededBytes = logBytes(folder) + batchBytes + spareBytes;
  if (freeBytes >= neededBytes) return;
  const error = new Error(`no space left on device: ${freeBytes} bytes are free, ${neededBytes} are needed to go on`);
  throw diskFault(error, failure);
}

/** The bytes that an open will write into tables: those of the logs. */
function logBytes(folder: string): number {
  const logs = readdirSync(folder).filter((name) => name.endsWith(".log"));
  return logs.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
