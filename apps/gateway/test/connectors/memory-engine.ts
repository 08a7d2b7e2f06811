/**
 * The part of an engine that connectors see, in memory: positions that must follow exactly, an outbox, and reported changes. A test may
 * refuse calls, lose answers and restore an earlier state. engine-positions.test.ts tests the real engine for the same.
 */
import {
  EngineError,
  type Engine,
  type EngineChange,
  type EgressRecord,
  type Era,
  type IngressMessage,
  type TypedValue,
} from "@signalbox/runtime";

type Seen = Pick<Engine, "accept" | "acceptBatch" | "producerPosition" | "egressRecords" | "egressAcknowledge" | "onChange" | "eras">;

export class MemoryEngine implements Seen {
  /** All messages, in the order in which they were taken. */
  taken: IngressMessage[] = [];
  batches: number[] = [];
  positions = new Map<string, { sequence: number; text: string }>();
  outbox: EgressRecord[] = [];
  /** The errors of the next calls of accept and acceptBatch, one each. With `after` the batch counts although its caller gets the error. */
  readonly refusals: { readonly error: EngineError; readonly after: boolean }[] = [];
  /** Answers wait for this promise; undefined when they come at once. */
  gate: Promise<void> | undefined;
  reads = 0;
  /** Makes the record that put() writes. */
  recordOf = (text: string): TypedValue => ({ typename: "t/v", bytes: Buffer.from(text) });
  #next = 1;
  readonly #eras: Era[] = [];
  readonly #listeners = new Set<(change: EngineChange) => void>();

  async accept(message: IngressMessage): ReturnType<Engine["accept"]> {
    await this.gate;
    const refusal = this.refusals.shift();
    if (refusal !== undefined) throw refusal.error;
    const known = this.taken.find(({ idempotencyKey }) => idempotencyKey !== undefined && idempotencyKey === message.idempotencyKey);
    if (known === undefined) this.taken.push(message);
    return { messageId: this.#next++, traceId: 1, repeated: known !== undefined };
  }

  async acceptBatch({ producer, previousSequence = 0, messages, position }: Parameters<Engine["acceptBatch"]>[0]) {
    await this.gate;
    const refusal = this.refusals.shift();
    if (refusal !== undefined && !refusal.after) throw refusal.error;
    const last = this.positions.get(producer)?.sequence ?? 0;
    if (previousSequence !== last) throw new EngineError("SEQUENCE_GAP", `follows on ${previousSequence}, not ${last}`, "Ask again.");
    if (position === undefined) throw new Error("a connector gives a position");
    this.taken.push(...messages.map(({ message }) => message));
    this.batches.push(messages.length);
    this.positions.set(producer, { ...position });
    if (refusal !== undefined) throw refusal.error;
    return { durableSequence: position.sequence };
  }

  async producerPosition(producer: string) {
    return this.positions.get(producer);
  }

  async egressRecords({ egress, after = 0, limit }: { egress: string; after?: number | undefined; limit: number }) {
    this.reads++;
    return this.outbox.filter((record) => record.egress === egress && record.sequence > after).slice(0, limit);
  }

  async egressAcknowledge(egress: string, through: number): Promise<void> {
    this.outbox = this.outbox.filter((record) => record.egress !== egress || record.sequence > through);
    this.#tell({ kind: "egress-records", egress });
  }

  eras(): readonly Era[] {
    return this.#eras;
  }

  onChange(listener: (change: EngineChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Adds durable records. */
  put(egress: string, ...texts: readonly string[]): void {
    for (const text of texts) {
      const from = { type: "shop/cart", id: text };
      this.outbox.push({ sequence: this.#next++, trace: 1, egress, from, value: this.recordOf(text), atMs: 1 });
    }
    this.#tell({ kind: "egress-records", egress });
  }

  /** Takes a savepoint; the returned function puts it in force. */
  savepoint(): () => void {
    const positions = new Map(this.positions);
    const taken = [...this.taken];
    return () => {
      this.positions = new Map(positions);
      this.taken = [...taken];
      this.#eras.push({
        number: this.#eras.length + 2,
        beganMs: 1_000 + this.#next,
        firstSequence: this.#next,
        savepoint: { name: "test", epoch: 1, nextSequence: this.#next, createdMs: 1 },
        types: [],
      });
      this.#tell({ kind: "restored" });
    };
  }

  texts(): string[] {
    return this.taken.map(({ value }) => Buffer.from(value.bytes).toString());
  }

  #tell(change: EngineChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
