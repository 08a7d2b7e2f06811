/**
 * `npm run crash [-- --kills 10 --commands 40000 --seed 1]`: StateFun's smoke workload on real processes under kill -9, SIGSTOP and broken
 * connections; exact counters, records and order at the end. The first line says the seed, the last "1 passed, 0 failed" or the reverse.
 * `--plant double-send` (and others) plants a fault in the test itself: the run must fail. `--mixed` runs instead one module whose
 * functions are remote, co-located and embedded, under kill -9 of all of them in turn. `--kafka --kills 100 --records 100000` runs from
 * topic to topic of a real broker, which is killed too.
 */
import { existsSync } from "node:fs";
import { runCrash } from "../e2e/crash/crash-run.ts";
import { KafkaBroker } from "../e2e/stack/kafka-broker.ts";
import { plants } from "../e2e/crash/workload.ts";
import { whyNoBroker } from "../e2e/kafka/broker-jars.ts";
import { runKafkaCrash } from "../e2e/kafka/crash-run.ts";
import { python, runMixed } from "../e2e/placements/mixed-run.ts";
import { toldOptions } from "./told-options.ts";

const findingsShownMax = 20;
const { values } = toldOptions({
  command: "npm run crash",
  about: "Real processes under kill -9, SIGSTOP and broken connections; what is there at the end is counted.",
  options: {
    kills: { type: "string", default: "10" },
    commands: { type: "string", default: "40000" },
    seed: { type: "string", default: "1" },
    plant: { type: "string" },
    mixed: { type: "boolean", default: false },
    kafka: { type: "boolean", default: false },
    records: { type: "string", default: "4000" },
  },
  says: {
    kills: "how many",
    commands: "of the smoke workload",
    seed: "of the run",
    plant: "a fault in the test itself, which the run must find",
    mixed: "one module with remote, co-located and embedded functions",
    kafka: "from topic to topic of a real broker",
    records: "with --kafka",
  },
});
const plant = plants.find((name) => name === values.plant);
const [seed, kills, commands, records] = [values.seed, values.kills, values.commands, values.records].map(Number) as [
  number,
  number,
  number,
  number,
];
const unfit = values.plant !== undefined && (plant === undefined || (values.mixed && plant !== "double-send"));
if (unfit || ![seed, kills, commands, records].every(Number.isSafeInteger) || commands < 1 || records < 1) {
  console.error(
    `usage: npm run crash -- [--seed 1] [--kills 10] [--commands 40000] [--plant ${plants.join("|")}] | --mixed [--kills 10] [--plant double-send] | --kafka [--kills 10] [--records 4000]`,
  );
  process.exit(2);
}
if (values.kafka) process.exit((await kafka()) ? 0 : 1);
if (values.mixed) process.exit((await mixed()) ? 0 : 1);
console.log(`crash: seed ${seed}, ${kills} kills, ${commands} commands${plant === undefined ? "" : `, planted: ${plant}`}`);
const startedMs = performance.now();
let passed = false;
try {
  const report = await runCrash({ seed, kills, commands, plant, log: (line) => console.log(line) });
  const { findings } = report;
  for (const [name, times] of [...report.faults].sort(([a], [b]) => a.localeCompare(b)))
    console.log(`${String(times).padStart(5)} × ${name}`);
  console.log(`${report.kills} kills, ${report.commands} commands, ${report.messages} messages, ${report.egressRecords} egress records`);
  console.log(`${report.repeatedSends} sends repeated, ${report.reconnects} streams opened again`);
  console.log(`reply bytes by SDK: JavaScript ${report.functionBytes[0] ?? 0}, Python ${report.functionBytes[1] ?? "not installed"}`);
  for (const { where, expected, actual } of findings.slice(0, findingsShownMax)) {
    console.log(`WRONG ${where}: expected ${expected}, found ${actual}`);
  }
  if (findings.length > findingsShownMax) console.log(`… and ${findings.length - findingsShownMax} more`);
  if (report.kept !== undefined) console.log(`kept: ${report.kept} (data/, gateway.log, functions' logs, consumers' files)`);
  passed = findings.length === 0;
} catch (error) {
  console.error(error);
}
if (!passed) {
  const planted = plant === undefined ? "" : ` --plant ${plant}`;
  console.log(`again: npm run crash -- --seed ${seed} --kills ${kills} --commands ${commands}${planted}`);
}
console.log(`${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
console.log(passed ? "1 passed, 0 failed" : "0 passed, 1 failed");
// Everything is printed and everything that it started has ended, but a leftover of the senders sometimes keeps the event loop running.
process.exit(passed ? 0 : 1);

async function mixed(): Promise<boolean> {
  const withPython = existsSync(python);
  const planted = plant === "double-send" ? plant : undefined;
  console.log(
    `crash: the mixed module, ${kills} kills, ${withPython ? "with" : "without"} Python${planted === undefined ? "" : `, planted: ${planted}`}`,
  );
  const { messages, wanted, found } = await runMixed({ kills, withPython, plant: planted, log: (line) => console.log(line) });
  const wrong = Object.keys(wanted).filter((entity) => found[entity] !== wanted[entity]);
  for (const entity of wrong) console.log(`WRONG ${entity}: expected ${wanted[entity]}, found ${String(found[entity])}`);
  console.log(`${kills} kills, ${messages} messages, ${Object.keys(wanted).length} counters`);
  console.log(wrong.length === 0 ? "1 passed, 0 failed" : "0 passed, 1 failed");
  return wrong.length === 0;
}

async function kafka(): Promise<boolean> {
  const reason = whyNoBroker();
  if (reason !== undefined) throw new Error(`no broker can be started here: ${reason}`);
  console.log(`crash: from topic to topic, ${kills} kills, ${records} records`);
  await using broker = await KafkaBroker.start();
  const found = await runKafkaCrash(broker, { kills, records, log: (line) => console.log(line), topics: "crash" });
  console.log(`read by Java's console consumer: ${JSON.stringify(found)}`);
  const isClean = Object.values(found).every((count) => count === 0);
  console.log(isClean ? "1 passed, 0 failed" : "0 passed, 1 failed");
  return isClean;
}
