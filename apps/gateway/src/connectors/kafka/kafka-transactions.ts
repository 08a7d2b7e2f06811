/**
 * KafkaTransactions: writes rows of the outbox into topics exactly once. One transaction holds rows a..b and the marker, which is b as a
 * committed offset of a private consumer group. Both become visible together or not at all.
 *   begin   InitProducerId fences the predecessor and ends its transaction either way; then the marker says what is in Kafka already.
 *   write   one transaction. After any error it is unknown whether it counts: begin again, and the marker tells.
 * Guarantee: a row is written once, whatever dies when, because rows up to the marker are never written again, and nobody but the newest
 * owner of the id can write. Both ids hold the incarnation of the store: after a restore the numbers of rows mean other rows.
 */
import type { KafkaCalls } from "./kafka-client.ts";
import { KafkaError } from "./kafka-error.ts";
import { fateOfLast } from "./kafka-hanging.ts";
import { partitionsOf, type KafkaSender, type OutgoingRow } from "./kafka-sender.ts";
import type { ProducerSession } from "./kafka-wire.ts";

export interface TransactionOptions {
  readonly egress: string;
  readonly incarnation: string;
  readonly transactionTimeoutMs: number;
  readonly signal: AbortSignal;
  wait(ms: number): Promise<void>;
  steadyMs(): number;
}

/**
 * Codes that mean that the broker is still writing the end of the transaction before, which takes milliseconds, or seconds while a broker
 * starts.
 */
const unsettledCodes = new Set([
  "CONCURRENT_TRANSACTIONS",
  "UNSTABLE_OFFSET_COMMIT",
  "COORDINATOR_LOAD_IN_PROGRESS",
  "COORDINATOR_NOT_AVAILABLE",
  "NOT_COORDINATOR",
]);
const fencedCodes = new Set(["INVALID_PRODUCER_EPOCH", "PRODUCER_FENCED"]);
const unsettledPauseMs = 5;
const unsettledPauseMsMax = 200;
const unsettledMsMax = 60_000;
/** After this time the end of a transaction counts as lost: a broker writes it earlier. */
const hangingAfterMs = 10_000;
const markerPartition = 0;

export class KafkaTransactions {
  readonly transactionalId: string;
  readonly groupId: string;
  readonly #client: KafkaCalls;
  readonly #sender: KafkaSender;
  readonly #options: TransactionOptions;
  #session: ProducerSession | undefined;
  #sequences = new Map<string, number>();

  constructor({ client, sender }: { client: KafkaCalls; sender: KafkaSender }, options: TransactionOptions) {
    this.#client = client;
    this.#sender = sender;
    this.#options = options;
    this.transactionalId = `signalbox-${options.incarnation}-${options.egress}`;
    this.groupId = `signalbox-outbox-${options.incarnation}-${options.egress}`;
  }

  /** Resolves with the sequence up to which rows are in Kafka; 0: none. `topics`: those of the first waiting rows. */
  async begin(topics: readonly string[]): Promise<number> {
    this.#session = undefined;
    const { transactionTimeoutMs } = this.#options;
    const session = await this.#settled(() => this.#client.initProducer(this.transactionalId, transactionTimeoutMs));
    const marker = await this.#markerOf(session, topics);
    this.#session = session;
    this.#sequences = new Map();
    return marker;
  }

  /**
   * The predecessor's transaction has ended by now, so a marker that is still pending waits for an end that the broker lost. The topics
   * show how that transaction ended. A new transaction with only the group in it, ended in the same way, then ends the pending marker.
   */
  async #markerOf(session: ProducerSession, topics: readonly string[]): Promise<number> {
    try {
      return await this.#settled(() => this.#marker(topics), hangingAfterMs);
    } catch (error) {
      if (!(error instanceof KafkaError) || error.code !== "UNSTABLE_OFFSET_COMMIT") throw error;
    }
    const known = await this.#settled(() => this.#client.committedOffsets(this.groupId, undefined, { stable: false }));
    const searched = new Set([...topics, ...[...known.keys()].map((place) => place.slice(0, place.lastIndexOf("/")))]);
    const fate = await fateOfLast(this.#client, [...searched], session.producerId);
    if (fate === "unknown") throw new KafkaError({ code: "MARKER_HANGS", where: this.groupId });
    await this.#settled(() => this.#client.addOffsets(session, this.groupId, []));
    await this.#client.endTransaction(session, fate === "committed");
    return this.#settled(() => this.#marker(topics));
  }

  /**
   * Writes all rows and their marker. When it rejects, they may or may not be written: call `begin` before any other write. Rows must be in
   * rising order, at least one.
   */
  async write(rows: readonly OutgoingRow[]): Promise<void> {
    const producer = this.#session;
    const last = rows.at(-1);
    if (producer === undefined || last === undefined) throw new Error("write wants begin() before it, and rows");
    this.#session = undefined;
    const beganMs = this.#options.steadyMs();
    try {
      await this.#writeIn(producer, rows, last);
      this.#session = producer;
    } catch (error) {
      throw this.#isGivenUp(error, beganMs)
        ? new KafkaError({ code: "TRANSACTION_TIMED_OUT", where: this.transactionalId, cause: error })
        : error;
    }
  }

  /** Whether the broker fenced this producer because its transaction took too long. */
  #isGivenUp(error: unknown, beganMs: number): boolean {
    const isFenced = error instanceof KafkaError && fencedCodes.has(error.code);
    return isFenced && this.#options.steadyMs() - beganMs >= this.#options.transactionTimeoutMs;
  }

  async #writeIn(producer: ProducerSession, rows: readonly OutgoingRow[], last: OutgoingRow): Promise<void> {
    const records = await this.#sender.place(rows);
    await this.#settled(() => this.#client.addPartitions(producer, partitionsOf(records)));
    await this.#sender.send(records, { acks: -1, session: { producer, sequences: this.#sequences } });
    const marker = { topic: last.topic, partition: markerPartition, offset: BigInt(last.sequence) };
    await this.#client.addOffsets(producer, this.groupId, [marker]);
    await this.#client.endTransaction(producer, true);
  }

  /**
   * The highest marker over all topics that ever had one. The topics of waiting rows are named, because a group's list lacks a first marker
   * that is still pending.
   */
  async #marker(topics: readonly string[]): Promise<number> {
    const asked = topics.map((topic) => ({ topic, partition: markerPartition }));
    const waiting = asked.length === 0 ? new Map<string, bigint>() : await this.#client.committedOffsets(this.groupId, asked);
    const all = await this.#client.committedOffsets(this.groupId, undefined);
    return Math.max(0, ...[...waiting.values(), ...all.values()].map(Number));
  }

  async #settled<Result>(work: () => Promise<Result>, msMax = unsettledMsMax): Promise<Result> {
    const { signal, wait } = this.#options;
    let pauseMs = unsettledPauseMs;
    for (let waitedMs = 0; ; waitedMs += pauseMs, pauseMs = Math.min(pauseMs * 2, unsettledPauseMsMax)) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof KafkaError) || !unsettledCodes.has(error.code) || waitedMs > msMax) throw error;
        await wait(pauseMs);
        signal.throwIfAborted();
      }
    }
  }
}
