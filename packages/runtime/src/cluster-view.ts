/**
 * ClusterView: what a runtime reports of the cluster that runs its functions: the job, its checkpoints, failures, and what each function
 * type did.
 */
export interface ClusterView {
  /** The URL of the cluster's own page. */
  readonly url: string;
  readonly version: string;
  readonly taskManagers: number;
  readonly slots: number;
  readonly freeSlots: number;
  /** Undefined when no job runs. */
  readonly job: ClusterJob | undefined;
  /** A change that is under way, during which functions stand still. */
  readonly step: { readonly name: "saving" | "starting"; readonly sinceMs: number } | undefined;
  /** What the gateway asks for at the next start of the job. */
  readonly settings: {
    /** 0 means as many slots as are free. */
    readonly parallelism: number;
    readonly requestsPerTaskMax: number;
    readonly poolConnectionsMax: number;
  };
  /** When the cluster was asked. */
  readonly atMs: number;
}

export interface ClusterJob {
  readonly id: string;
  readonly state: string;
  readonly parallelism: number;
  readonly checkpoints: {
    readonly intervalMs: number;
    readonly mode: "exactly-once" | "at-least-once";
    readonly completed: number;
    readonly failed: number;
    readonly last: { readonly id: number; readonly atMs: number; readonly durationMs: number; readonly sizeBytes: number } | undefined;
    readonly lastFailure: { readonly atMs: number; readonly message: string } | undefined;
  };
  /** Newest first. Each started the job again from its last checkpoint. */
  readonly exceptions: readonly { readonly atMs: number; readonly task: string | undefined; readonly cause: string }[];
  readonly functions: readonly ClusterFunction[];
}

/** The function type since the job began, in counts of Flink's own metrics. */
export interface ClusterFunction {
  readonly type: string;
  /** Messages and replies. */
  readonly received: number;
  readonly sent: number;
  readonly egress: number;
  /** Messages that wait for an invocation of their entity to end. */
  readonly backlog: number;
  readonly callsInFlight: number;
  readonly callsFailed: number;
  readonly latencyP99Ms: number | undefined;
}
