/**
 * `npm run check`: everything that can be checked without running the code: types of each project, lint with the borders, format, dead
 * code. Each part runs even when one before it failed; the last lines sum up, and the exit code is that of the sum.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { generatedCode } from "./build-steps.ts";
import { repositoryRoot, runStaleSteps } from "./stale-step.ts";
import { toldOptions } from "./told-options.ts";

interface Part {
  readonly name: string;
  readonly program: string;
  readonly parameters: readonly string[];
}

const typedProjects = [
  "packages/proto",
  "packages/runtime",
  "packages/engine",
  "packages/flink",
  "packages/sdk",
  "packages/testing",
  "examples/greeter-typescript",
  "apps/gateway",
  "apps/cli",
  "apps/console",
  ".",
];
const typeParts: Part[] = typedProjects
  .filter((project) => existsSync(join(repositoryRoot, project, "tsconfig.json")))
  .map((project) => ({
    name: `types of ${project === "." ? "tools, e2e and bench" : project}`,
    program: "tsc",
    parameters: ["-p", project, "--noEmit"],
  }));

const parts: readonly Part[] = [
  ...typeParts,
  { name: "lint, borders and import cycles", program: "oxlint", parameters: ["--type-aware", "--report-unused-disable-directives"] },
  { name: "format (npm run format mends it)", program: "biome", parameters: ["format", "--max-diagnostics=20", "."] },
  { name: "dead code and dependencies", program: "knip", parameters: ["--no-progress"] },
];

await runStaleSteps(generatedCode);
const { positionals: only } = toldOptions({
  command: "npm run check",
  about: "Types, lint, borders, format and dead code; all parts, or those whose names have these words.",
  options: {},
  says: {},
  words: "[part …]",
});
const failed: string[] = [];
for (const part of parts) {
  if (only.length > 0 && !only.some((word) => part.name.includes(word))) continue;
  const program = join(repositoryRoot, "node_modules/.bin", part.program);
  const startedMs = performance.now();
  const result = spawnSync(program, part.parameters, { cwd: repositoryRoot, stdio: "inherit" });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`${result.status === 0 ? "passed" : "FAILED"}: ${part.name} (${seconds} s)`);
  if (result.status !== 0) failed.push(part.name);
}
console.log(failed.length === 0 ? "check: all parts passed" : `check: ${failed.length} failed: ${failed.join("; ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
