/**
 * All tests that need no browser, in two lanes. `fast` (npm test) needs no second process and no simulation; `slow` (npm run test:slow)
 * starts real gateways, functions and databases, runs simulated worlds and planted bugs. Node's own module loader strips types; the
 * console's unit tests run here too and ask for happy-dom or nothing by themselves (`// @vitest-environment`).
 */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Everything below e2e starts processes; the others, which start threads or take more than four seconds, are named here. tools/test-lanes.test.ts finds one that is missing. */
export const slow = [
  "e2e/**/*.test.ts",
  "packages/engine/test/simulation*.test.ts",
  "packages/engine/test/partitions-in-threads.test.ts",
  "packages/engine/test/savepoint-thread.test.ts",
  "packages/engine/test/savepoint-file.test.ts",
  "packages/engine/test/savepoint-hand-written.test.ts",
  "packages/engine/test/kept-files.test.ts",
  "packages/engine/test/load-embedded.test.ts",
  "packages/engine/test/transport-embedded.test.ts",
  "apps/gateway/test/isolation/check-isolated.test.ts",
  "apps/gateway/test/isolation/function-trial.test.ts",
  "packages/engine/test/store-faults.test.ts",
  "packages/engine/test/store-level-check.test.ts",
  "packages/engine/test/stored-reads.test.ts",
  "packages/engine/test/formats/recorded-anew.test.ts",
  "packages/engine/test/data-directory.test.ts",
  "packages/engine/test/core-limits.test.ts",
  "packages/flink/test/deployer.test.ts",
  "apps/gateway/test/backup/backup.test.ts",
  "apps/gateway/test/catalog/catalog.test.ts",
  "apps/gateway/test/compute/compute.test.ts",
  "apps/gateway/test/connectors/kafka/kafka-worlds.test.ts",
  "apps/gateway/test/connectors/schedule/schedule.test.ts",
  "apps/gateway/test/erasures/erasures.test.ts",
  "apps/gateway/test/failures/bulk-acts.test.ts",
  "apps/gateway/test/flink-refusals.test.ts",
  "apps/gateway/test/identity/access-matrix.test.ts",
  "apps/gateway/test/identity/every-read.test.ts",
  "apps/gateway/test/identity/client-certificates.test.ts",
  "apps/gateway/test/identity/sights.test.ts",
  "apps/gateway/test/identity/open-doors.test.ts",
  "apps/gateway/test/identity/tls.test.ts",
  "apps/gateway/test/invariants/invariant-worlds.test.ts",
  "apps/gateway/test/invariants/invariants-over-http.test.ts",
  "apps/gateway/test/masking/mask-surfaces.test.ts",
  "apps/gateway/test/masking/unmasking.test.ts",
  "apps/gateway/test/http/console-process.test.ts",
  "apps/gateway/test/http/pauses.test.ts",
  "apps/gateway/test/http/reproductions.test.ts",
  "apps/gateway/test/scaling/wake-command.test.ts",
  "apps/gateway/test/rollups/rollups-thread-hangs.test.ts",
  "apps/gateway/test/http/savepoint-upload.test.ts",
  "apps/gateway/test/differences/differences.test.ts",
  "apps/gateway/test/moves/moves.test.ts",
  "apps/gateway/test/trpc/savepoint-contents.test.ts",
  "apps/gateway/test/trpc/truth.test.ts",
  "apps/gateway/test/trpc/demo.test.ts",
  // They run the compiler over whole packages.
  "tools/api-report.test.ts",
  "tools/doc-examples.test.ts",
  // It starts every npm script of ours.
  "tools/told-options.test.ts",
  "apps/cli/test/completion.test.ts",
  "apps/cli/test/certified-fetch.test.ts",
  "apps/gateway/test/sql/sql-over-http.test.ts",
  "apps/gateway/test/postgres/postgres-clients.test.ts",
  "apps/gateway/test/mcp/mcp.test.ts",
  "apps/gateway/test/bootstrap/bootstrap-page.test.ts",
  "apps/gateway/test/bootstrap/postgres-source.test.ts",
  "apps/gateway/test/bootstrap/bootstrap-over-http.test.ts",
];
const all = [
  "packages/*/test/**/*.test.ts",
  "packages/*/src/**/*.test.ts",
  "apps/*/test/**/*.test.ts",
  "apps/console/**/*.test.{ts,tsx}",
  "tools/**/*.test.ts",
  "e2e/**/*.test.ts",
  "bench/**/*.test.ts",
];
const never = ["**/node_modules/**", "**/.next*/**"];

const common = {
  // A busy machine takes ten times as long; a test that waits for what never comes still ends.
  testTimeout: 60_000,
  hookTimeout: 60_000,
  // `expect.poll` gives up after one second unless told otherwise.
  expect: { poll: { timeout: 30_000 } },
  passWithNoTests: false,
  // A failure of a machine far away is known by its message alone: what was there, not "[ 409, …(1) ]".
  chaiConfig: { truncateThreshold: 1_000 },
  // A CommonJS package is what Node makes of it in production too.
  deps: { interopDefault: false },
};

/** Worlds, kills and threads take half a minute on a quiet machine, and four at a load of 30. */
const patient = { testTimeout: 240_000, hookTimeout: 240_000 };

/**
 * A gateway starts threads, and a thread strips and compiles its modules anew: with what was compiled kept on disk, as apps/gateway/src/main.mjs
 * keeps it, tests that start gateways and take savepoints need a third less of the processor.
 */
const compiledOnce = { NODE_COMPILE_CACHE: fileURLToPath(new URL("node_modules/.cache/compiled", import.meta.url)) };

/**
 * Files with a DOM come last, together: a worker is of one environment and ends when the next file wants another, so that files in turns loaded the
 * gateway anew thirty times.
 */
class OneEnvironmentAfterTheOther extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const hasDom = ({ moduleId }: TestSpecification): boolean => moduleId.endsWith(".test.tsx");
    return [...sorted.filter((file) => !hasDom(file)), ...sorted.filter(hasDom)];
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: OneEnvironmentAfterTheOther },
    // Two cores: files that start processes must not starve each other. The fast lane, which starts none, has three (package.json): some of its files wait.
    maxWorkers: 2,
    projects: [
      // Its files share what a worker has loaded: loading the gateway anew for each of two hundred files was a third of the lane. A file
      // therefore puts back what it changes outside itself (a spy, a global, a variable of the environment), and mocks no module.
      {
        extends: true,
        test: {
          ...common,
          name: "fast",
          include: all,
          exclude: [...never, ...slow],
          isolate: false,
          env: compiledOnce,
          setupFiles: "apps/console/test-setup.ts",
        },
      },
      // Kills and clocks of other processes meet rarely in a way that no test has thought of. On the build machine such a test is run once
      // more; tools/ci-summary.ts names it with what it said, because somebody has to find out why.
      {
        extends: true,
        test: { ...common, ...patient, name: "slow", include: slow, exclude: never, retry: process.env["CI"] === undefined ? 0 : 1 },
      },
    ],
  },
  oxc: { jsx: { runtime: "automatic" } },
});
