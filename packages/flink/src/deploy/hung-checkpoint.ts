/**
 * HungCheckpoint: whether the tasks of a job hang in a checkpoint that was given up. StateFun's feedback holds a task's snapshot open until
 * its own barrier has come round, and Flink's notice that the checkpoint is given up waits for that snapshot on the very thread that would
 * take the barrier. From then on no checkpoint of the job completes and nothing comes out of it, while Flink reports it as running. The
 * sign: since one checkpoint failed none has completed, and those in flight make no progress.
 */
import type { Checkpoints } from "../rest/answers.ts";

/** Snapshots arrive one by one, even where functions are slow. When none arrives for this long after a failure, load is not the reason. */
const stillMsMax = 20_000;

export class HungCheckpoint {
  #seen = "";
  #sinceMs = 0;

  /**
   * Takes what the cluster reports of its checkpoints now; `nowMs` may be of any one clock. Returns true when the hang will not end by
   * itself.
   */
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
