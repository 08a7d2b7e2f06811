/**
 * HungCheckpoint: whether the tasks of a job hang in a checkpoint that was given up. StateFun's feedback holds a task's snapshot open until its own barrier has
 * come round; Flink's notice that the checkpoint is given up waits for that snapshot on the very thread that would take the barrier. From then on no checkpoint
 * of the job gets on and nothing comes out of it, while Flink calls it running. Seen as: since one failed none has completed, and those in flight stand still.
 */
import type { Checkpoints } from "../rest/answers.ts";

/** Snapshots come in one by one, also where functions are slow: that none does for so long after a failure is no load. */
const stillMsMax = 20_000;

export class HungCheckpoint {
  #seen = "";
  #sinceMs = 0;

  /** What the cluster says of its checkpoints now; `nowMs` of any one clock. True: it will not end by itself. */
  look(job: string, { history }: Pick<Checkpoints, "history">, nowMs: number): boolean {
    const newest = (status: string): number => Math.max(0, ...history.filter((one) => one.status === status).map(({ id }) => id));
    const inFlight = history.filter(({ status }) => status === "IN_PROGRESS");
    const isSuspect = newest("FAILED") > newest("COMPLETED") && inFlight.length > 0;
    const seen = isSuspect ? `${job} ${inFlight.map((one) => `${one.id}:${one.num_acknowledged_subtasks}`).join(" ")}` : "";
    if (seen !== this.#seen) {
      this.#seen = seen;
      this.#sinceMs = nowMs;
    }
    return isSuspect && nowMs - this.#sinceMs > stillMsMax;
  }
}
