/**
 * KafkaDelivery: delivers rows of the outbox to Kafka with any deliverySemantic. By halving it finds the one row that a broker will never
 * take, so that the others go on, and after an error it asks what it must know before the next write. Guarantee: rows go in their order;
 * with exactly-once a row is in its topic once, with at-least-once at least once.
 */
import { failureOf, type KafkaFailure } from "./kafka-failure.ts";
import type { KafkaSender, OutgoingRow } from "./kafka-sender.ts";

export interface KafkaWriter {
  /**
   * Called before the first write and after each write that rejected. Resolves with the sequence up to which rows are in Kafka, or 0 if
   * that is unknown.
   */
  begin(topics: readonly string[]): Promise<number>;
  write(rows: readonly OutgoingRow[]): Promise<void>;
}

export interface RejectedRow {
  readonly sequence: number;
  readonly failure: KafkaFailure;
}

export class KafkaDelivery {
  readonly #writer: KafkaWriter;
  /** undefined when it must be asked for. */
  #through: number | undefined;

  constructor(writer: KafkaWriter) {
    this.#writer = writer;
  }

  /** Called at the start; after an error it is called by itself. Resolves with the sequence up to which rows are in Kafka. */
  async begin(topics: readonly string[]): Promise<number> {
    this.#through = await this.#writer.begin([...new Set(topics)]);
    return this.#through;
  }

  /**
   * Resolves when all rows are in Kafka, or all before one that no broker will take. That one must be put aside durably before further rows
   * are given, because nothing shows later that it is missing. Rejects with a KafkaError when it is unknown how far it came; the same rows
   * must then be given again.
   */
  async deliver(rows: readonly OutgoingRow[]): Promise<RejectedRow | undefined> {
    const through = this.#through ?? (await this.begin(rows.map(({ topic }) => topic)));
    const left = rows.filter(({ sequence }) => sequence > through);
    const [first] = left;
    if (first === undefined) return undefined;
    try {
      await this.#writer.write(left);
      this.#through = left.at(-1)?.sequence ?? through;
      return undefined;
    } catch (error) {
      this.#through = undefined;
      const failure = failureOf(error);
      if (failure.kind !== "rejected") throw error;
      if (left.length === 1) return { sequence: first.sequence, failure };
      const half = Math.ceil(left.length / 2);
      return (await this.deliver(left.slice(0, half))) ?? (await this.deliver(left.slice(half)));
    }
  }
}

/**
 * The writer for at-least-once, which waits for the brokers' confirmation, and for none, which does not. Neither remembers how far it came.
 */
export function plainWriter(sender: KafkaSender, acks: 0 | 1 | -1): KafkaWriter {
  return {
    begin: () => Promise.resolve(0),
    write: async (rows) => sender.send(await sender.place(rows), { acks }),
  };
}
