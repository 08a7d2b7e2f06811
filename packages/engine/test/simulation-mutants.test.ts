/**
 * The oracles of the simulator see what they are there for: each planted bug (src/testing/mutants/mutants.ts) breaks one promise, and one
 * of the stated seeds must fail with the finding of the oracle that guards it.
 */
import { describe, expect, test } from "vitest";
import { catchMutant, caughtSeeds, mutants, runWorld } from "@signalbox/engine/testing";

describe("a world fails when a bug is planted", () => {
  for (const mutant of mutants) {
    test(`${mutant.name}, within ${mutant.seedsMax} seeds`, { timeout: 240_000 }, async () => {
      const caught = await catchMutant(mutant);
      expect(caught?.report, `${mutant.breaks}: no world saw it`).toMatch(mutant.finding);
    });
  }
});

test("at least 15 bugs are planted, each under a name of its own", () => {
  expect(new Set(mutants.map((mutant) => mutant.name)).size).toBeGreaterThanOrEqual(15);
});

test("every hint belongs to a planted bug", () => {
  const names = new Set(mutants.map(({ name }) => name));
  expect(Object.keys(caughtSeeds).filter((name) => !names.has(name))).toEqual([]);
});

test("a caught bug is removed again: the world that caught it passes", { timeout: 60_000 }, async () => {
  for (const mutant of mutants.filter((one) => one.plant !== undefined).slice(0, 3)) {
    const caught = await catchMutant(mutant);
    await runWorld(String(caught?.seed));
  }
});
