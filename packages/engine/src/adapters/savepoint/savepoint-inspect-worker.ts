/**
 * Savepoint inspection worker: runs savepoint-inspect.ts in a thread of its own, so that checking a large file delays no message.
 * savepoint-inspector.ts starts it with one file; it answers once and ends.
 */
import { parentPort, workerData } from "node:worker_threads";
import { EngineError } from "@signalbox/runtime/model/engine-error";
import { inspectSavepointFile } from "./savepoint-inspect.ts";
import type { InspectionAnswer, InspectionTask } from "./savepoint-inspector.ts";

const task = workerData as InspectionTask;
parentPort?.postMessage(answer(task));

function answer({ path, expectedChecksum }: InspectionTask): InspectionAnswer {
  try {
    return { kind: "inspected", inspection: inspectSavepointFile(path, expectedChecksum) };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { kind: "refused", code: error.code, message: error.message, cure: error.cure };
  }
}
