/**
 * failed-files: prints the test files of a lane's report that failed, and those in which nobody caught an error, a line each. `.ci/run`
 * runs them once more, by themselves; tools/ci-summary.ts names what passed then FLAKY. When there are more than a few, it is no accident
 * and none is printed.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";

const filesMax = 6;

const [folder = "test-results/ci", lane = "slow"] = process.argv.slice(2);
const report = join(folder, `${lane}.json`);
const log = join(folder, `${lane}.log`);

const failed = new Set<string>();
if (existsSync(report)) {
  const { testResults } = JSON.parse(readFileSync(report, "utf8")) as { testResults: readonly { name: string; status: string }[] };
  for (const { name, status } of testResults) if (status === "failed") failed.add(relative(".", name));
  const said = stripVTControlCharacters(readFileSync(log, "utf8"));
  for (const [, file = ""] of said.matchAll(/^This error originated in "([^"]+)" test file/gm)) failed.add(relative(".", resolve(file)));
}
if (failed.size <= filesMax) for (const file of failed) console.log(file);
