/** Keys lie where Kafka's own producer puts them: the hashes are those that its tests name. */
import { expect, it } from "vitest";
import { murmur2, partitionOf } from "../../../src/connectors/kafka/record-partition.ts";

it.each([
  ["21", -973932308],
  ["foobar", -790332482],
  ["a-little-bit-long-string", -985981536],
  ["a-little-bit-longer-string", -1486304829],
  ["lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971],
  ["abc", 479470107],
])("hashes %s as Java does", (key, hash) => {
  expect(murmur2(Buffer.from(key))).toBe(hash);
});

it("keeps the partition of a key and spreads records without one over batches", () => {
  const key = Buffer.from("foobar");
  expect(partitionOf(key, 5, 1)).toBe(partitionOf(key, 5, 2));
  expect([0, 1, 2, 3].map((turn) => partitionOf(undefined, 3, turn))).toEqual([0, 1, 2, 0]);
});
