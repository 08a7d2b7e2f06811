/**
 * runtime: what runs below the gateway, and what it can and cannot do, so that a surface need not offer an action that nobody can perform.
 */
import { capabilityTexts, type Capability } from "@signalbox/runtime";
import { z } from "zod";
import { done, mutation, nothing, query } from "../operation.ts";

export const capabilityNames = Object.keys(capabilityTexts) as [Capability, ...Capability[]];

export const runtimeView = z.strictObject({
  /** The runtime's name: `embedded`, `memory`, … */
  name: z.string(),
  capabilities: z.array(
    z.strictObject({
      name: z.enum(capabilityNames),
      /** What the capability is, as in "take savepoints and restore them". */
      text: z.string(),
      able: z.boolean(),
      /** Why the runtime lacks it, and what to do; empty when it has it. */
      reason: z.string(),
      cure: z.string(),
    }),
  ),
});
export type RuntimeView = z.output<typeof runtimeView>;
export type CapabilityView = RuntimeView["capabilities"][number];

const at = z.number();
const clusterJob = z.strictObject({
  id: z.string(),
  /** The state in Flink's own word: RUNNING, RESTARTING, … */
  state: z.string(),
  parallelism: z.number(),
  checkpoints: z.strictObject({
    intervalMs: z.number(),
    mode: z.enum(["exactly-once", "at-least-once"]),
    completed: z.number(),
    failed: z.number(),
    last: z.strictObject({ id: z.number(), atMs: at, durationMs: z.number(), sizeBytes: z.number() }).nullable(),
    lastFailure: z.strictObject({ atMs: at, message: z.string() }).nullable(),
  }),
  /** Newest first. After each of them the job was started again from its last checkpoint. */
  exceptions: z.array(z.strictObject({ atMs: at, task: z.string().nullable(), cause: z.string() })),
  /** Counts since the job began. `received` counts messages and replies. */
  functions: z.array(
    z.strictObject({
      type: z.string(),
      received: z.number(),
      sent: z.number(),
      egress: z.number(),
      backlog: z.number(),
      callsInFlight: z.number(),
      callsFailed: z.number(),
      latencyP99Ms: z.number().nullable(),
    }),
  ),
});

export const clusterRow = z.strictObject({
  url: z.string(),
  version: z.string(),
  taskManagers: z.number(),
  slots: z.number(),
  freeSlots: z.number(),
  /** Null when no job runs. */
  job: clusterJob.nullable(),
  /** A change that is under way; functions stand still meanwhile. */
  step: z.strictObject({ name: z.enum(["saving", "starting"]), sinceMs: z.number() }).nullable(),
  /** The settings for the next start of the job. `parallelism` 0 stands for as many slots as are free. */
  settings: z.strictObject({ parallelism: z.number(), requestsPerTaskMax: z.number(), poolConnectionsMax: z.number() }),
  /** When the cluster was asked. */
  atMs: at,
});
export type ClusterRow = z.output<typeof clusterRow>;

export const runtimeOperations = {
  cluster: query({
    summary: "The cluster that runs the functions: its job, checkpoints, failures, function types; null where they run in the gateway",
    access: "read",
    scope: "gateway",
    input: nothing,
    output: clusterRow.nullable(),
    problems: [],
    http: { method: "GET", path: "/v1/runtime/cluster" },
  }),
  rescale: mutation({
    summary:
      "Run the job on the cluster at another parallelism: a savepoint, and a start from it; functions stand still for seconds meanwhile",
    access: "admin",
    scope: "gateway",
    subject: ["parallelism"],
    input: z.object({ parallelism: z.int().min(1).max(32_768) }),
    output: done,
    problems: ["CAPABILITY_MISSING", "CLUSTER_REFUSED", "CLUSTER_UNREACHABLE"],
    http: { method: "POST", path: "/v1/runtime/cluster/rescale", status: 204 },
  }),
  capabilities: query({
    summary: "What the runtime below this gateway can do, and why it cannot do the rest",
    access: "read",
    scope: "namespaces",
    input: nothing,
    output: runtimeView,
    problems: [],
    http: { method: "GET", path: "/v1/runtime" },
  }),
} as const;
