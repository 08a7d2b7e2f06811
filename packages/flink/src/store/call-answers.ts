/**
 * CallAnswers: what functions on Flink sent back to calls, and who waits for it. Records of the egress of answers arrive by transaction,
 * once each and with a completed checkpoint. Of a call that wants one answer the first is kept; of one that wants many each under its
 * index, until the function says that it is done. An answer is kept for ageMs. Guarantee: an answer that was told is the one that everybody
 * is told, whatever job goes on after this one.
 */
import { callCutTypename, callDoneTypename, EngineError, type TypedValue } from "@signalbox/runtime";
import { TypedValue as TypedValueMessage } from "@signalbox/proto";
import { parseCaller, type NamedCall } from "../calls/call-names.ts";
import type { Write } from "./commit-queue.ts";
import type { FlinkStore } from "./flink-store.ts";
import { below, fromHex, hex, keys } from "./keys.ts";
import type { TakenTransactions } from "./taken-transactions.ts";

export interface CallAnswersOptions {
  readonly ageMs: number;
  readonly answersMax: number;
  readonly waitersMax: number;
  /** The gateway that these calls belong to. */
  readonly gateway: string;
  readonly nowMs: () => number;
}

interface Answer extends NamedCall {
  readonly value: TypedValue;
}

interface Count {
  next: number;
  isOver: boolean;
}

const timeBytes = 8;
const forgottenAtOnceMax = 10_000;
const answerWaitMsMax = 60_000;

export class CallAnswers {
  readonly #store: FlinkStore;
  readonly #transactions: TakenTransactions;
  readonly #options: CallAnswersOptions;
  readonly #waiting = new Map<string, Set<() => void>>();
  #waiters = 0;
  #isClosed = false;
  /** What comes next for a call depends on what is there, so transactions are taken one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(store: FlinkStore, transactions: TakenTransactions, options: CallAnswersOptions) {
    this.#store = store;
    this.#transactions = transactions;
    this.#options = options;
  }

  /** Resolves once they are durable. */
  take(taken: { transaction: string; records: readonly Uint8Array[] }, beside: readonly Write[]): Promise<number> {
    const atMs = this.#options.nowMs();
    const once = (): Promise<number> =>
      this.#transactions.once({ transaction: taken.transaction, atMs }, async (rows) => {
        const kept = await this.#kept(taken.records);
        const written = [...kept].flatMap(([key, value]): Write[] => [
          { type: "put", key: keys.answer(key), value: rowOf(value, atMs) },
          { type: "put", key: keys.answerAge(atMs, key), value: new Uint8Array(0) },
        ]);
        await this.#store.commits.write([...written, ...rows, ...beside]);
        for (const key of kept.keys()) this.#wake(key);
        return kept.size;
      });
    const result = this.#turn.then(once);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /**
   * Resolves with undefined when none has come within waitMs. Rejects with OVERLOADED when too many wait, and when the gateway stops
   * meanwhile.
   */
  async answer(position: number, { waitMs, index }: { waitMs: number; index?: number | undefined }): Promise<TypedValue | undefined> {
    const key = keyOf(position, index);
    if (waitMs <= 0) return this.#read(key);
    const { waitersMax } = this.#options;
    if (this.#waiters >= waitersMax)
      throw new EngineError(
        "OVERLOADED",
        `${waitersMax} requests wait for answers already`,
        "Ask for the answer later: it is kept.",
        1_000,
      );
    // It registers before it looks, so that an answer that comes in between is not missed.
    const { come, leave } = this.#wait(key, Math.min(waitMs, answerWaitMsMax));
    try {
      const known = await this.#read(key);
      if (known !== undefined) return known;
      await come;
      if (this.#isClosed) throw new EngineError("ENGINE_STOPPED", "the gateway is stopping", "Ask for the answer later: it is kept.");
      return await this.#read(key);
    } finally {
      leave();
    }
  }

  /** Removes answers that are too old, a bounded number each time. */
  async forget(): Promise<void> {
    const { nowMs, ageMs } = this.#options;
    const range = { gte: "z/", lt: `z/${hex(Math.max(0, nowMs() - ageMs))}`, limit: forgottenAtOnceMax };
    const old = await this.#store.database.keys(range).all();
    const answerOf = (key: string): string => key.slice(2 + 16 + 1);
    if (old.length === 0) return;
    await this.#store.commits.write(
      old.flatMap((key) => [
        { type: "del", key },
        { type: "del", key: keys.answer(answerOf(key)) },
      ]),
    );
  }

  /** Nobody can wait from now on. */
  close(): void {
    this.#isClosed = true;
    for (const key of [...this.#waiting.keys()]) this.#wake(key);
  }

  /** What of it is new, by its key. */
  async #kept(records: readonly Uint8Array[]): Promise<Map<string, TypedValue>> {
    const kept = new Map<string, TypedValue>();
    const counts = new Map<number, Count>();
    for (const record of records) {
      const answer = answerOf(record, this.#options.gateway);
      if (answer === undefined) continue;
      const { position, wish, value } = answer;
      if (wish === "one") {
        const key = keyOf(position, undefined);
        if (!kept.has(key) && (await this.#store.database.get(keys.answer(key))) === undefined) kept.set(key, value);
        continue;
      }
      const count = counts.get(position) ?? (await this.#countOf(position));
      counts.set(position, count);
      if (count.isOver) continue;
      const next = this.#nextOfMany(count, value);
      kept.set(keyOf(position, count.next++), next);
    }
    return kept;
  }

  #nextOfMany(count: Count, value: TypedValue): TypedValue {
    const { answersMax } = this.#options;
    const isDone = value.typename === callDoneTypename;
    const isCut = !isDone && count.next >= answersMax;
    count.isOver = isDone || isCut;
    if (!isCut) return value;
    return { typename: callCutTypename, bytes: Buffer.from(`a call has at most ${answersMax} answers (callAnswersMax)`) };
  }

  async #countOf(position: number): Promise<Count> {
    const range = below(keys.answer(`${hex(position)}/`));
    const [last] = await this.#store.database.iterator({ ...range, reverse: true, limit: 1 }).all();
    if (last === undefined) return { next: 0, isOver: false };
    const [key, row] = last;
    const { typename } = valueOf(row.subarray(timeBytes));
    return { next: fromHex(key.slice(-16)) + 1, isOver: typename === callDoneTypename || typename === callCutTypename };
  }

  async #read(key: string): Promise<TypedValue | undefined> {
    const row = await this.#store.database.get(keys.answer(key));
    if (row === undefined) return undefined;
    const atMs = Number(new DataView(row.buffer, row.byteOffset, timeBytes).getBigInt64(0));
    const { nowMs, ageMs } = this.#options;
    return atMs + ageMs < nowMs() ? undefined : valueOf(row.subarray(timeBytes));
  }

  #wait(key: string, waitMs: number): { readonly come: Promise<void>; readonly leave: () => void } {
    const { promise: come, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, waitMs);
    const waiting = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, waiting.add(resolve));
    this.#waiters++;
    if (this.#isClosed) resolve();
    const leave = (): void => {
      clearTimeout(timer);
      this.#waiters--;
      waiting.delete(resolve);
      if (waiting.size === 0 && this.#waiting.get(key) === waiting) this.#waiting.delete(key);
    };
    return { come, leave };
  }

  #wake(key: string): void {
    for (const wake of this.#waiting.get(key) ?? []) wake();
  }
}

function keyOf(position: number, index: number | undefined): string {
  return index === undefined ? hex(position) : `${hex(position)}/${hex(index)}`;
}

/** Returns undefined when it answers no call of this gateway. */
function answerOf(record: Uint8Array, gateway: string): Answer | undefined {
  const { typename, signalboxName, value } = TypedValueMessage.decode(record);
  const call = parseCaller(gateway, { type: typename, id: signalboxName });
  return call && { ...call, value: valueOf(value) };
}

function rowOf({ typename, bytes, hasValue }: TypedValue, atMs: number): Uint8Array {
  const value = TypedValueMessage.encode({ typename, hasValue: hasValue !== false, value: bytes }).finish();
  const row = Buffer.allocUnsafe(timeBytes + value.length);
  row.writeBigInt64BE(BigInt(atMs), 0);
  row.set(value, timeBytes);
  return row;
}

function valueOf(bytes: Uint8Array): TypedValue {
  const { typename, value, hasValue } = TypedValueMessage.decode(bytes);
  return { typename, bytes: value, ...(hasValue ? {} : { hasValue: false as const }) };
}
