/**
 * How a producer's last transaction ended is read from the topics alone: from its newest end, however old it is, and not at all when there
 * is a doubt.
 */
import { expect, test } from "vitest";
import type { KafkaCalls } from "../../../src/connectors/kafka/kafka-client.ts";
import { fateOfLast } from "../../../src/connectors/kafka/kafka-hanging.ts";
import { MemoryKafka } from "./memory-kafka.ts";
import { SimLog } from "./world/sim-log.ts";

const producer = (epoch: number) => ({ transactionalId: "t", producerId: 7n, epoch });
const record = { key: undefined, value: Buffer.from("v") };

/** Makes a cluster with one topic of these partitions. */
async function over(...logs: readonly SimLog[]): Promise<KafkaCalls> {
  const of = (partition: number): SimLog => logs[partition] ?? new SimLog("out", partition, 0);
  return {
    ...(await new MemoryKafka().connect()),
    metadata: async () => ({
      brokers: new Map(),
      topics: new Map([["out", { id: "out", leaders: logs.map(() => 0) }]]),
      refused: new Map(),
    }),
    listOffsets: async (_, asked) => ({
      offsets: new Map(asked.map(({ partition, timestamp }) => [`out/${partition}`, timestamp === -2n ? 0n : of(partition).stable])),
      codes: new Map(),
    }),
    fetch: async (_, asked) => asked.map(({ partition, offset }) => of(partition).fetch(offset, { committedOnly: false, batchesMax: 3 })),
  };
}

function log(partition: number, ...transactions: readonly (readonly [epoch: number, end: "commit" | "abort" | "none"])[]): SimLog {
  const made = new SimLog("out", partition, 0);
  for (const [epoch, end] of transactions) {
    made.appendIn(producer(epoch), [record], 0);
    if (end === "commit") made.mark(7n, epoch, true);
    // Whoever aborts it has a newer epoch.
    else if (end === "abort") made.mark(7n, epoch + 1, false);
  }
  return made;
}

test.each([
  ["committed", [log(0, [0, "abort"], [2, "commit"])]],
  ["given up", [log(0, [0, "commit"], [1, "abort"])]],
  ["given up", [log(0, [3, "abort"]), log(1, [2, "commit"])]],
  ["committed", [log(0, [3, "abort"]), log(1, [5, "commit"])]],
  ["unknown", [log(0, [2, "commit"]), log(1, [3, "none"])]],
  ["unknown", [new SimLog("out", 0, 0)]],
] as const)("%s", async (fate, logs) => {
  expect(await fateOfLast(await over(...logs), ["out"], 7n)).toBe(fate);
});

test("an end is found behind records that others wrote since", async () => {
  const long = log(0, [1, "commit"], [2, "abort"]);
  for (let index = 0; index < 60; index++) long.append(Array.from({ length: 100 }, () => record));
  expect(await fateOfLast(await over(long), ["out"], 7n)).toBe("given up");
});
