/** ClusterView: what a runtime whose functions run on a cluster elsewhere tells of it: the job, its checkpoints, what failed, what each function type did. */
export interface ClusterView {
  /** Where its own page is. */
  readonly url: string;
  readonly version: string;
  readonly taskManagers: number;
  readonly slots: number;
  readonly freeSlots: number;
  /** Undefined: none runs. */
  readonly job: ClusterJob | undefined;
  /** A change that is under way: functions stand still meanwhile. */
  readonly step: { readonly name: "saving" | "starting"; readonly sinceMs: number } | undefined;
  /** What the gateway asks for at the next start of the job. */
  readonly settings: {
    /** 0: as many slots as are free. */
    readonly parallelism: number;
    readonly requestsPerTaskMax: number;
    readonly poolConnectionsMax: number;
  };
  /** When all of this was asked. */
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

/** Since the job began; counts of Flink's own metrics. */
export interface ClusterFunction {
  readonly type: string;
  /** Messages and replies. */
  readonly received: number;
  readonly sent: number;
  readonly egress: number;
  /** Messages that wait for a call of their entity to end. */
  readonly backlog: number;
  readonly callsInFlight: number;
  readonly callsFailed: number;
  readonly latencyP99Ms: number | undefined;
}
