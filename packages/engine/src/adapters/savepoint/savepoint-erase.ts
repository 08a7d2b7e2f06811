/**
 * Savepoint erase: the engine's side of the thread that copies a savepoint file without some values (savepoint-erase-thread.ts). The copy
 * is written under another name, synced and inspected before it gets its final name. So it is whole or absent, and the first file is never
 * changed.
 */
import { rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Worker } from "node:worker_threads";
import { EngineError } from "@signalbox/runtime/model/engine-error";
import type { SavepointErasureRequest } from "@signalbox/runtime/model/erasure";
import type { ErasedSavepoint, SavepointFiles } from "../../ports/savepoint-files.ts";
import type { EraseAnswer, EraseTask } from "./savepoint-erase-thread.ts";
import { countsOf } from "./savepoint-inspect.ts";
import { syncFolder, writeFailure } from "./savepoint-write.ts";

/** `thread` is the module that the thread runs (savepoint-erase-thread.ts of the composition root). */
export function createSavepointErase(thread: URL): SavepointFiles["erase"] {
  return async ({ path, to, targets, expectedChecksum, signal }: SavepointErasureRequest): Promise<ErasedSavepoint> => {
    const part = to === undefined ? undefined : `${to}.part`;
    try {
      if (part !== undefined) await rm(part, { force: true });
      const { counts, inspection } = await eraseInThread(thread, { path: resolve(path), part, targets, expectedChecksum }, signal);
      signal?.throwIfAborted();
      if (inspection === undefined || to === undefined || part === undefined) return { counts, written: undefined };
      await rename(part, to);
      await syncFolder(dirname(to));
      return { counts, written: countsOf(to, inspection) };
    } catch (error) {
      if (part !== undefined) await rm(part, { force: true }).catch(() => undefined);
      if (error instanceof EngineError && error.code === "SAVEPOINT_UNREADABLE") throw error;
      throw writeFailure(error, to ?? path, signal);
    }
  };
}

async function eraseInThread(thread: URL, task: EraseTask, signal: AbortSignal | undefined) {
  signal?.throwIfAborted();
  const worker = new Worker(thread, { workerData: task });
  const stop = (): void => void worker.terminate();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const answer = await new Promise<EraseAnswer>((done, reject) => {
      worker.once("message", done);
      worker.once("error", reject);
      worker.once("exit", (code) => reject(signal?.reason ?? new Error(`the thread that read ${task.path} ended with code ${code}`)));
    });
    if (answer.kind === "erased") return answer;
    if (answer.kind === "refused") throw new EngineError(answer.code, answer.message, answer.cure);
    throw Object.assign(new Error(answer.message), { code: answer.code });
  } finally {
    signal?.removeEventListener("abort", stop);
    await worker.terminate();
  }
}
