/**
 * Durable mark: a small file beside a store's files with the number of the last operation that was synced. Written after each sync and not
 * synced itself, so it costs one small write. It never claims more than is on disk. It survives a kill of the process at once, and a power
 * cut after some seconds. A store that holds less than its mark has lost acknowledged data (docs/decisions/0010).
 */
import { closeSync, constants, fsync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

export const durableMarkName = "DURABLE";
const digits = 16;
/** The file is not truncated, so an existing mark stays whole until it is overwritten. */
const openFlags = constants.O_RDWR | constants.O_CREAT;

const syncFile = promisify(fsync);

export interface DurableMark {
  set(sequence: number): void;
  /** Resolves once it is on disk; rejects with the error of the disk. */
  setSynced(sequence: number): Promise<void>;
  close(): void;
}

/** Undefined when there is no mark or it is not whole; nothing is then known. */
export function readDurableMark(folder: string, name = durableMarkName): number | undefined {
  try {
    const [once, twice] = readFileSync(join(folder, name), "utf8").split(/\s/);
    return once !== undefined && once === twice && /^\d+$/.test(once) ? Number(once) : undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Throws when the file cannot be written. Later failures are ignored, because an older mark is true as well. */
export function openDurableMark(folder: string, sequence: number, name = durableMarkName): DurableMark {
  const file = openSync(join(folder, name), openFlags);
  const set = (to: number): void => {
    const number = String(to).padStart(digits, "0");
    writeSync(file, `${number} ${number}\n`, 0);
  };
  try {
    set(sequence);
    fsyncSync(file);
  } catch (error) {
    closeSync(file);
    throw error;
  }
  return {
    set(to) {
      try {
        set(to);
      } catch {
        // The disk took the batch but not the mark. The old mark claims less, which is still true.
      }
    },
    async setSynced(to) {
      set(to);
      await syncFile(file);
    },
    close: () => closeSync(file),
  };
}
