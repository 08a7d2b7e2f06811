/**
 * quietMoment: when a job may be ended by a savepoint. Flink then gives up the checkpoint that is in flight, and tasks of StateFun can hang
 * in a checkpoint that was given up (hung-checkpoint.ts). Just after a checkpoint has ended none is in flight.
 */
import type { FlinkRest } from "../rest/flink-rest.ts";

const pollMs = 50;
/** Added to the job's own interval: a checkpoint that is in flight for longer is not waited for. */
const moreMsMax = 3_000;
const intervalMsMax = 5_000;

/** Resolves after a checkpoint has ended, at once if there never was one, and after some time in any case. */
export async function quietMoment(rest: FlinkRest, job: string, checkpointIntervalMs: number): Promise<void> {
  const endsMs = performance.now() + Math.min(checkpointIntervalMs, intervalMsMax) + moreMsMax;
  let first: string | undefined;
  while (performance.now() < endsMs) {
    const known = await rest.checkpoints(job);
    if (known === undefined || known.history.length === 0) return;
    const ended = String(known.history.find(({ status }) => status !== "IN_PROGRESS")?.id);
    first ??= ended;
    if (known.counts.in_progress === 0 && ended !== first) return;
    await rest.pause(pollMs);
  }
}
