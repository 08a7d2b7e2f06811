/**
 * The long check of a store: random adds over many rows, in epochs as the engine writes them (store/epoch-writer.ts), synced.
 *   node bench/store-check.ts --rows 10000000 --minutes 10 --store disk          also: level, lmdb, rocksdb
 *   … --rate 20000      adds a second that arrive, whether the store keeps up or not; 0 is as fast as it goes
 * What arrives during a commit makes the next epoch, so a stall shows as a long commit, a large next epoch and a lag.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { StoreWrite } from "@signalbox/engine";
import { NotAvailable } from "./job.ts";
import { percentiles } from "./load/load.ts";
import { describeMachine, machineText } from "./machine.ts";
import { residentMegabytes } from "./process-usage.ts";
import { openStore, storeNames } from "./store/checked-store.ts";
import { EpochWriter } from "./store/epoch-writer.ts";
import { everyId, randomIds } from "./workload.ts";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "10000000" },
    minutes: { type: "string", default: "10" },
    store: { type: "string", default: "disk" },
    rate: { type: "string", default: "20000" },
    "epoch-adds": { type: "string", default: "5000" },
    "journal-mb": { type: "string", default: "1024" },
    folder: { type: "string", default: tmpdir() },
  },
});

const fillBatchRows = 4000;
const reportEveryMs = 10_000;
/** When the store falls behind by this much, it does not keep up: the run ends and says so. */
const lagMsMax = 30_000;
const mebibyte = 1024 * 1024;

interface Window {
  commitsMs: number[];
  adds: number;
  rows: number;
  blockedMs: number;
  lagMs: number;
}

function emptyWindow(): Window {
  return { commitsMs: [], adds: 0, rows: 0, blockedMs: 0, lagMs: 0 };
}

function number(name: "rows" | "minutes" | "rate" | "epoch-adds" | "journal-mb"): number {
  const parsed = Number(values[name]);
  if (Number.isFinite(parsed) && parsed >= 0) return parsed;
  console.error(`store-check: --${name} takes a number, not "${values[name]}"`);
  process.exit(2);
}

const storeName = storeNames.find((known) => known === values.store);
if (storeName === undefined) {
  console.error(`store-check: no store is called ${values.store}; there are: ${storeNames.join(", ")}`);
  process.exit(2);
}

const rows = number("rows");
const folder = mkdtempSync(join(values.folder, `signalbox-store-check-${storeName}-`));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
process.once("SIGINT", () => process.exit(130));

try {
  await check(storeName);
} catch (error) {
  if (!(error instanceof NotAvailable)) throw error;
  console.error(`store-check: ${error.message}`);
  process.exitCode = 1;
}

type Store = Awaited<ReturnType<typeof openStore>>;

async function check(name: (typeof storeNames)[number]): Promise<void> {
  const store = await openStore(name, join(folder, "store"));
  const epochs = new EpochWriter(store, number("journal-mb") * mebibyte);
  const fillSeconds = await fill(store, epochs);
  console.error(`${name}: ${rows} rows filled in ${fillSeconds.toFixed(1)} s, ${mb(await store.sizeBytes())} MB`);
  const cpuBefore = process.cpuUsage();
  const ran = await run(store, epochs);
  const { user, system } = process.cpuUsage(cpuBefore);
  const result = {
    store: name,
    machine: machineText(describeMachine(values.folder)),
    rows,
    fillSeconds: round(fillSeconds),
    ...figuresOf(ran, user + system),
    ...sizesOf(await store.sizeBytes(), epochs.liveBytes),
  };
  await store.close();
  mkdirSync("test-results", { recursive: true });
  writeFileSync(`test-results/store-check-${name}.json`, `${JSON.stringify(result, null, 2)}\n`);
  console.log(JSON.stringify(result, null, 2));
}

/** Resolves with how many seconds it took. */
async function fill(store: Store, epochs: EpochWriter): Promise<number> {
  const startedMs = performance.now();
  const nextRow = everyId(rows);
  for (let filled = 0; filled < rows; filled += fillBatchRows) {
    await store.writeSynced(Array.from({ length: Math.min(fillBatchRows, rows - filled) }, () => epochs.firstState(nextRow())));
  }
  return (performance.now() - startedMs) / 1000;
}

interface Ran {
  readonly all: Window;
  readonly seconds: number;
  readonly fellBehind: boolean;
}

/** Everything that has arrived becomes the next epoch, until the time is over or the store does not keep up. */
async function run(store: Store, epochs: EpochWriter): Promise<Ran> {
  const rate = number("rate");
  const epochAddsMax = number("epoch-adds");
  const nextId = randomIds(rows, "store-check");
  const startedMs = performance.now();
  const endMs = startedMs + number("minutes") * 60_000;
  const all = emptyWindow();
  let window = emptyWindow();
  let reportedMs = startedMs;
  for (;;) {
    const nowMs = performance.now();
    const seconds = (nowMs - startedMs) / 1000;
    if (nowMs >= endMs) return { all, seconds, fellBehind: false };
    const arrived = rate === 0 ? Number.POSITIVE_INFINITY : Math.floor(seconds * rate);
    const due = Math.min(epochAddsMax, arrived - all.adds);
    const lagMs = rate === 0 ? 0 : ((arrived - all.adds) / rate) * 1000;
    if (lagMs > lagMsMax) return { all, seconds, fellBehind: true };
    if (due === 0) {
      await delay(1);
      continue;
    }
    const writes = epochs.next(Array.from({ length: due }, nextId));
    const committed = await commit(store, writes);
    for (const into of [all, window]) count(into, { ...committed, adds: due, rows: writes.length, lagMs });
    const sinceReportMs = performance.now() - reportedMs;
    if (sinceReportMs < reportEveryMs) continue;
    const ranSeconds = Math.round((performance.now() - startedMs) / 1000);
    console.error(`${ranSeconds} s: ${windowText(window, sinceReportMs / 1000)}, ${mb(await store.sizeBytes())} MB`);
    window = emptyWindow();
    reportedMs = performance.now();
  }
}

async function commit(store: Store, writes: readonly StoreWrite[]): Promise<{ commitMs: number; blockedMs: number }> {
  const startedMs = performance.now();
  const written = store.writeSynced(writes);
  const blockedMs = performance.now() - startedMs;
  await written;
  return { commitMs: performance.now() - startedMs, blockedMs };
}

interface Epoch {
  readonly commitMs: number;
  readonly blockedMs: number;
  readonly adds: number;
  readonly rows: number;
  readonly lagMs: number;
}

function count(into: Window, epoch: Epoch): void {
  into.commitsMs.push(epoch.commitMs);
  into.adds += epoch.adds;
  into.rows += epoch.rows;
  into.blockedMs += epoch.blockedMs;
  into.lagMs = Math.max(into.lagMs, epoch.lagMs);
}

function figuresOf({ all, seconds, fellBehind }: Ran, cpuMicroseconds: number) {
  return {
    seconds: round(seconds),
    addsPerSecond: Math.round(all.adds / seconds),
    rowsPerSecond: Math.round(all.rows / seconds),
    commits: all.commitsMs.length,
    ...named(all.commitsMs),
    commitsOver100Ms: all.commitsMs.filter((ms) => ms > 100).length,
    /** The share of the calling thread's time inside writeSynced, in which the engine can do nothing else. */
    blockedShare: round(all.blockedMs / 1000 / seconds),
    lagMsMax: Math.round(all.lagMs),
    fellBehind,
    /** Includes the store's own threads, and making the rows. */
    cpuMicrosecondsPerAdd: round(cpuMicroseconds / Math.max(1, all.adds)),
    cpuMicrosecondsPerRow: round(cpuMicroseconds / Math.max(1, all.rows)),
  };
}

function sizesOf(sizeBytes: number, liveBytes: number) {
  return {
    diskMegabytes: mb(sizeBytes),
    liveMegabytes: mb(liveBytes),
    spaceAmplification: round(sizeBytes / liveBytes),
    residentMegabytes: residentMegabytes(process.pid),
  };
}

function windowText(window: Window, seconds: number): string {
  const { commitP50Ms, commitP99Ms, commitMaxMs } = named(window.commitsMs);
  return `${Math.round(window.adds / seconds)} adds/s, commits p50 ${commitP50Ms} p99 ${commitP99Ms} max ${commitMaxMs} ms, lag ${Math.round(window.lagMs)} ms`;
}

function named(commitsMs: readonly number[]): { commitP50Ms: number; commitP99Ms: number; commitMaxMs: number } {
  const { p50Ms = 0, p99Ms = 0 } = percentiles(commitsMs);
  return {
    commitP50Ms: round(p50Ms),
    commitP99Ms: round(p99Ms),
    commitMaxMs: round(commitsMs.reduce((most, ms) => Math.max(most, ms), 0)),
  };
}

function mb(bytes: number): number {
  return Math.round(bytes / mebibyte);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
