/**
 * The past of a long journal, asked: makes a prepared store (store/prepared-past.ts) and asks it what people ask, each answer compared with what
 * must be there: the store itself, with the time and the rows that each question read, then a real gateway on it, over HTTP (store/past-pages.ts).
 *   node bench/past-check.ts --entities 1000000 --records 10000000
 *   … --keep <folder>     leaves a data directory there that a gateway opens: SIGNALBOX_DATA_DIR=<folder> npm start; the next run asks it again
 * Times of the store are of the thread that the engine runs in; `cpuMs` is the CPU of the whole process for one question, and hardly depends on who else
 * uses the machine. Rows do not depend on it at all.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Gateway } from "../e2e/stack/gateway.ts";
import { openLevelData } from "./store/open-level-data.ts";
import { cpuOfThisProcess, percentiles } from "./load/load.ts";
import { describeMachine, machineText } from "./machine.ts";
import { residentMegabytes } from "./process-usage.ts";
import { CountedStore } from "@signalbox/engine/testing";
import { pastPages } from "./store/past-pages.ts";
import { askPast, pastQuestions } from "./store/past-questions.ts";
import { ExpectedPast, writePast, type PastSize, type WrittenPast } from "./store/prepared-past.ts";

const { values } = parseArgs({
  options: {
    entities: { type: "string", default: "1000000" },
    records: { type: "string", default: "10000000" },
    asks: { type: "string", default: "2000" },
    keep: { type: "string" },
  },
});

function number(name: "entities" | "records" | "asks", least: number): number {
  const parsed = Number(values[name]);
  if (Number.isSafeInteger(parsed) && parsed >= least) return parsed;
  console.error(`past-check: --${name} takes a whole number from ${least} on, not "${values[name]}"`);
  process.exit(2);
}

const asks = number("asks", 1);
if (values.keep !== undefined) mkdirSync(values.keep, { recursive: true });
const folder = values.keep ?? mkdtempSync(join(tmpdir(), "signalbox-past-"));
if (values.keep === undefined) process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

type Prepared = { readonly size: PastSize; readonly written: WrittenPast };

/** Reads what the run that made the folder noted, if there was one. */
async function prepare(): Promise<Prepared> {
  const note = join(folder, "prepared-past.json");
  if (existsSync(note)) return JSON.parse(readFileSync(note, "utf8")) as Prepared;
  const size = { entities: number("entities", 1_000), records: number("records", 1_000), nowMs: Date.now() };
  const startedMs = performance.now();
  const opened = await openLevelData(join(folder, "engine"));
  const written = await writePast(opened.store, size, (records) => {
    if (records % 1_024_000 === 0) console.error(`${records} records`);
  });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
  console.error(`written in ${seconds} s: ${written.blocks} blocks, ${written.segments} segments`);
  await opened.close();
  // An empty catalog: without one the gateway takes it for lost.
  writeFileSync(join(folder, "catalog.db"), "", { flag: "a" });
  writeFileSync(note, JSON.stringify({ size, written }));
  return { size, written };
}

async function askStore(expected: ExpectedPast): Promise<{ questions: Record<string, unknown>; sizeBytes: number }> {
  // The store is opened again, so that nothing is left in its write buffer.
  const { store, close } = await openLevelData(join(folder, "engine"));
  const counted = new CountedStore(store);
  const questions: Record<string, unknown> = {};
  for (const question of pastQuestions) {
    const times: number[] = [];
    const rows: number[] = [];
    const cpuBefore = cpuOfThisProcess();
    for (let asked = 0; asked < asks; asked++) {
      counted.take();
      const from = performance.now();
      await askPast(counted, { question, expected, draw: (asked + 0.5) / asks });
      times.push(performance.now() - from);
      rows.push(counted.take());
    }
    const { p50Ms: rowsP50 = 0, p99Ms: rowsP99 = 0 } = percentiles(rows);
    const cpuMs = round((cpuOfThisProcess() - cpuBefore) / asks / 1_000);
    questions[question] = { ...timesOf(times), cpuMs, rowsP50, rowsP99, rowsMax: Math.max(...rows) };
  }
  const sizeBytes = await store.sizeBytes();
  await close();
  return { questions, sizeBytes };
}

/** Its journal is not trimmed, however large or old it is. */
async function askGateway(expected: ExpectedPast, { nowMs }: PastSize): Promise<Record<string, unknown>> {
  const env = { SIGNALBOX_LOG_LEVEL: "error", SIGNALBOX_PARTITIONS: "1", SIGNALBOX_JOURNAL_BYTES_MAX: String(2 ** 40) };
  await using gateway = await Gateway.start({ ...env, SIGNALBOX_JOURNAL_AGE_MS: String(365 * 24 * 3_600_000) }, { dataDir: folder });
  const startedMegabytes = residentMegabytes(gateway.pid);
  const pages: Record<string, unknown> = {};
  for (const [page, ask] of Object.entries(pastPages)) {
    const times: number[] = [];
    for (let asked = 0; asked < asks; asked++) {
      const drawn = Math.floor(((asked + 0.5) / asks) * expected.traces);
      const from = performance.now();
      await ask({ api: gateway.api, expected, number: drawn, nowMs });
      times.push(performance.now() - from);
    }
    pages[page] = timesOf(times);
  }
  const askedMegabytes = residentMegabytes(gateway.pid);
  await gateway.stop();
  return { pages, startedMegabytes, askedMegabytes };
}

function timesOf(times: readonly number[]): { p50Ms: number; p99Ms: number } {
  const { p50Ms = 0, p99Ms = 0 } = percentiles(times);
  return { p50Ms: round(p50Ms), p99Ms: round(p99Ms) };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

const machine = machineText(describeMachine(folder));
const { size, written } = await prepare();
const expected = new ExpectedPast(size);
const { questions, sizeBytes } = await askStore(expected);
const result = {
  machine,
  ...size,
  journalBytesPerRecord: round(written.journalBytes / size.records),
  diskBytesPerRecordWithStates: round(sizeBytes / size.records),
  questions,
  gateway: await askGateway(expected, size),
};
console.log(JSON.stringify(result, null, 2));
