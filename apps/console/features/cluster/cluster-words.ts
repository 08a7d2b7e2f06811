/**
 * ClusterWords: sentences about the cluster that functions run on.
 */
import { bytes, grouped } from "../../format/numbers.ts";
import { duration, relative, type AgeWords } from "../../format/times.ts";
import type { ClusterRow } from "../../trpc/views.ts";
import type { ClusterWords } from "../../words/cluster/en.ts";

export interface ClusterParts {
  readonly nowMs: number;
  readonly words: ClusterWords;
  readonly ages: AgeWords;
}

export function clusterSentence(cluster: ClusterRow, { nowMs, words, ages }: ClusterParts): string {
  const { job, step, slots, freeSlots, taskManagers } = cluster;
  const room = `${words.room({ taskManagers, taken: slots - freeSlots, slots })}.`;
  if (step !== null) {
    const doing = step.name === "saving" ? words.saving : words.starting;
    return `${words.step(doing, duration(Math.max(0, nowMs - step.sinceMs)))}${room}`;
  }
  if (job === null) return `${words.noJob}${room}`;
  const { last, failed, lastFailure } = job.checkpoints;
  const age = last === null ? "" : relative(last.atMs, Math.max(nowMs, last.atMs), ages);
  const checkpoint =
    last === null ? words.noCheckpoint : words.checkpoint(grouped(last.id), age, `${duration(last.durationMs)}, ${bytes(last.sizeBytes)}`);
  const why = lastFailure === null ? "" : ` (${lastFailure.message})`;
  const failures = failed === 0 ? "" : `${words.failed(grouped(failed))}${why}`;
  return `${words.job(job.state.toLowerCase(), grouped(job.parallelism))}${checkpoint}${failures}. ${room}`;
}

/** Describes the settings: those of the running job as Flink has them, and those that the gateway asks for. */
export function settingsSentence({ job, settings }: ClusterRow, words: ClusterWords): string {
  const parallelism = settings.parallelism === 0 ? words.allFree : grouped(settings.parallelism);
  const checkpoints = job === null ? "" : words.checkpointsEvery(duration(job.checkpoints.intervalMs), words.modes[job.checkpoints.mode]);
  return `${checkpoints}${words.parallelism(parallelism)}${words.calls(settings.requestsPerTaskMax, settings.poolConnectionsMax)}`;
}

/** Returns why a job cannot get this parallelism; undefined when it can. */
export function whyNotRescale(
  { job, slots, freeSlots, step }: ClusterRow,
  parallelism: number,
  words: ClusterWords["whyNot"],
): string | undefined {
  if (step !== null) return words.changing;
  if (job === null) return words.noJob;
  const most = freeSlots + job.parallelism;
  if (!Number.isInteger(parallelism) || parallelism < 1) return words.whole;
  if (parallelism > most) return words.tooMany(most, grouped(slots));
  return parallelism === job.parallelism ? words.already(grouped(parallelism)) : undefined;
}
