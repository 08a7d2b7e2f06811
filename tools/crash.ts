/**
 * `npm run crash [-- --kills 10 --commands 40000 --seed 1]`: StateFun's smoke workload on real processes under kill -9, SIGSTOP and
 * broken connections; exact counters, records and order at the end. The first line says the seed, the last "1 passed, 0 failed" or the
 * reverse. `--plant double-send` (and others) plants a fault in the test itself: the run must fail.
 */
import { parseArgs } from "node:util";
import { runCrash } from "../e2e/crash/crash-run.ts";
import { plants } from "../e2e/crash/workload.ts";

const findingsShownMax = 20;
const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "10" },
    commands: { type: "string", default: "40000" },
    seed: { type: "string", default: "1" },
    plant: { type: "string" },
  },
});
const plant = plants.find((name) => name === values.plant);
const [seed, kills, commands] = [values.seed, values.kills, values.commands].map(Number) as [number, number, number];
if ((values.plant !== undefined && plant === undefined) || ![seed, kills, commands].every(Number.isSafeInteger) || commands < 1) {
  console.error(`usage: npm run crash -- [--seed 1] [--kills 10] [--commands 40000] [--plant ${plants.join("|")}]`);
  process.exit(2);
}
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
// All is said and everything it began has been ended; now and then something of the senders keeps the loop turning.
process.exit(passed ? 0 : 1);
