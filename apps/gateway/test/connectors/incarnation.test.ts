/**
 * The name of the state in force: what changes it and what does not.
 */
import { expect, test } from "vitest";
import { incarnationOf } from "../../src/connectors/incarnation.ts";
import { MemoryEngine } from "./memory-engine.ts";

test("it stays over restarts, and differs after each restore and in another store", async () => {
  const engine = new MemoryEngine();
  let ids = 0;
  const now = (of = engine): Promise<string> => incarnationOf(of, () => `id${++ids}`);
  const first = await now();
  expect(await now()).toBe(first);
  const restore = engine.savepoint();
  restore();
  const second = await now();
  restore();
  const third = await now();
  expect(await now()).toBe(third);
  expect(new Set([first, second, third, await now(new MemoryEngine())]).size).toBe(4);
  // The savepoint's state belongs to the same store, so its name begins with the same id.
  expect([second, third].every((name) => name.startsWith(`${first}-`))).toBe(true);
});

test("an earlier savepoint without one gets one of its own", async () => {
  const engine = new MemoryEngine();
  const restore = engine.savepoint();
  const first = await incarnationOf(engine);
  restore();
  expect(await incarnationOf(engine)).not.toContain(first);
});
