/** Views of co-located endpoints: their instances, and the lines that they wrote. API and console show the same. */

export const processStates = ["starting", "running", "draining", "backing-off", "refused", "stopped"] as const;
export type ProcessState = (typeof processStates)[number];

export interface ProcessProblemView {
  code: string;
  message: string;
  where: string;
  cure: string;
}

export interface ProcessInstanceRow {
  number: number;
  /** Rises with each wording of the endpoint; a new one starts beside the old one and takes over. */
  generation: number;
  /** It belongs to the generation that is called. */
  serves: boolean;
  state: ProcessState;
  pid: number | null;
  restarts: number;
  sinceMs: number;
  nextStartMs: number | null;
  problem: ProcessProblemView | null;
}

export interface ProcessRow {
  endpoint: string;
  module: string;
  command: string[];
  transport: "http" | "grpc";
  instances: ProcessInstanceRow[];
}

export interface OutputLineView {
  /** Rises by one a line, for those who read on. */
  readonly sequence: number;
  readonly atMs: number;
  readonly instance: number;
  readonly stream: "out" | "error" | "gateway";
  readonly text: string;
}
