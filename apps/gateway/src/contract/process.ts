/** Co-located endpoints: their instances, and the lines that they wrote. */
import { z } from "zod";

export const processStates = ["starting", "running", "draining", "backing-off", "refused", "stopped"] as const;
export type ProcessState = (typeof processStates)[number];

const processInstanceRow = z.strictObject({
  number: z.number(),
  /** Rises with each wording of the endpoint; a new one starts beside the old one and takes over. */
  generation: z.number(),
  /** It belongs to the generation that is called. */
  serves: z.boolean(),
  state: z.enum(processStates),
  pid: z.number().nullable(),
  restarts: z.number(),
  sinceMs: z.number(),
  nextStartMs: z.number().nullable(),
  problem: z.strictObject({ code: z.string(), message: z.string(), where: z.string(), cure: z.string() }).nullable(),
});

export const processRow = z.strictObject({
  endpoint: z.string(),
  module: z.string(),
  command: z.array(z.string()),
  transport: z.enum(["http", "grpc"]),
  instances: z.array(processInstanceRow),
});
export type ProcessRow = z.output<typeof processRow>;

export const outputLineView = z.strictObject({
  /** Rises by one a line, for those who read on. */
  sequence: z.number(),
  atMs: z.number(),
  instance: z.number(),
  stream: z.enum(["out", "error", "gateway"]),
  text: z.string(),
});
export type OutputLineView = Readonly<z.output<typeof outputLineView>>;
