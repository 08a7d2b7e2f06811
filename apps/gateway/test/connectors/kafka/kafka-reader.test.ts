/** KafkaReader over a client that answers what the test says: what is fetched when, and what one partition may do to the others. */
import { afterEach, describe, expect, it } from "vitest";
import type { KafkaCalls } from "../../../src/connectors/kafka/kafka-client.ts";
import type { KafkaError } from "../../../src/connectors/kafka/kafka-error.ts";
import { KafkaReader, type Taken } from "../../../src/connectors/kafka/kafka-reader.ts";
import type { FetchedPartition, TopicPartition } from "../../../src/connectors/kafka/kafka-wire.ts";

type Asked = TopicPartition & { readonly topicId: string; readonly offset: bigint };

/** One broker. A fetch waits until the test answers it. */
class ScriptedKafka {
  readonly topics = new Map<string, { id: string; partitions: number }>();
  readonly #fetches: { readonly asked: readonly Asked[]; answer(parts: readonly FetchedPartition[]): void }[] = [];
  #arrived: (() => void) | undefined;

  readonly calls: Pick<KafkaCalls, "metadata" | "listOffsets" | "fetch"> = {
    metadata: async (names) => ({
      brokers: new Map([[0, { host: "memory", port: 9092 }]]),
      topics: new Map(
        names.flatMap((name) => {
          const topic = this.topics.get(name);
          return topic === undefined ? [] : [[name, { id: topic.id, leaders: Array.from({ length: topic.partitions }, () => 0) }] as const];
        }),
      ),
      refused: new Map(),
    }),
    listOffsets: async (_, asked) => ({
      offsets: new Map(asked.map(({ topic, partition }) => [`${topic}/${partition}`, 0n] as const)),
      codes: new Map(),
    }),
    fetch: (_, asked) => {
      const { promise, resolve } = Promise.withResolvers<FetchedPartition[]>();
      this.#fetches.push({ asked, answer: (parts) => resolve([...parts]) });
      this.#arrived?.();
      return promise;
    },
  };

  async fetch(): Promise<{ readonly asked: readonly Asked[]; answer(parts: readonly FetchedPartition[]): void }> {
    while (this.#fetches.length === 0) await new Promise<void>((resolve) => (this.#arrived = resolve));
    const [first] = this.#fetches.splice(0, 1);
    if (first === undefined) throw new Error("no fetch");
    return first;
  }
}

function part(
  { topic, partition, offset }: Asked,
  { values = [], error }: { values?: readonly Uint8Array[]; error?: string } = {},
): FetchedPartition {
  const records = values.map((value, index) => ({ offsetDelta: index, timestampDelta: 0n, key: Buffer.from("k"), value, headers: [] }));
  const batch = {
    firstOffset: offset,
    lastOffsetDelta: values.length - 1,
    attributes: 0,
    producerId: -1n,
    producerEpoch: -1,
    firstTimestamp: 0n,
    records,
  };
  const end = offset + BigInt(values.length);
  const marks = { highWatermark: end, lastStableOffset: end, logStartOffset: 0n, aborted: [] };
  return { topic, partition, error, ...marks, batches: values.length === 0 ? [] : [batch] };
}

interface Running {
  readonly kafka: ScriptedKafka;
  readonly taken: Taken[];
  readonly troubles: (readonly KafkaError[])[];
  /** Makes the reader look at the cluster again. */
  look(): void;
  /** While this promise is pending, nothing more is taken. */
  hold: Promise<void> | undefined;
  readonly ended: Promise<unknown>;
}

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

async function reading(topics: Readonly<Record<string, number>>): Promise<Running> {
  const kafka = new ScriptedKafka();
  for (const [name, partitions] of Object.entries(topics)) kafka.topics.set(name, { id: `${name} 1`, partitions });
  const end = new AbortController();
  ends.push(() => end.abort());
  const waits: (() => void)[] = [];
  const positions = new Map<string, Taken["position"]>();
  const running: { -readonly [Name in keyof Running]: Running[Name] } = {
    ...{ kafka, taken: [], troubles: [], hold: undefined, ended: Promise.resolve() },
    look: () => {
      for (const go of waits.splice(0)) go();
    },
  };
  const rules = { startup: { kind: "earliest" }, reset: "earliest", groupId: undefined } as const;
  const limits = { maxWaitMs: 1, minBytes: 1, maxBytes: 1, partitionMaxBytes: 1, committedOnly: true };
  const never = (): never => {
    throw new Error("nobody asks for it");
  };
  const client: KafkaCalls = {
    ...{ close: never, committedOffsets: never, commitOffsets: never, initProducer: never, addPartitions: never, addOffsets: never },
    ...{ endTransaction: never, produce: never, ...kafka.calls },
  };
  const reader = new KafkaReader(
    client,
    { topics: Object.keys(topics), rules, limits, refreshMs: 1, recordsMax: 500 },
    {
      hasBegun: async () => positions.size > 0,
      begun: async () => undefined,
      position: async ({ topic, partition }) => positions.get(`${topic}/${partition}`),
      take: async (taken) => {
        if (taken.records.length > 0) await running.hold;
        positions.set(`${taken.topic}/${taken.partition}`, taken.position);
        running.taken.push(taken);
      },
      trouble: (troubles) => running.troubles.push(troubles),
      reset: () => undefined,
      wait: (_, until) =>
        new Promise((resolve) => {
          waits.push(resolve);
          until?.addEventListener("abort", () => resolve(), { once: true });
          end.signal.addEventListener("abort", () => resolve(), { once: true });
        }),
      draw: () => 0,
    },
  );
  await reader.begin(end.signal);
  running.ended = reader.run(end.signal).catch((error: unknown) => error);
  return running;
}

const megabytes = (count: number): Uint8Array => new Uint8Array(count * 1024 * 1024);
const byPartition = (asked: readonly Asked[]): number[] => asked.map(({ partition }) => partition);

describe("a reader of several partitions", () => {
  it("goes on with the others while one is refused, reports it, and asks for it again after a look", async () => {
    const running = await reading({ orders: 2 });
    const first = await running.kafka.fetch();
    first.answer(first.asked.map((one) => part(one, one.partition === 0 ? { error: "CORRUPT_MESSAGE" } : { values: [Buffer.from("a")] })));
    const second = await running.kafka.fetch();
    expect(byPartition(second.asked)).toEqual([1]);
    running.look();
    await expect.poll(() => running.troubles.at(-1)).toMatchObject([{ code: "CORRUPT_MESSAGE", where: "orders/0" }]);
    second.answer(second.asked.map((one) => part(one, { values: [Buffer.from("b")] })));
    const third = await running.kafka.fetch();
    expect(byPartition(third.asked)).toContain(0);
    third.answer(third.asked.map((one) => part(one, { values: [Buffer.from("c")] })));
    await expect.poll(() => running.taken.some(({ partition, records }) => partition === 0 && records.length > 0)).toBe(true);
  });

  it("ends with the reason when all of them are refused", async () => {
    const running = await reading({ orders: 2 });
    const { asked, answer } = await running.kafka.fetch();
    answer(asked.map((one) => part(one, { error: "TOPIC_AUTHORIZATION_FAILED" })));
    expect(await running.ended).toMatchObject({ code: "TOPIC_AUTHORIZATION_FAILED" });
  });

  it("asks for each of them first in its turn, as an answer has room for some only", async () => {
    const running = await reading({ orders: 3 });
    const firsts: (number | undefined)[] = [];
    for (let fetches = 0; fetches < 3; fetches++) {
      const { asked, answer } = await running.kafka.fetch();
      firsts.push(asked[0]?.partition);
      answer(asked.map((one) => part(one)));
    }
    expect(firsts).toEqual([0, 1, 2]);
  });

  it("fetches nothing more while the fetched and untaken records are beyond the bound", async () => {
    const running = await reading({ orders: 3 });
    let go: (() => void) | undefined;
    running.hold = new Promise((resolve) => (go = resolve));
    const first = await running.kafka.fetch();
    first.answer(first.asked.map((one) => part(one, { values: one.partition === 2 ? [] : [megabytes(33)] })));
    const none = await Promise.race([running.kafka.fetch(), new Promise((resolve) => setImmediate(() => resolve("none")))]);
    expect(none).toBe("none");
    running.hold = undefined;
    go?.();
    await expect.poll(() => running.taken.filter(({ records }) => records.length > 0).length).toBe(2);
  });
});

describe("a topic that is created anew", () => {
  it("takes nothing from a late answer for the topic before", async () => {
    const running = await reading({ orders: 1 });
    const late = await running.kafka.fetch();
    running.kafka.topics.set("orders", { id: "orders 2", partitions: 1 });
    running.look();
    await expect.poll(() => running.taken.at(-1)?.position).toEqual({ topicId: "orders 2", next: 0n });
    late.answer(late.asked.map((one) => part(one, { values: [Buffer.from("old")] })));
    const next = await running.kafka.fetch();
    expect(next.asked).toEqual([{ topic: "orders", topicId: "orders 2", partition: 0, offset: 0n }]);
    expect(running.taken.at(-1)?.position).toEqual({ topicId: "orders 2", next: 0n });
  });
});
