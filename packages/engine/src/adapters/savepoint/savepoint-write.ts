/**
 * Savepoint write: turns a store's entries into one SQLite file. The engine's thread only packs them; another thread writes them to
 * `<path>.part`, syncs it and inspects it as a restore would (savepoint-writer.ts). Only then the file is renamed, so a file with its final
 * name is whole. A failed or cancelled write leaves no file; a kill leaves at most the `.part`.
 */
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { EngineError } from "@signalbox/runtime/model/engine-error";
import type { SavepointFileCounts, SavepointFileRequest, SavepointFiles } from "../../ports/savepoint-files.ts";
import { diskFault, diskFaultCode } from "../leveldb/disk-fault.ts";
import { FreeCores } from "../free-cores.ts";
import { ChunkPacker } from "./savepoint-chunk.ts";
import { countsOf, type SavepointInspection } from "./savepoint-inspect.ts";
import { SavepointWriter } from "./savepoint-writer.ts";

type Cores = Pick<FreeCores, "areScarce">;

/** `thread` is the module that the writing thread runs (savepoint-thread.ts). */
export function createSavepointWrite(thread: URL, cores?: Cores): SavepointFiles["write"] {
  return (request) => writeSavepointFile({ thread, cores: cores ?? new FreeCores() }, request);
}

interface Writing {
  readonly thread: URL;
  readonly cores: Cores;
}

async function writeSavepointFile(writing: Writing, request: SavepointFileRequest): Promise<SavepointFileCounts> {
  const { path, signal } = request;
  const part = `${path}.part`;
  try {
    signal?.throwIfAborted();
    await rm(part, { force: true });
    const inspection = await writePart(writing, part, request);
    signal?.throwIfAborted();
    await rename(part, path);
    await syncFolder(dirname(path));
    return countsOf(path, inspection);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw writeFailure(error, path, signal);
  }
}

async function writePart({ thread, cores }: Writing, part: string, request: SavepointFileRequest): Promise<SavepointInspection> {
  const { header, onProgress, signal, pauseEnds = () => [] } = request;
  const writer = new SavepointWriter({ thread, task: { path: part, header, pauseEnds: pauseEnds() }, onProgress, signal, cores });
  try {
    const packer = new ChunkPacker();
    const send = async (): Promise<void> => {
      const chunk = packer.take();
      if (chunk !== undefined) await writer.send(chunk);
      signal?.throwIfAborted();
    };
    for (const scan of request.scans) {
      for await (const entry of scan) {
        if (!packer.isEmpty && !packer.hasRoomFor(entry)) await send();
        packer.add(entry);
      }
    }
    await send();
    // Awaited here, because the writer must not be closed before it has finished.
    return await writer.finish();
  } finally {
    await writer.close();
  }
}

export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

export function writeFailure(error: unknown, path: string, signal: AbortSignal | undefined): EngineError {
  if (signal?.aborted === true)
    return new EngineError("SAVEPOINT_FAILED", `the savepoint ${path} was cancelled`, "take it again; nothing was left behind");
  if (error instanceof EngineError && error.code !== "SAVEPOINT_UNREADABLE") return error;
  if (diskFaultCode(error) !== "STORE_FAILED") {
    const what = `the savepoint ${path} could not be written, and nothing is left of it`;
    return diskFault(error, { what, place: path, cure: "Free space or make its folder writable, and take it again; the engine runs on." });
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new EngineError(
    "SAVEPOINT_FAILED",
    `the savepoint ${path} could not be written: ${reason}`,
    "check free space and permissions of its folder, and take it again",
  );
}
