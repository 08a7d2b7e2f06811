/**
 * EgressOutbox: what functions on Flink sent to egresses, once each: records arrive by transaction (taken-transactions.ts). Records stay
 * until they are acknowledged.
 */
import { z } from "zod";
import type { EgressRecord } from "@signalbox/runtime";
import { TypedValue as TypedValueMessage } from "@signalbox/proto";
import { parseMessageName } from "../proxy/message-name.ts";
import type { FlinkStore } from "./flink-store.ts";
import type { Write } from "./commit-queue.ts";
import { below, fromHex, keys } from "./keys.ts";
import type { TakenTransactions } from "./taken-transactions.ts";

/** A function on Flink does not say who it is when it sends to an egress. */
const unknownSender = { type: "io.signalbox/flink", id: "unknown" };

export class EgressOutbox {
  readonly #store: FlinkStore;
  readonly #waiting: Map<string, number>;
  readonly #transactions: TakenTransactions;
  #next: number;

  private constructor(store: FlinkStore, parts: { transactions: TakenTransactions; waiting: Map<string, number>; next: number }) {
    const { transactions, waiting, next } = parts;
    this.#store = store;
    this.#transactions = transactions;
    this.#waiting = waiting;
    this.#next = next;
  }

  static async open(store: FlinkStore, transactions: TakenTransactions): Promise<EgressOutbox> {
    const waiting = new Map<string, number>();
    let last = 0;
    for await (const key of store.database.keys(below("e/"))) {
      const [egress = "", sequence = ""] = key.slice(2).split("\0");
      waiting.set(egress, (waiting.get(egress) ?? 0) + 1);
      last = Math.max(last, fromHex(sequence));
    }
    const next = (await store.document("egress-next", z.int())) ?? 1;
    return new EgressOutbox(store, { transactions, waiting, next: Math.max(next, last + 1) });
  }

  waitingOf(egress: string): number {
    return this.#waiting.get(egress) ?? 0;
  }

  get egresses(): string[] {
    return [...this.#waiting.keys()];
  }

  /** Resolves, once they are durable, with how many records are new: all of them, or none of a transaction that is known. */
  take(
    taken: { egress: string; transaction: string; records: readonly Uint8Array[]; atMs: number },
    beside: readonly Write[],
  ): Promise<number> {
    return this.#transactions.once(taken, (rows) => this.#take(taken, [...rows, ...beside]));
  }

  async #take(
    { egress, records, atMs }: { egress: string; records: readonly Uint8Array[]; atMs: number },
    beside: readonly Write[],
  ): Promise<number> {
    const first = this.#next;
    this.#next += records.length;
    const writes: Write[] = records.map((record, index) => ({
      type: "put",
      key: keys.record(egress, first + index),
      value: withTime(record, atMs),
    }));
    writes.push(this.#store.documentWrite("egress-next", this.#next));
    await this.#store.commits.write([...writes, ...beside]);
    this.#waiting.set(egress, this.waitingOf(egress) + records.length);
    return records.length;
  }

  async records({ egress, after = 0, limit }: { egress: string; after?: number | undefined; limit: number }): Promise<EgressRecord[]> {
    const range = { gt: keys.record(egress, after), lt: `e/${egress}\x01`, limit };
    const found: EgressRecord[] = [];
    for await (const [key, bytes] of this.#store.database.iterator(range)) {
      const { typename, value, hasValue, signalboxName } = TypedValueMessage.decode(bytes.subarray(8));
      const { trace, headers } = parseMessageName(signalboxName);
      found.push({
        sequence: fromHex(key.slice(-16)),
        trace,
        headers,
        egress,
        from: unknownSender,
        value: { typename, bytes: value, ...(hasValue ? {} : { hasValue: false as const }) },
        atMs: Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigInt64(0)),
      });
    }
    return found;
  }

  async acknowledge(egress: string, through: number): Promise<void> {
    const done = await this.#store.database.keys({ gt: keys.record(egress, 0), lte: keys.record(egress, through) }).all();
    if (done.length === 0) return;
    await this.#store.commits.write(done.map((key) => ({ type: "del", key })));
    const left = this.waitingOf(egress) - done.length;
    if (left > 0) this.#waiting.set(egress, left);
    else this.#waiting.delete(egress);
  }
}

function withTime(record: Uint8Array, atMs: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(8 + record.length);
  bytes.writeBigInt64BE(BigInt(atMs), 0);
  bytes.set(record, 8);
  return bytes;
}
