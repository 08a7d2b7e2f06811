/**
 * RegularFile: opens a path from outside (a module's certificates, a savepoint). Only regular files are opened, and without blocking: a
 * pipe, a terminal or a device could block the thread for ever, or have side effects. Neighbours: the engine's savepoint-inspect-bytes.ts
 * opens here in its thread, the gateway reads certificates and serves savepoints through here. Guarantee: readRegularFile answers within
 * fileWaitMsMax, and even hanging reads occupy at most one of the process's few file threads.
 */
import { closeSync, constants, fstatSync, openSync, statSync, type Stats } from "node:fs";
import { open, stat, type FileHandle } from "node:fs/promises";

/** O_NONBLOCK, because the path may name something else by now. Links are followed, because mounted certificates are links. */
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);
/** A network file system that is gone may block a call for ever. */
export const fileWaitMsMax = 5_000;
const chunkBytesMax = 64 * 1024;

/** The message ends a sentence that begins with the path. */
export class NotRegularFile extends Error {}

function refuseOther(stats: Stats): void {
  if (!stats.isFile()) throw new NotRegularFile(`is no regular file but ${kindOf(stats)}; name a file`);
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return "a folder";
  if (stats.isFIFO()) return "a pipe";
  if (stats.isSocket()) return "a socket";
  return "a device";
}

/** Blocks the thread for the time of a disk access. The caller must close the file. */
export function openRegularFileSync(path: string): number {
  refuseOther(statSync(path));
  const file = openSync(path, flags);
  try {
    refuseOther(fstatSync(file));
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

export interface OpenedFile {
  readonly file: FileHandle;
  readonly sizeBytes: number;
}

/** The caller closes. */
export async function openRegularFile(path: string): Promise<OpenedFile> {
  refuseOther(await stat(path));
  const file = await open(path, flags);
  try {
    const stats = await file.stat();
    refuseOther(stats);
    return { file, sizeBytes: stats.size };
  } catch (error) {
    await file.close();
    throw error;
  }
}

export type ReadFile = { readonly kind: "ok"; readonly bytes: Buffer } | { readonly kind: "error"; readonly reason: string };

/** Reads run one after the other, so that hanging ones occupy only one thread. */
let turn: Promise<unknown> = Promise.resolve();

/** Never rejects; the reason ends a sentence that begins with the path. */
export function readRegularFile(path: string, bytesMax: number): Promise<ReadFile> {
  return new Promise((resolve) => {
    let over = false;
    const end = (result: ReadFile): void => {
      over = true;
      clearTimeout(timer);
      resolve(result);
    };
    const timer = setTimeout(
      () => end({ kind: "error", reason: `was not read within ${fileWaitMsMax} ms; check the file system it lies on` }),
      fileWaitMsMax,
    );
    const read = async (): Promise<void> => {
      if (!over) end(await readNow(path, bytesMax));
    };
    turn = turn.then(read);
  });
}

async function readNow(path: string, bytesMax: number): Promise<ReadFile> {
  let opened: OpenedFile | undefined;
  try {
    opened = await openRegularFile(path);
    const bytes = opened.sizeBytes > bytesMax ? undefined : await readAtMost(opened.file, bytesMax);
    return bytes === undefined ? { kind: "error", reason: `is larger than ${bytesMax} bytes` } : { kind: "ok", bytes };
  } catch (error) {
    return { kind: "error", reason: reasonOf(error) };
  } finally {
    await opened?.file.close().catch(() => undefined);
  }
}

/** Undefined when there is more than `bytesMax`. It reads instead of asking for the size, because files in /proc have size 0. */
async function readAtMost(file: FileHandle, bytesMax: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  for (let size = 0; size <= bytesMax; ) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafeSlow(chunkBytesMax), 0, chunkBytesMax, null);
    if (bytesRead === 0) return Buffer.concat(chunks);
    size += bytesRead;
    chunks.push(buffer.subarray(0, bytesRead));
  }
  return undefined;
}

function reasonOf(error: unknown): string {
  if (error instanceof NotRegularFile) return error.message;
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  return `cannot be read (${code}); check the path and who may read it`;
}
