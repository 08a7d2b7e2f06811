/**
 * Co-located and embedded endpoints: their processes or threads, and the lines that they wrote.
 */
import { z } from "zod";

export const processStates = ["starting", "running", "draining", "backing-off", "refused", "stopped"] as const;
export type ProcessState = (typeof processStates)[number];

const processProblem = z.strictObject({ code: z.string(), message: z.string(), where: z.string(), cure: z.string() });

/** The state of all instances of a co-located endpoint together. It is shown because an endpoint that nobody calls never fails. */
export const processStanding = z.strictObject({
  running: z.number(),
  wanted: z.number(),
  /** True when something was started again a moment ago because it had ended by itself. */
  restarting: z.boolean(),
  problem: processProblem.nullable(),
});
export type ProcessStanding = z.output<typeof processStanding>;

const processInstanceRow = z.strictObject({
  number: z.number(),
  /** Rises with each change of the endpoint's text; new instances start beside the old ones and take over. */
  generation: z.number(),
  /** True when it belongs to the generation that is called. */
  serves: z.boolean(),
  state: z.enum(processStates),
  pid: z.number().nullable(),
  restarts: z.number(),
  sinceMs: z.number(),
  nextStartMs: z.number().nullable(),
  /** The heap of a thread of embedded functions. */
  memoryBytes: z.number().nullable(),
  problem: processProblem.nullable(),
});

export const processRow = z.strictObject({
  endpoint: z.string(),
  module: z.string(),
  command: z.array(z.string()),
  transport: z.enum(["http", "grpc", "embedded", "isolated"]),
  instances: z.array(processInstanceRow),
});
export type ProcessRow = z.output<typeof processRow>;

export const outputLineView = z.strictObject({
  /** Rises by one for each line, so that a reader can continue after the last one. */
  sequence: z.number(),
  atMs: z.number(),
  instance: z.number(),
  stream: z.enum(["out", "error", "gateway"]),
  text: z.string(),
});
export type OutputLineView = Readonly<z.output<typeof outputLineView>>;
