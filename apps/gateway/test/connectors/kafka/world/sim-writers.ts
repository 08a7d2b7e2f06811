/**
 * SimWriters: who writes the topics that the gateway reads: plain records and transactions over several partitions, some aborted, some open
 * for long, with gaps where compaction removed records. Each key has one writer and one partition, and its numbers rise.
 */
import { must, type Prng } from "@signalbox/engine/testing";
import { KafkaError } from "../../../../src/connectors/kafka/kafka-error.ts";
import type { ProducerSession } from "../../../../src/connectors/kafka/kafka-wire.ts";
import type { SimCluster } from "./sim-cluster.ts";
import type { SimLog } from "./sim-log.ts";

export const inTopics = ["in-a", "in-b"] as const;
const writers = 2;
const keysEach = 4;
const recordsAtOnceMax = 4;
const stallMsMax = 9_000;
const transactionTimeoutMs = 900_000;

export class SimWriters {
  readonly #cluster: SimCluster;
  readonly #rng: Prng;
  readonly #logs: readonly SimLog[];
  #left: number;
  #number = 0;
  #working = writers;

  /** `records`: at least this many records that count are written. */
  constructor(cluster: SimCluster, rng: Prng, records: number) {
    this.#cluster = cluster;
    this.#rng = rng;
    this.#left = records;
    this.#logs = inTopics.flatMap((topic) => cluster.create(topic, rng.between(1, 3)));
  }

  get isDone(): boolean {
    return this.#working === 0;
  }

  start(failed: (error: unknown) => void): void {
    for (let writer = 0; writer < writers; writer++)
      this.#run(writer).then(
        () => void this.#working--,
        (error: unknown) => failed(error),
      );
  }

  async #run(writer: number): Promise<void> {
    const { scheduler } = this.#cluster;
    while (this.#left > 0) {
      await scheduler.wait(this.#rng.between(1, 900), "a writer's turn");
      if (this.#rng.chance(500)) this.#plain(writer);
      else await this.#transaction(writer);
      this.#cluster.changed();
    }
  }

  #plain(writer: number): void {
    const { log, records } = this.#some(writer);
    log.append(records);
    this.#left -= records.length;
    if (this.#cluster.faults.hit("compacted")) log.gap(this.#rng.between(1, 5));
  }

  async #transaction(writer: number): Promise<void> {
    const { scheduler, faults, transactions } = this.#cluster;
    const producer = await this.#settled(() => transactions.init(`writer-${writer}`, transactionTimeoutMs));
    const next = new Map<SimLog, number>();
    let count = 0;
    for (let part = this.#rng.between(1, 3); part > 0; part--) {
      const { log, records } = this.#some(writer);
      await this.#settled(() => transactions.add(producer, [log]));
      log.appendIn(producer, records, next.get(log) ?? 0);
      next.set(log, (next.get(log) ?? 0) + records.length);
      count += records.length;
      this.#cluster.changed();
      await scheduler.wait(this.#rng.between(0, faults.hit("writerStalls") ? stallMsMax : 100), "a transaction goes on");
    }
    this.#end(producer, { commits: !faults.hit("writerAborts"), count });
  }

  #end(producer: ProducerSession, { commits, count }: { commits: boolean; count: number }): void {
    this.#cluster.transactions.end(producer, commits);
    if (commits) this.#left -= count;
  }

  async #settled<T>(work: () => T): Promise<T> {
    for (;;)
      try {
        return work();
      } catch (error) {
        must(error instanceof KafkaError && error.code === "CONCURRENT_TRANSACTIONS", () => `a writer failed: ${String(error)}`);
        await this.#cluster.scheduler.wait(20, "a writer waits for its markers");
      }
  }

  #some(writer: number): { log: SimLog; records: { key: Uint8Array; value: Uint8Array }[] } {
    const key = writer * keysEach + this.#rng.below(keysEach);
    const log = this.#logs[key % this.#logs.length];
    must(log !== undefined, () => "there is no log");
    const records = Array.from({ length: this.#rng.between(1, recordsAtOnceMax) }, () => ({
      key: Buffer.from(`k${key}`),
      value: Buffer.from(String(++this.#number)),
    }));
    return { log, records };
  }
}
