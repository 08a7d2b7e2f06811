/**
 * Savepoint inspector: has a savepoint file inspected in a worker thread and returns the answer. savepoint-write.ts asks before it reports
 * a file as taken, savepoint-read.ts before it hands out a row.
 */
import { Worker } from "node:worker_threads";
import { EngineError, type EngineErrorCode } from "@signalbox/runtime/model/engine-error";
import type { SavepointInspection } from "./savepoint-inspect.ts";

export interface InspectionTask {
  readonly path: string;
  readonly expectedChecksum: string | undefined;
}

export type InspectionAnswer =
  | { readonly kind: "inspected"; readonly inspection: SavepointInspection }
  | { readonly kind: "refused"; readonly code: EngineErrorCode; readonly message: string; readonly cure: string };

/** Rejects with SAVEPOINT_UNREADABLE, or with the signal's reason when it is aborted. */
export async function inspectInWorker(task: InspectionTask, signal?: AbortSignal): Promise<SavepointInspection> {
  signal?.throwIfAborted();
  const worker = new Worker(new URL("./savepoint-inspect-worker.ts", import.meta.url), { workerData: task });
  const stop = (): void => void worker.terminate();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const answer = await new Promise<InspectionAnswer>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
      worker.once("exit", (code) =>
        reject(signal?.reason ?? new Error(`the inspection of ${task.path} ended with code ${code} and no answer`)),
      );
    });
    if (answer.kind === "inspected") return answer.inspection;
    throw new EngineError(answer.code, answer.message, answer.cure);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}
