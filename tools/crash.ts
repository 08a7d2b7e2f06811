/**
 * `npm run crash [-- --kills 20 --seed 1]`: real gateway, real functions, kill -9 at random moments, exact counters at the end.
 * The last line says "1 passed, 0 failed" or the reverse; the seed is printed first, to repeat a failure.
 */
import { parseArgs } from "node:util";
import { runCrash } from "../e2e/crash/crash-run.ts";

const { values } = parseArgs({ options: { kills: { type: "string", default: "20" }, seed: { type: "string", default: "1" } } });
const seed = Number(values.seed);
const kills = Number(values.kills);
console.log(`crash: seed ${seed}, ${kills} kills`);
try {
  const report = await runCrash({
    seed,
    kills,
    functionKillEvery: 5,
    entities: 64,
    programsInFlightMax: 16,
    upMsMax: 1200,
    log: (line) => console.log(line),
  });
  const wrong = report.expected.counters.flatMap((expected, id) => {
    const actual = report.actual.counters[id];
    return actual === expected ? [] : [`entity ${id}: ${actual} of ${expected}`];
  });
  if (report.actual.egressRecords !== report.expected.egressRecords) {
    wrong.push(`egress records: ${report.actual.egressRecords} of ${report.expected.egressRecords}`);
  }
  console.log(`${report.programs} programs, ${report.messages} messages, ${report.actual.egressRecords} egress records`);
  console.log(`${report.repeatedSends} sends repeated, ${wrong.length} wrong numbers`);
  for (const line of wrong) console.log(line);
  console.log(wrong.length === 0 ? "1 passed, 0 failed" : "0 passed, 1 failed");
  process.exitCode = wrong.length === 0 ? 0 : 1;
} catch (error) {
  console.error(error);
  console.log("0 passed, 1 failed");
  process.exitCode = 1;
}
