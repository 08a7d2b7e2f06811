/**
 * Kafka in memory: one broker that leads everything, topics that grow, transactions whose records become visible at their end, and calls
 * that fail as the test says.
 */
import type { KafkaCalls } from "../../../src/connectors/kafka/kafka-client.ts";
import { KafkaError } from "../../../src/connectors/kafka/kafka-error.ts";
import type { FetchedPartition, OutgoingRecord, ProducerSession, TopicPartition } from "../../../src/connectors/kafka/kafka-wire.ts";

const leader = 0;
const recordsPerFetchMax = 500;

interface MemoryRecord {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array;
  readonly atMs: number;
}

interface Topic {
  readonly id: string;
  readonly partitions: MemoryRecord[][];
}

interface Transaction {
  readonly producer: ProducerSession;
  readonly records: OutgoingRecord[];
  readonly offsets: (() => void)[];
}

export class MemoryKafka {
  readonly topics = new Map<string, Topic>();
  open = 0;
  /** Returns the code of the error that a call throws: "produce", "metadata" or "connect". Undefined when the call works. */
  fault: (call: string) => string | undefined = () => undefined;
  /** Returns the code of the error for a batch that holds this record. */
  refusal: (record: OutgoingRecord) => string | undefined = () => undefined;
  #nowMs = 1_700_000_000_000;
  readonly #groups = new Map<string, Map<string, bigint>>();
  readonly #transactions = new Map<string, Transaction>();
  readonly #fetching = new Set<{ again(): void; end(error: KafkaError): void }>();

  create(topic: string, partitions = 1): void {
    this.topics.set(topic, { id: `id of ${topic} ${this.#nowMs++}`, partitions: Array.from({ length: partitions }, () => []) });
  }

  put(topic: string, record: { readonly key: string; readonly value: string }): void {
    this.#append(topic, 0, { key: Buffer.from(record.key), value: Buffer.from(record.value) });
  }

  texts(topic: string): string[] {
    return (this.topics.get(topic)?.partitions ?? []).flat().map(({ value }) => Buffer.from(value).toString());
  }

  /** Cuts off the readers that wait for records. */
  cut(): void {
    for (const { end } of [...this.#fetching]) end(new KafkaError({ code: "ECONNRESET", where: "memory:9092" }));
  }

  connect = async (): Promise<KafkaCalls> => {
    this.#check("connect");
    this.open++;
    let isClosed = false;
    const mine = new Set<{ end(error: KafkaError): void }>();
    const call = async <T>(name: string, answer: () => T): Promise<T> => {
      await Promise.resolve();
      if (isClosed) throw new KafkaError({ code: "CLIENT_CLOSED", where: "memory:9092" });
      this.#check(name);
      return answer();
    };
    return {
      metadata: (names, { create }) => call("metadata", () => this.#metadata(names, create)),
      listOffsets: (_, asked) => call("listOffsets", () => this.#listOffsets(asked)),
      fetch: async (_, asked) => {
        await call("fetch", () => undefined);
        return this.#fetch(asked, mine);
      },
      committedOffsets: (group, asked) => call("committedOffsets", () => this.#committed(group, asked)),
      commitOffsets: (group, offsets) => call("commitOffsets", () => this.#commit(group, offsets)),
      initProducer: (id) => call("initProducer", () => this.#initProducer(id)),
      addPartitions: (producer) => call("addPartitions", () => void this.#transactionOf(producer)),
      addOffsets: (producer, group, offsets) =>
        call("addOffsets", () => void this.#transactionOf(producer).offsets.push(() => this.#commit(group, offsets))),
      endTransaction: (producer, commit) => call("endTransaction", () => this.#end(producer, commit)),
      produce: (_, records, { session }) => call("produce", () => this.#produce(records, session?.producer)),
      close: async () => {
        if (isClosed) return;
        isClosed = true;
        this.open--;
        for (const { end } of [...mine]) end(new KafkaError({ code: "CLIENT_CLOSED", where: "memory:9092" }));
      },
    };
  };

  #check(call: string): void {
    const code = this.fault(call);
    if (code !== undefined) throw new KafkaError({ code, where: "memory:9092" });
  }

  #metadata(names: readonly string[], create: boolean) {
    if (create) for (const name of names) if (!this.topics.has(name)) this.create(name);
    const found = names.flatMap((name) => {
      const topic = this.topics.get(name);
      return topic === undefined ? [] : [[name, { id: topic.id, leaders: topic.partitions.map(() => leader) }] as const];
    });
    const absent = names.filter((name) => !this.topics.has(name)).map((name) => [name, "UNKNOWN_TOPIC_OR_PARTITION"] as const);
    return { brokers: new Map([[leader, { host: "memory", port: 9092 }]]), topics: new Map(found), refused: new Map(absent) };
  }

  #listOffsets(asked: readonly (TopicPartition & { readonly timestamp: bigint })[]) {
    const offsets = asked.map(({ topic, partition, timestamp }) => {
      const records = this.#partition({ topic, partition });
      const found = timestamp === -2n ? 0 : timestamp === -1n ? records.length : records.findIndex(({ atMs }) => atMs >= Number(timestamp));
      return [`${topic}/${partition}`, BigInt(found)] as const;
    });
    return { offsets: new Map(offsets), codes: new Map<string, string>() };
  }

  /** Waits for a first record, as a broker does, but without a time limit. */
  async #fetch(
    asked: readonly (TopicPartition & { readonly offset: bigint })[],
    mine: Set<{ end(error: KafkaError): void }>,
  ): Promise<FetchedPartition[]> {
    for (;;) {
      const found = asked.map((of) => this.#fetched(of));
      if (found.some(({ batches }) => batches.length > 0)) return found;
      await new Promise<void>((resolve, reject) => {
        const waiting = {
          again: (): void => {
            this.#fetching.delete(waiting);
            mine.delete(waiting);
            resolve();
          },
          end: (error: KafkaError): void => {
            this.#fetching.delete(waiting);
            mine.delete(waiting);
            reject(error);
          },
        };
        this.#fetching.add(waiting);
        mine.add(waiting);
      });
    }
  }

  #fetched({ topic, partition, offset }: TopicPartition & { readonly offset: bigint }): FetchedPartition {
    const all = this.#partition({ topic, partition });
    const some = all.slice(Number(offset), Number(offset) + recordsPerFetchMax);
    const records = some.map(({ key, value, atMs }, index) => ({
      offsetDelta: index,
      timestampDelta: BigInt(atMs),
      key,
      value,
      headers: [],
    }));
    const batch = {
      firstOffset: offset,
      lastOffsetDelta: some.length - 1,
      attributes: 0,
      producerId: -1n,
      producerEpoch: -1,
      firstTimestamp: 0n,
      records,
    };
    const end = BigInt(all.length);
    return {
      ...{ topic, partition, error: undefined, aborted: [] },
      ...{ highWatermark: end, lastStableOffset: end, logStartOffset: 0n },
      batches: some.length === 0 ? [] : [batch],
    };
  }

  #committed(group: string, asked: readonly TopicPartition[] | undefined): ReadonlyMap<string, bigint> {
    const all = this.#groups.get(group) ?? new Map<string, bigint>();
    if (asked === undefined) return all;
    const wanted = new Set(asked.map(({ topic, partition }) => `${topic}/${partition}`));
    return new Map([...all].filter(([place]) => wanted.has(place)));
  }

  #commit(group: string, offsets: readonly (TopicPartition & { readonly offset: bigint })[]): void {
    const all = this.#groups.get(group) ?? new Map<string, bigint>();
    for (const { topic, partition, offset } of offsets) all.set(`${topic}/${partition}`, offset);
    this.#groups.set(group, all);
  }

  /** Aborts what the previous producer of the id had under way. */
  #initProducer(transactionalId: string): ProducerSession {
    const epoch = (this.#transactions.get(transactionalId)?.producer.epoch ?? -1) + 1;
    const producer = { transactionalId, producerId: 1n, epoch };
    this.#transactions.set(transactionalId, { producer, records: [], offsets: [] });
    return producer;
  }

  #transactionOf({ transactionalId, epoch }: ProducerSession): Transaction {
    const found = this.#transactions.get(transactionalId);
    if (found?.producer.epoch !== epoch) throw new KafkaError({ code: "INVALID_PRODUCER_EPOCH", where: transactionalId });
    return found;
  }

  #produce(records: readonly OutgoingRecord[], producer: ProducerSession | undefined): void {
    for (const record of records) {
      const code = this.refusal(record);
      if (code !== undefined) throw new KafkaError({ code, where: `${record.topic}/${record.partition}` });
    }
    if (producer === undefined) this.#write(records);
    else this.#transactionOf(producer).records.push(...records);
  }

  #end(producer: ProducerSession, commit: boolean): void {
    const { records, offsets } = this.#transactionOf(producer);
    const written = records.splice(0);
    const marks = offsets.splice(0);
    if (!commit) return;
    this.#write(written);
    for (const mark of marks) mark();
  }

  #write(records: readonly OutgoingRecord[]): void {
    for (const { topic, partition, key, value } of records) this.#append(topic, partition, { key: key ?? null, value });
  }

  #append(topic: string, partition: number, record: Omit<MemoryRecord, "atMs">): void {
    this.#partition({ topic, partition }).push({ ...record, atMs: this.#nowMs++ });
    for (const { again } of [...this.#fetching]) again();
  }

  #partition({ topic, partition }: TopicPartition): MemoryRecord[] {
    const found = this.topics.get(topic)?.partitions[partition];
    if (found === undefined) throw new KafkaError({ code: "UNKNOWN_TOPIC_OR_PARTITION", where: `${topic}/${partition}` });
    return found;
  }
}
