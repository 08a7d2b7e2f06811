/**
 * Records that the broker deleted before they were read: the ingress goes on where its module says, and reports what is missing.
 */
import { expect, it } from "vitest";
import type { IngressContext } from "../../../src/connectors/connector.ts";
import type { ConnectorProblem } from "../../../src/connectors/connector-state.ts";
import type { KafkaCalls } from "../../../src/connectors/kafka/kafka-client.ts";
import { openKafkaIngress } from "../../../src/connectors/kafka/kafka-ingress.ts";
import { formatPosition } from "../../../src/connectors/kafka/kafka-position.ts";
import type { KafkaIngressSpec } from "../../../src/connectors/kafka/kafka-spec.ts";

it("a lost offset is noted with the number of passed records, counted, and reading goes on behind it", async () => {
  const end = new AbortController();
  const asked: bigint[] = [];
  const marks = { highWatermark: 900n, lastStableOffset: 900n, logStartOffset: 500n, aborted: [], batches: [] };
  const calls: Partial<KafkaCalls> = {
    metadata: async () => ({
      brokers: new Map([[0, { host: "memory", port: 9092 }]]),
      topics: new Map([["orders", { id: "id", leaders: [0] }]]),
      refused: new Map(),
    }),
    listOffsets: async () => ({ offsets: new Map([["orders/0", 500n]]), codes: new Map() }),
    fetch: async (_, [one]) => {
      asked.push(one?.offset ?? -1n);
      if (asked.length > 1) await new Promise((resolve) => end.signal.addEventListener("abort", resolve));
      return [{ topic: "orders", partition: 0, error: asked.length === 1 ? "OFFSET_OUT_OF_RANGE" : undefined, ...marks }];
    },
    close: async () => undefined,
  };
  const notes: (ConnectorProblem | undefined)[] = [];
  const counts: string[] = [];
  const context: Partial<IngressContext> = {
    ...{ id: "shop/orders", signal: end.signal, messageBytesMax: 1000, messageHeadersBytesMax: 1000, draw: () => 0 },
    position: async (part) => (part === "" ? "begun" : formatPosition({ topicId: "id", next: 100n })),
    accept: async () => undefined,
    note: (problem) => notes.push(problem),
    count: (event) => counts.push(event),
    slowed: () => undefined,
    wait: () => new Promise((resolve) => end.signal.addEventListener("abort", () => resolve())),
  };
  const spec: KafkaIngressSpec = {
    ...{ id: "shop/orders", address: "memory:9092", properties: {}, groupId: undefined, reset: "earliest", invalid: { kind: "park" } },
    topics: [{ topic: "orders", valueType: "shop/x", targets: ["shop/cart"] }],
    startup: { type: "latest", date: undefined, offsets: {} },
  };
  const open = await openKafkaIngress(spec, context as IngressContext, async () => calls as KafkaCalls);
  await expect.poll(() => asked).toEqual([100n, 500n]);
  expect(notes[0]?.what).toBe("Offset 100 of orders/0 is gone at the broker; reading went on at 500: 400 offsets were passed by.");
  expect(counts).toEqual(["offset-gone"]);
  end.abort();
  await open.close();
});
