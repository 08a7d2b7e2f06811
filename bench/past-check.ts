/**
 * The past of a long journal, asked: makes a prepared store (store/prepared-past.ts) and asks it what people ask, each answer compared with what
 * must be there, with the time and the rows that each question read.
 *   node bench/past-check.ts --entities 1000000 --records 10000000
 *   … --keep <folder>     leaves a data directory there that a gateway opens: SIGNALBOX_DATA_DIR=<folder> npm start
 * Times are of the thread that the engine runs in. Rows do not depend on the machine.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openLevelData } from "./store/open-level-data.ts";
import { percentiles } from "./load/load.ts";
import { describeMachine, machineText } from "./machine.ts";
import { CountedStore } from "./store/counted-store.ts";
import { askPast, pastQuestions } from "./store/past-questions.ts";
import { ExpectedPast, writePast } from "./store/prepared-past.ts";

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

const size = { entities: number("entities", 1_000), records: number("records", 1_000), nowMs: Date.now() };
const asks = number("asks", 1);
if (values.keep !== undefined) mkdirSync(values.keep, { recursive: true });
const folder = values.keep ?? mkdtempSync(join(tmpdir(), "signalbox-past-"));
if (values.keep === undefined) process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

const startedMs = performance.now();
const opened = await openLevelData(join(folder, "engine"));
const written = await writePast(opened.store, size, (records) => {
  if (records % 1_024_000 === 0) console.error(`${records} records`);
});
console.error(
  `written in ${((performance.now() - startedMs) / 1000).toFixed(0)} s: ${written.blocks} blocks, ${written.segments} segments`,
);
await opened.close();
// An empty catalog: without one the gateway takes it for lost.
if (values.keep !== undefined) writeFileSync(join(folder, "catalog.db"), "", { flag: "a" });

// Opened again, so that nothing is left in the write buffer.
const again = await openLevelData(join(folder, "engine"));
const counted = new CountedStore(again.store);
const expected = new ExpectedPast(size);
const questions: Record<string, unknown> = {};
for (const question of pastQuestions) {
  const times: number[] = [];
  const rows: number[] = [];
  for (let asked = 0; asked < asks; asked++) {
    counted.take();
    const from = performance.now();
    await askPast(counted, { question, expected, draw: (asked + 0.5) / asks });
    times.push(performance.now() - from);
    rows.push(counted.take());
  }
  const { p50Ms = 0, p99Ms = 0 } = percentiles(times);
  const { p50Ms: rowsP50 = 0, p99Ms: rowsP99 = 0 } = percentiles(rows);
  questions[question] = { p50Ms: round(p50Ms), p99Ms: round(p99Ms), rowsP50, rowsP99, rowsMax: Math.max(...rows) };
}
const sizeBytes = await again.store.sizeBytes();
await again.close();
const result = {
  machine: machineText(describeMachine(folder)),
  ...size,
  journalBytesPerRecord: round(written.journalBytes / size.records),
  diskBytesPerRecordWithStates: round(sizeBytes / size.records),
  questions,
};
console.log(JSON.stringify(result, null, 2));

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
