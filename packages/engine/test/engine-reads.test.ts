/** There is one list of reads; the engine's methods and the way into a partition are built from it. */
import { expect, test } from "vitest";
import { engineReads, readFromSnapshot, readIn } from "../src/runtime/reads/engine-reads.ts";
import { EmbeddedEngine } from "../src/runtime/embedded-engine.ts";
import { plainMethods } from "../src/workers/partition-methods.ts";
import { WorkerPartition } from "../src/workers/worker-partition.ts";
import { LocalPartition } from "../src/runtime/local-partition.ts";

const methodOf = (of: { prototype: object }, name: string): unknown => Reflect.get(of.prototype, name);

test("the engine has a method for each read of the list", () => {
  const names = Object.keys(engineReads);
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => typeof methodOf(EmbeddedEngine, name) !== "function")).toEqual([]);
});

test("both ends of the way to a partition in a thread have each method that passes through unchanged", () => {
  for (const end of [LocalPartition, WorkerPartition])
    expect(plainMethods.filter((name) => typeof methodOf(end, name) !== "function")).toEqual([]);
});

test("a partition answers no read that the list does not name, and a snapshot none that needs its partition", async () => {
  const nowhere: never = undefined as never;
  expect(() => readIn(nowhere, "constructor", [])).toThrow("the engine has no read constructor");
  await expect(readFromSnapshot(nowhere, "entity", [])).rejects.toThrow("entity needs the partition, not only its store");
});
