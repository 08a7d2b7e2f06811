/**
 * DiskLogFiles: the files of an epoch log in a folder of the disk. One write is one system call that returns when the bytes are on disk
 * (O_DSYNC). A file that is no longer needed is used again under another name, because overwriting existing bytes spares the file system's
 * own log (an epoch takes two thirds of the time).
 */
import {
  closeSync,
  constants,
  existsSync,
  fdatasync,
  fsync,
  mkdirSync,
  open,
  readdirSync,
  readFileSync,
  rename,
  rm,
  statSync,
  write,
} from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { StoreError } from "@signalbox/runtime/model/engine-error";
import { diskFault } from "../leveldb/disk-fault.ts";
import { openDurableMark, readDurableMark, type DurableMark } from "../leveldb/store-level-mark.ts";
import { generationsIn, logFileName, logFolderOf } from "./log-file-names.ts";
import type { LogFile, LogFiles, LogMarks } from "./log-files.ts";

const openFile = promisify(open);
const writeFile = promisify(write);
const syncData = promisify(fdatasync);
const syncAll = promisify(fsync);
const renameFile = promisify(rename);
const removeFile = promisify(rm);

/** On other systems a write and a sync are two calls, because O_DSYNC promises something else there. */
const syncsAsItWrites = process.platform === "linux";
const fileFlags = constants.O_RDWR | constants.O_CREAT | (syncsAsItWrites ? constants.O_DSYNC : 0);
const spareName = "spare";
/** A larger file (which one large epoch made) is not kept for reuse. */
const spareBytesMax = 32 * 1024 * 1024;
/** This file lies beside the log's folder, so that a missing folder is noticed. */
const durableName = "LOGGED";
const appliedName = "LOWERED";

/** Throws DISK_FULL, DISK_READ_ONLY or STORE_FAILED, as all functions of this file do. */
export function openDiskLogFiles(storeFolder: string): LogFiles {
  return asDiskFault(storeFolder, () => new DiskLogFiles(storeFolder));
}

class DiskLogFiles implements LogFiles {
  readonly place: string;
  private readonly folder: string;
  private readonly found: LogMarks;
  private durable: DurableMark | undefined;
  private applied: DurableMark | undefined;

  constructor(folder: string) {
    this.folder = folder;
    this.place = logFolderOf(folder);
    this.found = { durable: readDurableMark(folder, durableName), applied: readDurableMark(folder, appliedName) };
  }

  placeOf(generation: number): string {
    return join(this.place, logFileName(generation));
  }

  generations(): number[] {
    return generationsIn(this.place);
  }

  read(generation: number): Buffer {
    return asDiskFault(this.place, () => readFileSync(this.placeOf(generation)));
  }

  marks(): LogMarks {
    return this.found;
  }

  markDurable(ordinal: number): void {
    this.durable ??= openDurableMark(this.folder, ordinal, durableName);
    this.durable.set(ordinal);
  }

  markApplied(ordinal: number): Promise<void> {
    return orDiskFault(this.place, async () => {
      this.applied ??= openDurableMark(this.folder, ordinal, appliedName);
      await this.applied.setSynced(ordinal);
    });
  }

  create(generation: number, head: Uint8Array): Promise<LogFile> {
    return orDiskFault(this.place, async () => {
      const path = this.placeOf(generation);
      await makeFolder(this.place);
      // Without any file the generations begin at 1 again, and a spare file could hold frames of the same generation.
      if (generation === 1) await removeFile(this.spare, { force: true });
      if (existsSync(this.spare)) await renameFile(this.spare, path);
      const file = new DiskLogFile(await openFile(path, fileFlags, 0o600), this.place);
      try {
        await file.append(head, 0);
        await syncFolder(this.place);
      } catch (error) {
        file.close();
        throw error;
      }
      return file;
    });
  }

  remove(generation: number): Promise<void> {
    return orDiskFault(this.place, async () => {
      await removeFile(this.placeOf(generation), { force: true });
      await syncFolder(this.place);
    });
  }

  async retire(generation: number): Promise<void> {
    const path = this.placeOf(generation);
    if (existsSync(this.spare) || statSync(path).size > spareBytesMax) return this.remove(generation);
    return orDiskFault(this.place, async () => {
      await renameFile(path, this.spare);
      await syncFolder(this.place);
    });
  }

  sizeBytes(): number {
    if (!existsSync(this.place)) return 0;
    const sizes = readdirSync(this.place).map((name) => statSync(join(this.place, name), { throwIfNoEntry: false })?.size ?? 0);
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  close(): void {
    this.durable?.close();
    this.applied?.close();
  }

  private get spare(): string {
    return join(this.place, spareName);
  }
}

class DiskLogFile implements LogFile {
  private readonly file: number;
  private readonly place: string;
  private closed = false;

  constructor(file: number, place: string) {
    this.file = file;
    this.place = place;
  }

  async append(bytes: Uint8Array, position: number): Promise<void> {
    try {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await writeFile(this.file, bytes, done, bytes.length - done, position + done);
        done += bytesWritten;
      }
      if (!syncsAsItWrites) await syncData(this.file);
    } catch (error) {
      throw asStoreError(error, this.place);
    }
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    closeSync(this.file);
  }
}

async function makeFolder(path: string): Promise<void> {
  if (existsSync(path)) return;
  mkdirSync(path);
  await syncFolder(dirname(path));
}

async function syncFolder(path: string): Promise<void> {
  const folder = await openFile(path, "r");
  try {
    await syncAll(folder);
  } finally {
    closeSync(folder);
  }
}

function asStoreError(error: unknown, place: string): StoreError {
  return error instanceof StoreError ? error : diskFault(error, { what: `the epoch log ${place} failed`, place });
}

function asDiskFault<T>(place: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw asStoreError(error, place);
  }
}

async function orDiskFault<T>(place: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw asStoreError(error, place);
  }
}
