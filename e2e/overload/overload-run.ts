/**
 * OverloadRun: senders push five times what the functions can take, over HTTP, over the gRPC stream or both, and do not slow down.
 * The report says what was accepted, refused and processed in each interval, how much memory the gateway took, and, once the storm is
 * over and the functions are let loose, whether every accepted message was processed exactly once.
 */
import { setTimeout as delay } from "node:timers/promises";
import { endpointYaml } from "../stack/functions.ts";
import { Gateway } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";
import { Adder } from "./adder.ts";
import { HttpStorm } from "./http-storm.ts";
import { type Audit, Ledger } from "./ledger.ts";
import { MemoryWatch } from "./memory-watch.ts";
import type { Storm } from "./storm.ts";
import { StreamStorm } from "./stream-storm.ts";

export type Way = "http" | "grpc" | "mixed";

export interface OverloadOptions {
  readonly way: Way;
  readonly seconds: number;
  /** What the functions can handle; five times as much is sent. */
  readonly messagesPerSecond: number;
  readonly entities: number;
  readonly intervals: number;
  /** Settings of the gateway, for example lower limits. */
  readonly env?: Record<string, string>;
  readonly drainTimeoutMs: number;
  readonly log?: (line: string) => void;
}

/** The counts are those of this interval. */
export interface Interval {
  readonly seconds: number;
  readonly sent: number;
  readonly accepted: number;
  readonly refused: number;
  readonly processed: number;
  readonly waiting: number;
  readonly peakMegabytes: number;
}

export interface OverloadReport {
  readonly idleMegabytes: number;
  readonly intervals: readonly Interval[];
  /** The peak over the storm and the time until everything was processed. */
  readonly peakMegabytes: number;
  /** The number of refusals of each way, by its name. */
  readonly refused: Readonly<Record<string, number>>;
  readonly drainSeconds: number;
  readonly audit: Audit;
}

const overloadFactor = 5;
const functionType = "overload/adder";

export async function runOverload(options: OverloadOptions): Promise<OverloadReport> {
  await using adder = await Adder.start(options.messagesPerSecond);
  await using gateway = await Gateway.start(options.env);
  await gateway.api.applyModule("overload", endpointYaml("overload/*", adder.url));
  using memory = new MemoryWatch(gateway.pid ?? 0);
  const idleMegabytes = memory.now;
  const ledger = new Ledger(functionType, options.entities);
  const storms = startStorms(gateway, ledger, options);
  const intervals = await watchIntervals({ options, adder, gateway, memory, storms: storms.map(({ storm }) => storm) });
  await Promise.all(storms.map(({ ended }) => ended));
  await adder.set({ messagesPerSecond: 0 });
  const drainedFromMs = performance.now();
  await drained(gateway, options.drainTimeoutMs);
  return {
    idleMegabytes,
    intervals,
    peakMegabytes: memory.peak(),
    refused: Object.fromEntries(storms.map(({ storm }) => [storm.name, storm.refused])),
    drainSeconds: Math.round((performance.now() - drainedFromMs) / 1000),
    audit: await ledger.audit(gateway),
  };
}

interface RunningStorm {
  readonly storm: Storm;
  readonly ended: Promise<void>;
}

function startStorms(gateway: Gateway, ledger: Ledger, options: OverloadOptions): RunningStorm[] {
  const ways = options.way === "mixed" ? (["http", "grpc"] as const) : [options.way];
  const messagesPerSecond = (options.messagesPerSecond * overloadFactor) / ways.length;
  const pace = { messagesPerSecond, seconds: options.seconds, entities: options.entities };
  return ways.map((way) => {
    if (way === "http") {
      const storm = new HttpStorm();
      return { storm, ended: storm.run(gateway.url, ledger, pace) };
    }
    const storm = new StreamStorm("overload");
    return { storm, ended: storm.run(`127.0.0.1:${gateway.grpcPort}`, ledger, pace) };
  });
}

interface Watched {
  readonly options: OverloadOptions;
  readonly adder: Adder;
  readonly gateway: Gateway;
  readonly memory: MemoryWatch;
  readonly storms: readonly Storm[];
}

async function watchIntervals({ options, adder, gateway, memory, storms }: Watched): Promise<Interval[]> {
  const intervals: Interval[] = [];
  const sum = (count: (storm: Storm) => number): number => storms.reduce((total, storm) => total + count(storm), 0);
  const read = async () => ({
    atMs: performance.now(),
    sampleFromMs: memory.samples.at(-1)?.atMs ?? 0,
    sent: sum((storm) => storm.sent),
    accepted: sum((storm) => storm.accepted),
    refused: sum((storm) => storm.refused),
    processed: (await adder.seen()).messages,
  });
  const startMs = performance.now();
  let before = await read();
  options.log?.("interval      sent  accepted   refused processed   waiting   RSS MB");
  for (let number = 1; number <= options.intervals; number++) {
    await delay(Math.max(0, startMs + (number * options.seconds * 1000) / options.intervals - performance.now()));
    const now = await read();
    const interval: Interval = {
      seconds: (now.atMs - before.atMs) / 1000,
      sent: now.sent - before.sent,
      accepted: now.accepted - before.accepted,
      refused: now.refused - before.refused,
      processed: now.processed - before.processed,
      waiting: (await gateway.api.summary()).waiting,
      peakMegabytes: memory.peak(before.sampleFromMs, now.sampleFromMs),
    };
    const { sent, accepted, refused, processed, waiting, peakMegabytes } = interval;
    options.log?.([number, sent, accepted, refused, processed, waiting, peakMegabytes].map((cell) => String(cell).padStart(9)).join(" "));
    intervals.push(interval);
    before = now;
  }
  return intervals;
}

export async function drained(gateway: Gateway, timeoutMs: number): Promise<void> {
  const idle = async (): Promise<boolean> => {
    const summary = await gateway.api.summary();
    return summary.waiting === 0 && summary.inFlight === 0;
  };
  await until(idle, { what: "all accepted messages to be processed", timeoutMs, everyMs: 100 });
}

/** Returns how many were processed a second in an interval. */
export function throughput(interval: Interval | undefined): number {
  return interval === undefined ? 0 : interval.processed / interval.seconds;
}
