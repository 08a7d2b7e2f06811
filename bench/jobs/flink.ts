/**
 * flink: the same functions on the embedded engine and on a real Flink in one JVM, in one run: adds over 10 000 ids, one hot entity, and
 * 500 messages a second from end to end. On Flink exactly once and at least once with the gateway between Flink and the functions, and
 * exactly once past it (`direct`): the difference is what being seen costs. Each way has a gateway, a cluster and data of its own.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { join } from "node:path";
import { fetchClusterJars, startOneJvmCluster, whyNoJava, type OneJvmCluster } from "@signalbox/flink";
import { Pool } from "undici";
import { freePortsFrom } from "../../e2e/stack/child.ts";
import { until } from "../../e2e/stack/until.ts";
import { NotAvailable, type Figures, type Job, type JobSettings, type Sample } from "../job.ts";
import { percentiles } from "../load/load.ts";
import { pacedLoad } from "../load/paced-load.ts";
import { streamLoad } from "../load/stream-load.ts";
import { ToldServer } from "../load/told-server.ts";
import { System } from "../system.ts";
import { functionTypes, hotIds, ids, inFlightBatches, inFlightFull, numberOf, randomIds } from "../workload.ts";
import { sumReaches } from "./hot.ts";

interface Way {
  readonly name: string;
  /** The settings of the gateway on Flink; undefined for the embedded engine. */
  readonly env: Record<string, string> | undefined;
  /** True when calls pass through the gateway, which then sees what functions make of an entity. */
  readonly isSeen: boolean;
}

const ways: readonly Way[] = [
  { name: "embedded", env: undefined, isSeen: true },
  { name: "exactly-once", env: { SIGNALBOX_FLINK_CHECKPOINT_MODE: "exactly-once" }, isSeen: true },
  { name: "at-least-once", env: { SIGNALBOX_FLINK_CHECKPOINT_MODE: "at-least-once" }, isSeen: true },
  { name: "direct", env: { SIGNALBOX_FLINK_CHECKPOINT_MODE: "exactly-once", SIGNALBOX_FLINK_DIRECT: "*" }, isSeen: false },
];

const firstPort = 26_500;
const perSecond = 500;
/** Flink takes messages after the gateway has, so the number that waits at the end of a load is limited, and a slow machine ends too. */
const messagesMax = { spread: 30_000, hot: 150_000 } as const;
const endMsMax = 300_000;
const readEveryMs = 5;
const recordsAPage = 1_000;
const egress = "bench/out";

export const flink: Job = {
  name: "flink",
  what: "add, one hot entity and 500 messages/s on Flink (exactly once, at least once, past the gateway), beside the embedded engine",
  async run(settings) {
    await available();
    const samples: Sample[] = [];
    for (const way of ways) samples.push(...(await alone(way, settings)));
    return samples;
  },
};

async function available(): Promise<void> {
  const reason = whyNoJava(process.env);
  if (reason !== undefined) throw new NotAvailable(`Flink cannot be started: ${reason}`);
  await fetchClusterJars({ env: process.env, uses: ["cluster"] }).catch((error: unknown) => {
    throw new NotAvailable(`the jars of Flink are not here: ${error instanceof Error ? error.message : String(error)}`);
  });
}

async function alone(way: Way, settings: JobSettings): Promise<Sample[]> {
  if (way.env === undefined) return measureWay(way, settings, undefined);
  const folder = mkdtempSync(join(settings.folder, "signalbox-bench-flink-"));
  try {
    const [restPort = 0] = await freePortsFrom(firstPort, 1);
    const cluster = await startOneJvmCluster({ env: process.env, folder, restPort });
    try {
      return await measureWay(way, settings, cluster);
    } finally {
      await cluster.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureWay(
  way: Way,
  { folder, seconds, warmUpSeconds }: JobSettings,
  cluster: OneJvmCluster | undefined,
): Promise<Sample[]> {
  const { name, env, isSeen } = way;
  await using told = await ToldServer.start();
  await using system = await System.start({
    folder,
    told,
    cluster: cluster?.pid,
    moreYaml: `---\nkind: io.signalbox.v1/egress\nspec:\n  id: ${egress}\n`,
    ...(cluster === undefined
      ? {}
      : { env: { SIGNALBOX_RUNTIME: "flink", SIGNALBOX_FLINK_URL: cluster.url, SIGNALBOX_FLINK_PORT: "0", ...env } }),
  });
  const type = functionTypes.counter;
  const spread = (lasts: number) =>
    system.measure(() =>
      streamLoad(system.grpc, {
        inFlight: inFlightFull,
        seconds: lasts,
        messagesMax: messagesMax.spread,
        type,
        nextId: randomIds(ids, "flink"),
      }),
    );
  await spread(warmUpSeconds);
  const samples: Sample[] = [{ line: `flink:${name}`, inFlight: inFlightFull, figures: await spread(seconds) }];
  let sent = 0;
  const hot = await system.measure(async () => {
    const load = await streamLoad(system.grpc, {
      ...{ inFlight: inFlightBatches, seconds, messagesMax: messagesMax.hot, type },
      nextId: () => `hot${randomIds(hotIds, "flink")()}`,
    });
    sent = load.sent;
    return load;
  });
  if (isSeen) await sumReaches(system, { sent, id: "hote0" });
  samples.push({ line: `flink:${name}:hot`, inFlight: inFlightBatches, figures: hot });
  samples.push({ line: `flink:${name}:at-${perSecond}`, figures: await called(system, { told, seconds }) });
  samples.push({ line: `flink:${name}:at-${perSecond}:out`, figures: await cameOut(system, seconds) });
  return samples;
}

/** Measures the time from when a message is due until its function is called with it, and the cost of each process at this rate. */
async function called(system: System, { told, seconds }: { told: ToldServer; seconds: number }): Promise<Figures> {
  const figures = await system.measure(async () => {
    told.clear();
    const dueMs = await paced(system, seconds);
    const all = (): boolean => told.seen >= dueMs.length;
    await until(all, { what: `the functions to be called with ${dueMs.length} messages`, timeoutMs: endMsMax, everyMs: 5 });
    return { sent: dueMs.length, ...percentiles(latencies(dueMs, told.seenMs)), loadCpuMicroseconds: undefined };
  });
  return { ...figures, messagesPerSecond: perSecond };
}

/**
 * Measures the time from when a message is due until the record that its function made of it can be read; on Flink that is after a
 * checkpoint.
 */
async function cameOut(system: System, seconds: number): Promise<Figures> {
  const pool = new Pool(system.gateway.url, { connections: 1 });
  try {
    const seenMs: (number | undefined)[] = [];
    let after = await lastRecord(pool);
    let seen = 0;
    let isOver = false;
    const reading = (async (): Promise<void> => {
      while (!isOver) {
        const records = await readRecords(pool, after);
        const nowMs = performance.now();
        for (const { sequence, bytes } of records) {
          const number = numberOf(Buffer.from(bytes, "base64"));
          if (seenMs[number] === undefined) seen++;
          seenMs[number] ??= nowMs;
          after = sequence;
        }
        if (records.length < recordsAPage) await delay(readEveryMs);
      }
    })();
    try {
      const dueMs = await paced(system, seconds);
      const all = (): boolean => seen >= dueMs.length;
      await until(all, { what: `${dueMs.length} records to come out`, timeoutMs: endMsMax, everyMs: 20 });
      return { messagesPerSecond: perSecond, ...percentiles(latencies(dueMs, seenMs)) };
    } finally {
      isOver = true;
      await reading;
    }
  } finally {
    await pool.close();
  }
}

async function paced(system: System, seconds: number): Promise<readonly number[]> {
  const { dueMs } = await pacedLoad(system.grpc, { perSecond, seconds, type: functionTypes.teller, nextId: randomIds(ids, "paced") });
  return dueMs;
}

function latencies(dueMs: readonly number[], seenMs: readonly (number | undefined)[]): number[] {
  return dueMs.map((due, number) => (seenMs[number] ?? Number.NaN) - due);
}

interface Records {
  readonly records: readonly { readonly sequence: number; readonly bytes: string }[];
}

async function readRecords(pool: Pool, after: number): Promise<Records["records"]> {
  const { body } = await pool.request({ method: "GET", path: `/v1/egresses/${egress}?after=${after}&limit=${recordsAPage}` });
  return ((await body.json()) as Records).records;
}

/** Resolves once no more records come from the load before. */
async function lastRecord(pool: Pool): Promise<number> {
  let after = 0;
  for (let quiet = 0; quiet < 5; ) {
    const records = await readRecords(pool, after);
    after = records.at(-1)?.sequence ?? after;
    quiet = records.length === 0 ? quiet + 1 : 0;
    if (records.length === 0) await delay(500);
  }
  return after;
}
