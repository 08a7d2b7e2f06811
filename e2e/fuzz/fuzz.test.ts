/** Every case that once failed, and a small fresh draw at every door under a fixed seed (`npm run fuzz` draws a hundred thousand). */
import { describe, expect, test } from "vitest";
import { fuzzTargets } from "./targets.ts";

const freshCases: Readonly<Record<string, number>> = {
  "from-function": 300,
  "reply-bytes": 500,
  "reply-frames": 400,
  "module-yaml": 300,
  "module-fields": 600,
  http: 400,
  trpc: 250,
  savepoint: 100,
  grpc: 250,
  raw: 200,
  filter: 500,
  patterns: 2_000,
  "kafka-fetch": 600,
  schedules: 600,
  "command-line": 100,
  mcp: 300,
  webhook: 800,
};

describe.each(fuzzTargets)("$name", (target) => {
  test("an input that failed once has a coded outcome", { timeout: 60_000 }, async () => {
    for (const { file, outcome } of await target.runCorpus()) expect(outcome, file).toMatch(/./);
  });

  test("a fresh draw finds nothing", { timeout: 60_000 }, async () => {
    const report = await target.run({ cases: freshCases[target.name] ?? 100, seed: 20_261_122 });
    expect(report.failure).toBeUndefined();
    // A draw that meets only refusals would show nothing.
    expect([...report.outcomes.keys()].some((outcome) => /^(ok|200|202|http 20)/.test(outcome))).toBe(true);
  });
});
