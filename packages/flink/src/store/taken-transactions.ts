/**
 * TakenTransactions: which transactions of Flink's sinks were taken, so that each counts once, also when it comes again at the same time,
 * later, or from the job that goes on after this one. One is remembered for as long as a checkpoint that would repeat it may be started
 * from.
 */
import type { FlinkStore } from "./flink-store.ts";
import type { Write } from "./commit-queue.ts";
import { hex, keys } from "./keys.ts";

/** A savepoint that is older must not be started from with the log that is here. */
export const transactionAgeMs = 30 * 24 * 3_600_000;
const forgottenAtOnceMax = 10_000;

export class TakenTransactions {
  readonly #store: FlinkStore;
  readonly #underWay = new Map<string, Promise<number>>();

  constructor(store: FlinkStore) {
    this.#store = store;
  }

  /** `take` writes, with the rows that it is given, and resolves with how many records are new; 0 for a transaction that is known. */
  once({ transaction, atMs }: { transaction: string; atMs: number }, take: (rows: readonly Write[]) => Promise<number>): Promise<number> {
    const known = this.#underWay.get(transaction);
    if (known !== undefined) return known.then(() => 0);
    const taking = this.#take(transaction, { atMs, take }).finally(() => this.#underWay.delete(transaction));
    this.#underWay.set(transaction, taking);
    return taking;
  }

  async #take(transaction: string, { atMs, take }: { atMs: number; take: (rows: readonly Write[]) => Promise<number> }): Promise<number> {
    if ((await this.#store.database.get(keys.transaction(transaction))) !== undefined) return 0;
    return take([
      { type: "put", key: keys.transaction(transaction), value: new Uint8Array(0) },
      { type: "put", key: keys.transactionAge(atMs, transaction), value: new Uint8Array(0) },
    ]);
  }

  /** Removes transactions that no checkpoint can repeat any more, a bounded number each time. */
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
