/** The verbs of the runtime: what it says of itself. */
import { capabilityTexts, EngineError, type Capability, type ClusterJob, type ClusterView, type Runtime } from "@signalbox/runtime";
import type { CapabilityView, ClusterRow } from "../../contract/overview/runtime.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";

export function runtimeService({ runtime }: Pick<ServiceParts, "runtime">): ServiceOf<"runtime"> {
  return {
    cluster: () => clusterRowOf(runtime.cluster?.()),
    async rescale(_principal, { parallelism }, call) {
      if (runtime.rescale === undefined)
        throw new EngineError(
          "CAPABILITY_MISSING",
          `the runtime "${runtime.name}" runs no job on a cluster`,
          "SIGNALBOX_PARTITIONS spreads the embedded engine over threads; SIGNALBOX_RUNTIME=flink runs functions on a cluster.",
        );
      const before = runtime.cluster?.()?.job?.parallelism;
      await runtime.rescale(parallelism);
      call.changed({ before: String(before ?? "no job"), after: String(parallelism) });
      return {};
    },
    capabilities: () => ({
      name: runtime.name,
      capabilities: (Object.keys(capabilityTexts) as Capability[]).map((name) => capabilityView(runtime, name)),
    }),
  };
}

function clusterRowOf(view: ClusterView | undefined): ClusterRow | null {
  if (view === undefined) return null;
  const { job, step, ...cluster } = view;
  return { ...cluster, step: step ?? null, job: job === undefined ? null : jobOf(job) };
}

function jobOf({ checkpoints, exceptions, functions, ...job }: ClusterJob): NonNullable<ClusterRow["job"]> {
  const { last, lastFailure, ...counts } = checkpoints;
  return {
    ...job,
    checkpoints: { ...counts, last: last ?? null, lastFailure: lastFailure ?? null },
    exceptions: exceptions.map((exception) => ({ ...exception, task: exception.task ?? null })),
    functions: functions.map((row) => ({ ...row, latencyP99Ms: row.latencyP99Ms ?? null })),
  };
}

function capabilityView({ capabilities }: Pick<Runtime, "capabilities">, name: Capability): CapabilityView {
  const capable = capabilities[name];
  const { reason, cure } = capable.able ? { reason: "", cure: "" } : capable;
  return { name, text: capabilityTexts[name], able: capable.able, reason, cure };
}
