/**
 * Job: one small file in jobs/ that starts what it needs, warms it up, measures and ends it. The runner (run-jobs.ts) calls every job once
 * in each repeat, so that repeats interleave; report.ts makes medians of the samples.
 */
import type { FilledHome } from "./filled-home.ts";

/** The figures that can be measured, with their headings in a table. */
export const figures = {
  messagesPerSecond: { heading: "messages/s", digits: 0 },
  p50Ms: { heading: "p50 ms", digits: 2 },
  p99Ms: { heading: "p99 ms", digits: 2 },
  gatewayCpuMicroseconds: { heading: "gateway µs", digits: 1 },
  mainThreadCpuMicroseconds: { heading: "of it the gateway's own thread, µs", digits: 1 },
  functionCpuMicroseconds: { heading: "functions µs", digits: 1 },
  clusterCpuMicroseconds: { heading: "Flink's JVM, µs a message", digits: 1 },
  clusterMegabytes: { heading: "Flink's JVM, MB", digits: 0 },
  loadCpuMicroseconds: { heading: "load µs", digits: 1 },
  gatewayMegabytes: { heading: "gateway MB", digits: 0 },
  gatewayPeakMegabytes: { heading: "peak MB", digits: 0 },
  functionMegabytes: { heading: "functions MB", digits: 0 },
  healthyMs: { heading: "healthy after ms", digits: 0 },
  firstReplyMs: { heading: "first reply after ms", digits: 0 },
  tookSeconds: { heading: "took s", digits: 2 },
  questionsPerSecond: { heading: "questions/s", digits: 1 },
  threadPercent: { heading: "gateway's own thread, % of a core", digits: 0 },
  cpuPercent: { heading: "% of a core", digits: 2 },
  diskMegabytes: { heading: "disk MB", digits: 0 },
} as const;

export type FigureName = keyof typeof figures;
export type Figures = Partial<Record<FigureName, number | undefined>>;

export interface Sample {
  /** The name of the job, with a variant when it has several: `journal:off`. Together with inFlight it names a line of the table. */
  readonly line: string;
  readonly inFlight?: number;
  readonly figures: Figures;
}

export interface JobSettings {
  readonly seconds: number;
  readonly warmUpSeconds: number;
  /** The folder of data directories; its disk is what is measured. */
  readonly folder: string;
  /** How many entities the jobs about much state have, and how many messages wait at the restart. */
  readonly entities: number;
  readonly waitingMessages: number;
  /** A data directory with that many entities, made once a run. */
  readonly filledHome: FilledHome;
  /** Reports something that the reader of the table must know. */
  readonly note: (text: string) => void;
}

export interface Job {
  readonly name: string;
  /** What the job measures, for the list of jobs and the table. */
  readonly what: string;
  run(settings: JobSettings): Promise<readonly Sample[]>;
}

/** Thrown when something is missing that is not part of the installation; the table says so and the run continues. */
export class NotAvailable extends Error {
  constructor(message: string) {
    super(message);
    this.name = "NotAvailable";
  }
}
