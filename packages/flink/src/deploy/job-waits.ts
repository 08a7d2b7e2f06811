/**
 * JobWaits: waits for a job until all its tasks run, or until it has ended. Each wait has its limit and, when it fails, gives the reason in
 * Flink's words.
 */
import { terminalStates } from "../rest/answers.ts";
import { FlinkProblem } from "../rest/flink-problem.ts";
import type { FlinkRest } from "../rest/flink-rest.ts";

/** A job whose request to a function hangs takes as long as its call timeout, which is two minutes by default. */
const endMsMax = 180_000;
const startMsMax = 90_000;
const pollMs = 100;

export interface RunningWait {
  readonly rest: FlinkRest;
  /**
   * Whether a task of this run has called a function. Then it has its state and works, even if Flink still calls it initializing, as it
   * does while the first call hangs.
   */
  readonly hasCalled: (run: string) => boolean;
}

export async function untilRunning({ rest, hasCalled }: RunningWait, id: string, run: string): Promise<void> {
  const endsMs = performance.now() + startMsMax;
  for (;;) {
    const job = await rest.job(id);
    const isUp = (status: string): boolean => status === "RUNNING" || (status === "INITIALIZING" && hasCalled(run));
    if (job?.state === "RUNNING" && job.vertices.length > 0 && job.vertices.every(({ status }) => isUp(status))) return;
    const failed = job === undefined || terminalStates.has(job.state);
    if (failed || performance.now() > endsMs) {
      const cause = (await rest.exceptions(id, 1).catch(() => []))[0]?.cause;
      const what = failed ? `the job ended at its start` : `the job did not come to run within ${startMsMax} ms`;
      throw new FlinkProblem("refused", cause === undefined ? what : `${what}: ${cause}`);
    }
    await rest.pause(pollMs);
  }
}

export async function untilEnded(rest: FlinkRest, id: string): Promise<void> {
  const endsMs = performance.now() + endMsMax;
  for (;;) {
    const job = await rest.job(id);
    if (job === undefined || terminalStates.has(job.state)) return;
    if (performance.now() > endsMs) throw new FlinkProblem("refused", `job ${id} did not end within ${endMsMax} ms`);
    await rest.pause(pollMs);
  }
}
