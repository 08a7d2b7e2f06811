/**
 * `npm run fuzz [-- --target http --cases 100000 --seed 1 --path …]`: hostile and careless input at every door (e2e/fuzz). Prints cases,
 * seconds and outcomes of each target; a failure prints its seed, its path, the smallest case and how to repeat it. Ends with the counts.
 */
import { fuzzTargets, type NamedTarget } from "../e2e/fuzz/targets.ts";
import type { FuzzReport } from "../e2e/fuzz/fuzz-run.ts";
import { toldOptions } from "./told-options.ts";

const { values } = toldOptions({
  command: "npm run fuzz",
  about: "Hostile and careless input at every door.",
  options: {
    target: { type: "string" },
    cases: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    path: { type: "string" },
  },
  says: { target: "one door alone", cases: "of each target", seed: "of the run", path: "repeats what a failure printed" },
});
const cases = Number(values.cases);
const seed = Number(values.seed);
const chosen = fuzzTargets.filter(({ name }) => values.target === undefined || values.target === name);
if (!Number.isSafeInteger(cases) || cases < 1 || !Number.isSafeInteger(seed) || chosen.length === 0) {
  console.error(`fuzz: --cases and --seed take whole numbers, --target one of ${fuzzTargets.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}

let failed = 0;
for (const target of chosen) {
  try {
    const report = await target.run({ cases, seed, path: values.path });
    print(report);
    if (report.failure !== undefined) failed++;
  } catch (error) {
    failed++;
    console.log(`${target.name}: ${error instanceof Error ? error.stack : String(error)}`);
    console.log(`  repeat: ${repeatCommand(target, undefined)}`);
  }
}
console.log(`${chosen.length - failed} passed, ${failed} failed`);
// A pool or a timer that a target left open must not keep the process from ending.
process.exit(failed === 0 ? 0 : 1);

function print(report: FuzzReport): void {
  const { target, failure } = report;
  const growth = Math.round(report.rssGrowthBytes / 1024 / 1024);
  console.log(
    `${target}: ${report.cases} cases in ${report.seconds.toFixed(1)} s, slowest ${report.slowestMs.toFixed(0)} ms, memory +${growth} MiB, seed ${seed}`,
  );
  for (const [code, count] of [...report.outcomes].sort((a, b) => b[1] - a[1])) console.log(`  ${String(count).padStart(8)} ${code}`);
  if (failure === undefined) return;
  console.log(`  FAILED: ${failure.what}`);
  console.log(`  smallest case: ${failure.smallest}`);
  console.log(`  repeat: ${repeatCommand({ name: target }, failure.path)}`);
}

function repeatCommand({ name }: Pick<NamedTarget, "name">, path: string | undefined): string {
  const place = path === undefined || path === "" ? "" : ` --path ${path}`;
  return `npm run fuzz -- --target ${name} --cases ${cases} --seed ${seed}${place}`;
}
