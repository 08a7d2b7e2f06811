/** Answers: the shapes of Flink's REST answers, with only the parts that this package reads. Flink 1.16 writes them. */
import { z } from "zod";

export const overview = z.object({
  "flink-version": z.string(),
  taskmanagers: z.int(),
  "slots-total": z.int(),
  "slots-available": z.int(),
});

const jobState = z.string();
export const jobs = z.object({
  jobs: z.array(z.object({ jid: z.string(), name: z.string(), state: jobState, "start-time": z.number() })),
});
export type JobRow = z.infer<typeof jobs>["jobs"][number];

export const job = z.object({
  jid: z.string(),
  name: z.string(),
  state: jobState,
  vertices: z.array(z.object({ id: z.string(), name: z.string(), status: z.string(), parallelism: z.int() })),
});
export type JobDetail = z.infer<typeof job>;

/** States that a job never leaves. */
export const terminalStates: ReadonlySet<string> = new Set(["FINISHED", "CANCELED", "FAILED", "SUSPENDED"]);

export const uploaded = z.object({ filename: z.string() });
export const started = z.object({ jobid: z.string() });
export const triggered = z.object({ "request-id": z.string() });
export const savepointAnswer = z.object({
  status: z.object({ id: z.string() }),
  operation: z.object({ location: z.string().optional(), "failure-cause": z.object({ "stack-trace": z.string() }).optional() }).nullish(),
});

const kept = z.object({
  id: z.number(),
  external_path: z.string().nullish(),
  trigger_timestamp: z.number(),
  end_to_end_duration: z.number(),
  checkpointed_size: z.number(),
});
export const checkpoints = z.object({
  counts: z.object({ completed: z.number(), failed: z.number(), in_progress: z.number(), restored: z.number() }),
  latest: z.object({
    completed: kept.nullish(),
    savepoint: kept.nullish(),
    failed: z.object({ failure_timestamp: z.number(), failure_message: z.string().nullish() }).nullish(),
  }),
  /** The newest first; ten of them unless the cluster is configured otherwise. */
  history: z.array(z.object({ id: z.number(), status: z.string(), num_acknowledged_subtasks: z.number() })),
});
export type Checkpoints = z.infer<typeof checkpoints>;

export const checkpointConfig = z.object({ mode: z.enum(["exactly_once", "at_least_once"]), interval: z.number() });

export const exceptions = z.object({
  exceptionHistory: z.object({
    entries: z.array(z.object({ timestamp: z.number(), stacktrace: z.string(), taskName: z.string().nullish() })),
  }),
});

export const configuration = z.array(z.object({ key: z.string(), value: z.string() }));
export const metricNames = z.array(z.object({ id: z.string() }));
export const metricValues = z.array(z.object({ id: z.string(), value: z.string() }));
export const nothing = z.unknown();
export const refusal = z.object({ errors: z.array(z.string()) });
