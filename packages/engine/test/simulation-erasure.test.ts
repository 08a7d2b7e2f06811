/** Worlds in which an entity is erased amid its traffic, with crashes at any step; src/testing/sim/erasure-world.ts says what must hold. */
import { expect, test } from "vitest";
import { runErasureWorld } from "@signalbox/engine/testing";

test("after an erasure nothing on the disk holds the erased values, and the messages to other entities have counted", {
  timeout: 240_000,
}, async () => {
  let crashes = 0;
  let rows = 0;
  for (let seed = 1; seed <= 120; seed++) {
    const result = await runErasureWorld(String(seed));
    crashes += result.crashes;
    rows += result.erasedRows;
  }
  expect(crashes).toBeGreaterThan(60);
  expect(rows).toBeGreaterThan(500);
});

test("the same seed gives the same world", async () => {
  expect(await runErasureWorld("7")).toEqual(await runErasureWorld("7"));
});
