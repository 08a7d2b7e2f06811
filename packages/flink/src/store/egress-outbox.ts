/**
 * EgressOutbox: what functions on Flink sent to egresses, once each: records arrive by transaction, and a transaction that is known changes nothing. Records stay
 * until they are acknowledged; a transaction is remembered for as long as a checkpoint that would repeat it may be started from.
 */
import { z } from "zod";
import type { EgressRecord } from "@signalbox/runtime";
import { TypedValue as TypedValueMessage } from "@signalbox/proto";
import { parseMessageName } from "../proxy/message-name.ts";
import type { FlinkStore } from "./flink-store.ts";
import type { Write } from "./commit-queue.ts";
import { below, fromHex, hex, keys } from "./keys.ts";

/** A savepoint that is older must not be started from with the log that is here. */
export const transactionAgeMs = 30 * 24 * 3_600_000;
const forgottenAtOnceMax = 10_000;

/** A function on Flink does not say who it is when it sends to an egress. */
const unknownSender = { type: "io.signalbox/flink", id: "unknown" };

export class EgressOutbox {
  readonly #store: FlinkStore;
  readonly #waiting: Map<string, number>;
  readonly #underWay = new Map<string, Promise<number>>();
  #next: number;

  private constructor(store: FlinkStore, waiting: Map<string, number>, next: number) {
    this.#store = store;
    this.#waiting = waiting;
    this.#next = next;
  }

  static async open(store: FlinkStore): Promise<EgressOutbox> {
    const waiting = new Map<string, number>();
    let last = 0;
    for await (const key of store.database.keys(below("e/"))) {
      const [egress = "", sequence = ""] = key.slice(2).split("\0");
      waiting.set(egress, (waiting.get(egress) ?? 0) + 1);
      last = Math.max(last, fromHex(sequence));
    }
    const next = (await store.document("egress-next", z.int())) ?? 1;
    return new EgressOutbox(store, waiting, Math.max(next, last + 1));
  }

  waitingOf(egress: string): number {
    return this.#waiting.get(egress) ?? 0;
  }

  get egresses(): string[] {
    return [...this.#waiting.keys()];
  }

  /** How many records are new: all, or none of a transaction that is known. Resolves once they are durable. */
  take(
    taken: { egress: string; transaction: string; records: readonly Uint8Array[]; atMs: number },
    beside: readonly Write[],
  ): Promise<number> {
    const known = this.#underWay.get(taken.transaction);
    if (known !== undefined) return known.then(() => 0);
    const taking = this.#take(taken, beside).finally(() => this.#underWay.delete(taken.transaction));
    this.#underWay.set(taken.transaction, taking);
    return taking;
  }

  async #take(
    { egress, transaction, records, atMs }: { egress: string; transaction: string; records: readonly Uint8Array[]; atMs: number },
    beside: readonly Write[],
  ): Promise<number> {
    if ((await this.#store.database.get(keys.transaction(transaction))) !== undefined) return 0;
    const first = this.#next;
    this.#next += records.length;
    const writes: Write[] = records.map((record, index) => ({
      type: "put",
      key: keys.record(egress, first + index),
      value: withTime(record, atMs),
    }));
    writes.push({ type: "put", key: keys.transaction(transaction), value: new Uint8Array(0) });
    writes.push({ type: "put", key: keys.transactionAge(atMs, transaction), value: new Uint8Array(0) });
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

  /** Transactions that no checkpoint can repeat any more; a bounded number each time. */
  async forget(nowMs: number): Promise<void> {
    const range = { gte: "y/", lt: `y/${hex(Math.max(0, nowMs - transactionAgeMs))}`, limit: forgottenAtOnceMax };
    const old = await this.#store.database.keys(range).all();
    const transactionOf = (key: string): string => key.slice(2 + 16 + 1);
    if (old.length > 0)
      await this.#store.commits.write(
        old.flatMap((key) => [
          { type: "del", key },
          { type: "del", key: keys.transaction(transactionOf(key)) },
        ]),
      );
  }
}

function withTime(record: Uint8Array, atMs: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(8 + record.length);
  bytes.writeBigInt64BE(BigInt(atMs), 0);
  bytes.set(record, 8);
  return bytes;
}
