/**
 * jobLook: what a cluster reports of our job, asked now and then and kept, so that pages read the last answer and never wait for the
 * cluster.
 */
import type { ClusterFunction, ClusterJob, ClusterView } from "@signalbox/runtime";
import type { FlinkRest } from "./rest/flink-rest.ts";

const exceptionsShownMax = 20;
const functionsShownMax = 1_000;
const metric =
  /^\d+\.functions\.functions\..+\.(?:in|outLocal|outRemote|outEgress|numBacklog|inflightAsyncOps|remoteInvocationFailures|remoteInvocationLatency_p99)$/;

export interface JobLookParts {
  readonly rest: FlinkRest;
  readonly job: string | undefined;
  readonly types: readonly string[];
  readonly nowMs: number;
}

export async function lookAtCluster(parts: JobLookParts): Promise<Omit<ClusterView, "step" | "settings">> {
  const overview = await parts.rest.overview();
  return {
    url: parts.rest.url,
    version: overview["flink-version"],
    taskManagers: overview.taskmanagers,
    slots: overview["slots-total"],
    freeSlots: overview["slots-available"],
    job: parts.job === undefined ? undefined : await lookAtJob(parts, parts.job),
    atMs: parts.nowMs,
  };
}

async function lookAtJob({ rest, types }: JobLookParts, id: string): Promise<ClusterJob | undefined> {
  const [job, checkpoints, config] = await Promise.all([rest.job(id), rest.checkpoints(id), rest.checkpointConfig(id)]);
  if (job === undefined || config === undefined) return undefined;
  const functions = job.vertices.find(({ name }) => name.includes("functions"));
  const { completed, failed } = checkpoints?.latest ?? {};
  return {
    id,
    state: job.state,
    parallelism: functions?.parallelism ?? 0,
    checkpoints: {
      intervalMs: config.interval,
      mode: config.mode === "exactly_once" ? "exactly-once" : "at-least-once",
      completed: checkpoints?.counts.completed ?? 0,
      failed: checkpoints?.counts.failed ?? 0,
      last: completed
        ? {
            id: completed.id,
            atMs: completed.trigger_timestamp,
            durationMs: completed.end_to_end_duration,
            sizeBytes: completed.checkpointed_size,
          }
        : undefined,
      lastFailure: failed ? { atMs: failed.failure_timestamp, message: failed.failure_message ?? "no reason given" } : undefined,
    },
    exceptions: await rest.exceptions(id, exceptionsShownMax),
    functions: functions === undefined ? [] : functionsOf(await rest.metrics(id, functions.id, (name) => metric.test(name)), types),
  };
}

/** Names are functions.functions.<namespace>.<name>.<metric>. The types that were seen tell where the dots end the type. */
export function functionsOf(values: ReadonlyMap<string, readonly number[]>, types: readonly string[]): ClusterFunction[] {
  const known = new Map(types.map((type) => [type.replace("/", "."), type]));
  const found = new Map<string, Map<string, readonly number[]>>();
  for (const [name, numbers] of values) {
    const [, dotted = "", what = ""] = /^functions\.functions\.(.+)\.([^.]+)$/.exec(name) ?? [];
    const type = known.get(dotted) ?? dotted.replace(/\.(?=[^.]*$)/, "/");
    if (found.size >= functionsShownMax && !found.has(type)) continue;
    found.set(type, (found.get(type) ?? new Map<string, readonly number[]>()).set(what, numbers));
  }
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([type, metrics]) => functionOf(type, metrics));
}

function functionOf(type: string, metrics: ReadonlyMap<string, readonly number[]>): ClusterFunction {
  const sum = (name: string): number => (metrics.get(name) ?? []).reduce((total, value) => total + (Number.isFinite(value) ? value : 0), 0);
  const latencies = (metrics.get("remoteInvocationLatency_p99") ?? []).filter(Number.isFinite);
  return {
    type,
    received: sum("in"),
    sent: sum("outLocal") + sum("outRemote"),
    egress: sum("outEgress"),
    backlog: sum("numBacklog"),
    callsInFlight: sum("inflightAsyncOps"),
    callsFailed: sum("remoteInvocationFailures"),
    latencyP99Ms: latencies.length === 0 ? undefined : Math.max(...latencies),
  };
}
