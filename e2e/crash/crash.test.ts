/** The short crash test of every `npm run test:slow`; `npm run crash` runs longer ones with any seed. */
import { rmSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { runCrash } from "./crash-run.ts";
import type { Plant } from "./workload.ts";

describe("a gateway that is killed with -9 while functions, clients and connections fail too", () => {
  test("loses nothing that it acknowledged, applies nothing twice and keeps the order", async () => {
    const report = await runCrash({ seed: 7, kills: 4, commands: 2000 });
    expect(report.findings).toEqual([]);
    expect(report).toMatchObject({ kills: 4, commands: 2000 });
    expect(report.faults.size).toBeGreaterThan(2);
  }, 180_000);
});

const finding: Record<Plant, RegExp> = {
  "double-send": /^state of /,
  "forget-send": /^state of /,
  "swap-order": /^order of arrival at /,
  "lose-record": /^record of .*sequence-sink from /,
};

describe("the crash test itself", () => {
  test.each(Object.entries(finding) as [Plant, RegExp][])(
    "fails when %s is planted",
    async (plant, where) => {
      const report = await runCrash({ seed: 7, kills: 0, commands: 300, plant });
      expect(report.findings.map((each) => each.where)).toContainEqual(expect.stringMatching(where));
      if (report.kept !== undefined) rmSync(report.kept, { recursive: true, force: true });
    },
    60_000,
  );
});
