/**
 * Guard: what one message costs the gateway in CPU, in under 40 seconds, against bench/baseline.json. Messages are counted, not seconds,
 * and CPU time is divided by that of a fixed piece of work done between the jobs, so that a slower or busier machine shifts both. It
 * reports a ratio and never fails: a person reads it. `--save` makes the baseline from this run.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ToFunction } from "@signalbox/proto";
import { cpuOfThisProcess } from "./load/load.ts";
import { invocationBytes } from "./load/bare-echo.ts";
import { streamLoad } from "./load/stream-load.ts";
import { describeMachine, machineText } from "./machine.ts";
import { cpuMicroseconds } from "./process-usage.ts";
import { System } from "./system.ts";
import { functionTypes, hotIds, ids, inFlightBatches, inFlightFull, randomIds } from "./workload.ts";

interface GuardJob {
  readonly name: string;
  readonly type: string;
  readonly ids: number;
  readonly inFlight: number;
  readonly warmUpMessages: number;
  readonly messages: number;
  /** 0 when the functions do not run and every message waits. */
  readonly hops: number;
}

const guardJobs: readonly GuardJob[] = [
  { name: "add", type: functionTypes.counter, ids, inFlight: inFlightFull, warmUpMessages: 20_000, messages: 50_000, hops: 1 },
  { name: "chain", type: functionTypes.first, ids, inFlight: inFlightFull, warmUpMessages: 5_000, messages: 20_000, hops: 2 },
  { name: "hot", type: functionTypes.counter, ids: hotIds, inFlight: inFlightBatches, warmUpMessages: 50_000, messages: 200_000, hops: 1 },
  { name: "accept", type: functionTypes.counter, ids, inFlight: inFlightBatches, warmUpMessages: 50_000, messages: 200_000, hops: 0 },
];

interface Baseline {
  readonly machine: string;
  readonly calibrationMicroseconds: number;
  readonly gatewayCpuMicroseconds: Readonly<Record<string, number>>;
}

const baselinePath = join(import.meta.dirname, "baseline.json");
const calibrationRounds = 60_000;
const calibrationTries = 4;
/** The cheapest slice counts, because other work on the machine only adds. */
const slices = 4;
const resultPath = "test-results/bench-guard.json";

/**
 * Measures the CPU of a fixed piece of work of the kind that the gateway does; the lowest of some tries counts, because disturbances only
 * add.
 */
function calibrate(): number {
  const bytes = invocationBytes();
  let least = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < calibrationTries; tries++) {
    const before = cpuOfThisProcess();
    for (let round = 0; round < calibrationRounds; round++) ToFunction.encode(ToFunction.decode(bytes)).finish();
    least = Math.min(least, cpuOfThisProcess() - before);
  }
  return least;
}

async function costOf(system: System, job: GuardJob): Promise<number> {
  const nextId = randomIds(job.ids, `guard ${job.name}`);
  const send = async (messagesMax: number): Promise<void> => {
    const handled = job.hops === 0 ? 0 : await system.handled();
    const load = await streamLoad(system.grpc, { inFlight: job.inFlight, type: job.type, nextId, messagesMax });
    if (job.hops > 0) await system.untilHandled(handled + load.sent * job.hops);
  };
  await send(job.warmUpMessages);
  let least = Number.POSITIVE_INFINITY;
  for (let slice = 0; slice < slices; slice++) {
    const before = cpuMicroseconds(system.gateway.pid);
    await send(job.messages / slices);
    const after = cpuMicroseconds(system.gateway.pid);
    if (before === undefined || after === undefined) throw new Error("the guard reads CPU time from /proc, which only Linux has");
    least = Math.min(least, (after - before) / (job.messages / slices));
  }
  return least;
}

async function measureAll(folder: string): Promise<{ calibrationMicroseconds: number; gatewayCpuMicroseconds: Record<string, number> }> {
  const costs: Record<string, number> = {};
  const calibrations = [calibrate()];
  for (const functions of ["running", "not-started"] as const) {
    await using system = await System.start({ folder, functions });
    for (const job of guardJobs.filter(({ hops }) => hops > 0 === (functions === "running"))) {
      costs[job.name] = await costOf(system, job);
      calibrations.push(calibrate());
    }
  }
  return { calibrationMicroseconds: Math.min(...calibrations), gatewayCpuMicroseconds: costs };
}

function readBaseline(): Baseline | undefined {
  // Only --save writes the file, so its form is known.
  return existsSync(baselinePath) ? (JSON.parse(readFileSync(baselinePath, "utf8")) as Baseline) : undefined;
}

export async function runGuard({ save, folder }: { save: boolean; folder: string }): Promise<void> {
  const machine = machineText(describeMachine(folder));
  const now: Baseline = { machine, ...(await measureAll(folder)) };
  mkdirSync("test-results", { recursive: true });
  writeFileSync(resultPath, `${JSON.stringify(now, null, 2)}\n`);
  const baseline = readBaseline();
  console.log(`gateway CPU of one message against the baseline (${baseline?.machine ?? "there is none yet: --guard --save makes it"})`);
  for (const [name, cost] of Object.entries(now.gatewayCpuMicroseconds)) {
    const before = baseline?.gatewayCpuMicroseconds[name];
    const ratio =
      baseline === undefined || before === undefined
        ? "-"
        : `${(cost / now.calibrationMicroseconds / (before / baseline.calibrationMicroseconds)).toFixed(2)} × the baseline`;
    console.log(`  ${name.padEnd(8)} ${cost.toFixed(1).padStart(6)} µs   ${ratio}`);
  }
  if (baseline !== undefined) {
    console.log(
      `  this machine does the fixed work in ${(now.calibrationMicroseconds / baseline.calibrationMicroseconds).toFixed(2)} × the time`,
    );
  }
  if (save) {
    writeFileSync(baselinePath, `${JSON.stringify(now, null, 2)}\n`);
    console.log(`saved as ${baselinePath}`);
  }
}
