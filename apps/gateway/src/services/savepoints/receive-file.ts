/**
 * receiveFile: writes an upload into a file of the data directory as it comes. Neighbours: savepoints-service.ts calls it,
 * savepoint-files.ts checks and registers the file. Guarantee: only one piece is in memory; an upload that is too large, or larger than the
 * disk's free room, is refused before it fills the disk; a sender that falls silent or loses its right is given up.
 */
import { open, statfs, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { EngineError } from "@signalbox/runtime";
import type { OpenUpload } from "../../contract/savepoints/savepoints.ts";
import { GatewayError } from "../../contract/problem.ts";

export interface ReceiveOptions {
  readonly path: string;
  /** The size that the sender announced. */
  readonly sizeBytes: number | undefined;
  readonly signal: AbortSignal;
  readonly limits?: ReceiveLimits;
}

export interface ReceiveLimits {
  readonly bytesMax: number;
  /** How much of the disk stays free for what runs. */
  readonly freeBytesMin: number;
  readonly silentMsMax: number;
}

const defaultLimits: ReceiveLimits = { bytesMax: 64 * 1024 ** 3, freeBytesMin: 512 * 1024 ** 2, silentMsMax: 30_000 };
/** How much is written between two checks of the free room. */
const spaceCheckedEveryBytes = 16 * 1024 * 1024;

/** When it rejects, the caller removes the file. */
export async function receiveFile(openUpload: OpenUpload, options: ReceiveOptions): Promise<void> {
  const { path, sizeBytes = 0 } = options;
  const limits = options.limits ?? defaultLimits;
  if (sizeBytes > limits.bytesMax) throw tooLarge(limits.bytesMax);
  await requireSpace(path, sizeBytes, limits);
  const file = await open(path, "wx", 0o600);
  try {
    await writeAll(file, spoken(openUpload(), { silentMsMax: limits.silentMsMax, signal: options.signal }), { ...options, limits });
    await file.sync();
  } finally {
    await file.close();
  }
}

async function writeAll(
  file: FileHandle,
  chunks: AsyncIterable<Uint8Array>,
  { path, signal, limits }: ReceiveOptions & { limits: ReceiveLimits },
): Promise<void> {
  let written = 0;
  let checkedAt = 0;
  for await (const chunk of chunks) {
    signal.throwIfAborted();
    if (written + chunk.length > limits.bytesMax) throw tooLarge(limits.bytesMax);
    if (written - checkedAt >= spaceCheckedEveryBytes) {
      await requireSpace(path, chunk.length, limits);
      checkedAt = written;
    }
    // It writes all of the chunk; writev may write a part, as it does where the disk is nearly full.
    await file.writeFile(chunk);
    written += chunk.length;
  }
}

/** Passes the pieces on; rejects when none comes for too long, and with the signal. */
async function* spoken(
  chunks: AsyncIterable<Uint8Array>,
  { silentMsMax, signal }: { silentMsMax: number; signal: AbortSignal },
): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  for (;;) {
    // The signal may have aborted while a piece was written or before the first, when no listener was set.
    signal.throwIfAborted();
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(silent(silentMsMax)), silentMsMax);
    const end = (): void => late.reject(signal.reason);
    signal.addEventListener("abort", end, { once: true });
    try {
      const { done, value } = await Promise.race([iterator.next(), late.promise]);
      if (done === true) return;
      yield value;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
    }
  }
}

async function requireSpace(path: string, bytes: number, { freeBytesMin }: ReceiveLimits): Promise<void> {
  const folder = dirname(path);
  const { bavail, bsize } = await statfs(folder);
  const spareBytes = Math.max(0, bavail * bsize - freeBytesMin);
  if (bytes <= spareBytes) return;
  throw new EngineError(
    "DISK_FULL",
    `the disk has room for ${spareBytes} bytes of savepoint files: ${freeBytesMin} bytes are kept free for what runs`,
    "Free space in the data directory (old savepoints can be removed), and send the file again.",
  );
}

function tooLarge(bytesMax: number): GatewayError {
  return new GatewayError("BODY_TOO_LARGE", {
    detail: `the file is larger than ${bytesMax} bytes`,
    where: "body",
    cure: "Send a smaller savepoint, or put it in place of the data by hand as docs/savepoint-format.md says.",
  });
}

function silent(silentMsMax: number): GatewayError {
  return new GatewayError("REQUEST_TOO_SLOW", {
    detail: `no byte of the file came for ${silentMsMax / 1000} s`,
    where: "body",
    cure: "Send the file again.",
  });
}
