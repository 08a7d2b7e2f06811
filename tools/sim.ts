/**
 * sim: runs simulated worlds from the command line: `npm run sim -- --seed 8123 --worlds 500`. Seeds count up from --seed; the first
 * failure prints its seed, its faults and its last events, and ends the run with 1. `--trace` prints the trace hash of each world.
 */
import { parseArgs } from "node:util";
import { runWorld, type WorldStats } from "@signalbox/engine/testing";

const { values } = parseArgs({
  options: { seed: { type: "string", default: "1" }, worlds: { type: "string", default: "1" }, trace: { type: "boolean", default: false } },
});
const firstSeed = Number(values.seed);
const worlds = Number(values.worlds);
if (!Number.isSafeInteger(firstSeed) || !Number.isSafeInteger(worlds) || worlds < 1) {
  console.error("sim: --seed and --worlds take whole numbers, for example: npm run sim -- --seed 1 --worlds 200");
  process.exit(2);
}

const sums = new Map<string, number>();
const startedMs = performance.now();
for (let seed = firstSeed; seed < firstSeed + worlds; seed++) {
  try {
    const { seed: _, traceHash, ...stats } = await runWorld(String(seed));
    add(stats);
    if (values.trace) console.log(`${seed} ${traceHash}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
const seconds = (performance.now() - startedMs) / 1000;
console.log(`${worlds} worlds in ${seconds.toFixed(1)} s: ${[...sums].map(([name, sum]) => `${name} ${sum}`).join(", ")}`);

function add(stats: WorldStats): void {
  for (const [name, value] of Object.entries(stats)) sums.set(name, (sums.get(name) ?? 0) + Number(value));
}
