/** runMove: a move in a thread of its own (move-worker.ts). An abort ends the thread's tool first, so that nothing half written stays. */
import { Worker } from "node:worker_threads";
import { MoveError, type MoveErrorCode } from "./move-error.ts";
import type { MoveResult, MoveTask } from "./move-task.ts";
import type { MoveProgress } from "./to-flink.ts";

export type MoveAnswer =
  | { readonly kind: "progress"; readonly progress: MoveProgress }
  | { readonly kind: "done"; readonly result: MoveResult }
  | { readonly kind: "refused"; readonly code: MoveErrorCode; readonly message: string; readonly cure: string }
  | { readonly kind: "failed"; readonly message: string };

export interface MoveWatch {
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: MoveProgress) => void) | undefined;
}

/** Rejects with a MoveError, or with the signal's reason. */
export async function runMove(task: MoveTask, { signal, onProgress }: MoveWatch): Promise<MoveResult> {
  signal.throwIfAborted();
  const worker = new Worker(new URL("./move-worker.ts", import.meta.url), { workerData: task });
  const cancel = (): void => worker.postMessage("cancel");
  signal.addEventListener("abort", cancel, { once: true });
  try {
    const answer = await new Promise<Exclude<MoveAnswer, { kind: "progress" }>>((resolve, reject) => {
      worker.on("message", (told: MoveAnswer) => (told.kind === "progress" ? onProgress?.(told.progress) : resolve(told)));
      worker.once("error", reject);
      worker.once("exit", (code) => reject(new Error(`the thread of a move ended with code ${code} and no answer`)));
    });
    if (answer.kind === "done") return answer.result;
    signal.throwIfAborted();
    if (answer.kind === "refused") throw new MoveError(answer.code, answer.message, answer.cure);
    throw new MoveError("FLINK_TOOL_FAILED", answer.message, "look whether the disk is full, and run it again");
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}
