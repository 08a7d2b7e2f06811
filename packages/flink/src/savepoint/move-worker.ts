/**
 * MoveWorker: the thread of a move. SQLite is synchronous, and the thread that asked keeps serving meanwhile. run-move.ts starts it,
 * cancels it and receives its answers.
 */
import { parentPort, workerData } from "node:worker_threads";
import { MoveError } from "./move-error.ts";
import { runMoveTask, type MoveTask } from "./move-task.ts";
import type { MoveAnswer } from "./run-move.ts";

const port = parentPort;
if (port === null) throw new Error("the thread of a move was started as a program; move by runMove");
const tell = (answer: MoveAnswer): void => port.postMessage(answer);
const cancelled = new AbortController();
port.once("message", () => cancelled.abort(new Error("the move was cancelled")));
try {
  const result = await runMoveTask(workerData as MoveTask, {
    signal: cancelled.signal,
    onProgress: (progress) => tell({ kind: "progress", progress }),
  });
  tell({ kind: "done", result });
} catch (error) {
  if (error instanceof MoveError) tell({ kind: "refused", code: error.code, message: error.message, cure: error.cure });
  else tell({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
}
port.close();
