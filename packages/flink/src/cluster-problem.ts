/** ClusterProblem: what a cluster refused or did not answer, in the codes and words of the gateway, with a cure. Neighbours: desired-job.ts tells it, flink-savepoints.ts too. */
import { EngineError, type EngineErrorCode } from "@signalbox/runtime";
import { ClusterRefused } from "./deploy/cluster-refused.ts";
import { FlinkProblem } from "./rest/flink-problem.ts";

export interface ClusterProblem {
  readonly code: Extract<EngineErrorCode, "CLUSTER_UNREACHABLE" | "CLUSTER_REFUSED">;
  readonly message: string;
  readonly cure: string;
  readonly sinceMs: number;
}

/** An error that is no problem of a cluster is returned as it is. */
export function engineErrorOf(error: unknown, nowMs: number): unknown {
  const problem = problemOf(error, nowMs);
  return problem === undefined ? error : new EngineError(problem.code, problem.message, problem.cure);
}

export function problemOf(error: unknown, sinceMs: number): ClusterProblem | undefined {
  if (error instanceof ClusterRefused) return { code: "CLUSTER_REFUSED", message: error.message, cure: error.cure, sinceMs };
  if (!(error instanceof FlinkProblem)) return undefined;
  const { kind, message, cure } = error;
  switch (kind) {
    case "absent":
      return {
        code: "CLUSTER_UNREACHABLE",
        message: `the Flink cluster is away: ${message}`,
        cure: cure ?? "Start it (npm run flink starts one on this machine), or correct SIGNALBOX_FLINK_URL. It is tried again by itself.",
        sinceMs,
      };
    case "barred":
      return {
        code: "CLUSTER_REFUSED",
        message: `the Flink cluster cannot be asked: ${message}`,
        cure: cure ?? "Correct SIGNALBOX_FLINK_URL.",
        sinceMs,
      };
    case "hung":
      return {
        code: "CLUSTER_REFUSED",
        message,
        cure: cure ?? "The job is started again from its newest checkpoint. Try again then.",
        sinceMs,
      };
    case "refused":
    case "unexpected":
      return {
        code: "CLUSTER_REFUSED",
        message: `Flink refused it: ${message}`,
        cure: cure ?? "Correct what Flink names, and apply it again.",
        sinceMs,
      };
  }
}
