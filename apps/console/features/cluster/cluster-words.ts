/** ClusterWords: what the console says of the cluster that functions run on, in sentences. */
import { bytes, counted, grouped } from "../../format/numbers.ts";
import { duration, relative } from "../../format/times.ts";
import type { ClusterRow } from "../../trpc/views.ts";

export function clusterSentence({ job, step, slots, freeSlots, taskManagers }: ClusterRow, nowMs: number): string {
  const room = `${counted(taskManagers, "TaskManager", "TaskManagers")}, ${grouped(slots - freeSlots)} of ${counted(slots, "slot", "slots")} taken`;
  if (step !== null) {
    const doing = step.name === "saving" ? "the job ends with a savepoint" : "the job starts";
    return `${doing} for ${duration(Math.max(0, nowMs - step.sinceMs))}; functions stand still meanwhile, what is sent waits. ${room}.`;
  }
  if (job === null) return `no job runs. ${room}.`;
  const { last, failed, lastFailure } = job.checkpoints;
  const checkpoint =
    last === null
      ? "no checkpoint yet"
      : `checkpoint ${grouped(last.id)} ${relative(last.atMs, Math.max(nowMs, last.atMs))} in ${duration(last.durationMs)}, ${bytes(last.sizeBytes)}`;
  const failures = failed === 0 ? "" : `, ${grouped(failed)} failed${lastFailure === null ? "" : ` (${lastFailure.message})`}`;
  return `job ${job.state.toLowerCase()} at parallelism ${grouped(job.parallelism)}, ${checkpoint}${failures}. ${room}.`;
}

/** The settings that count: of the running job as Flink has them, and what the gateway asks for. */
export function settingsSentence({ job, settings }: ClusterRow): string {
  const parallelism = settings.parallelism === 0 ? "all free slots" : grouped(settings.parallelism);
  const checkpoints =
    job === null ? "" : `Checkpoints every ${duration(job.checkpoints.intervalMs)}, ${job.checkpoints.mode.replaceAll("-", " ")}. `;
  const calls = `up to ${counted(settings.requestsPerTaskMax, "call", "calls")} in flight in a task, ${counted(settings.poolConnectionsMax, "connection", "connections")} to an endpoint`;
  return `${checkpoints}Parallelism asked for: ${parallelism}; ${calls}.`;
}

/** Why a job cannot be put at this parallelism; undefined: it can. */
export function whyNotRescale({ job, slots, freeSlots, step }: ClusterRow, parallelism: number): string | undefined {
  if (step !== null) return "The job is being changed already.";
  if (job === null) return "No job runs.";
  const most = freeSlots + job.parallelism;
  if (!Number.isInteger(parallelism) || parallelism < 1) return "Give a whole number, at least 1.";
  if (parallelism > most)
    return `The job can have ${counted(most, "slot", "slots")} of ${grouped(slots)}. Start more TaskManagers for more.`;
  return parallelism === job.parallelism ? `The job runs at ${grouped(parallelism)} already.` : undefined;
}
