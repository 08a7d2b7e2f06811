/**
 * KinesisDelivery: puts entries of the outbox into streams, many in one put. A put may accept some entries and refuse others. So no put has
 * two entries of one key, and after a failure further entries of that key wait, which keeps the order of each key. Accepted entries are
 * remembered until they are acknowledged. Guarantee: at least once (a put whose answer was lost is made again), in order of each partition
 * key.
 */
import { backoffMs } from "../backoff.ts";
import type { EgressContext } from "../connector.ts";
import type { Delivery } from "../delivery.ts";
import { keyRounds } from "../key-rounds.ts";
import { KinesisError } from "./kinesis-error.ts";
import { failureOf, type KinesisFailure } from "./kinesis-failure.ts";
import type { OutgoingEntry } from "./kinesis-outgoing.ts";
import type { KinesisSettings } from "./kinesis-properties.ts";
import type { KinesisCalls, PutOutcome } from "./kinesis-wire.ts";

type DeliveryContext = Pick<EgressContext, "wait" | "draw" | "slowed">;

/** How many attempts in a row may accept no entry. */
const fruitlessAttemptsMax = 4;
const toldAfterAttempts = 2;
const bounds = { firstMs: 200, mostMs: 5000 };

export class KinesisDelivery {
  readonly #calls: KinesisCalls;
  readonly #context: DeliveryContext;
  readonly #limits: Pick<KinesisSettings, "entriesPerPut" | "bytesPerPut">;
  /** Entries that were accepted while an earlier one was not; at most a batch. */
  readonly #taken = new Set<number>();

  constructor(calls: KinesisCalls, context: DeliveryContext, limits: Pick<KinesisSettings, "entriesPerPut" | "bytesPerPut">) {
    this.#calls = calls;
    this.#context = context;
    this.#limits = limits;
  }

  /** `entries` in order of sequence, at least one. */
  async deliver(entries: readonly OutgoingEntry[], signal: AbortSignal): Promise<Delivery> {
    for (const sequence of this.#taken) if (sequence < (entries[0]?.sequence ?? 0)) this.#taken.delete(sequence);
    for (let attempts = 0; ; ) {
      const left = entries.filter(({ sequence }) => !this.#taken.has(sequence));
      const first = left[0];
      if (first === undefined) return { kind: "delivered", through: entries.at(-1)?.sequence ?? 0 };
      const before = this.#taken.size;
      const failures = await this.#putAll(left);
      if (failures.size === 0) continue;
      const failure = failures.get(first.sequence);
      if (failure?.kind === "rejected")
        return { kind: "rejected", sequence: first.sequence, what: failure.what, cure: failure.cure, excerpt: failure.what.slice(0, 500) };
      attempts = this.#taken.size > before ? 0 : attempts + 1;
      const told = failure ?? [...failures.values()].find(({ kind }) => kind !== "rejected");
      if (told !== undefined && (told.afterMs > 0 || told.kind === "refused" || attempts >= fruitlessAttemptsMax || signal.aborted))
        return { kind: "retry", through: lastBefore(entries, first), afterMs: told.afterMs, what: told.what, cure: told.cure };
      if (told !== undefined && attempts >= toldAfterAttempts) this.#context.slowed({ what: told.what, cure: told.cure });
      if (told !== undefined) await this.#context.wait(backoffMs(attempts, this.#context.draw(), bounds));
    }
  }

  /** Puts to all streams in parallel. Returns the failures by sequence, without entries that wait for another one of their key. */
  async #putAll(entries: readonly OutgoingEntry[]): Promise<Map<number, KinesisFailure>> {
    const failures = new Map<number, KinesisFailure>();
    const byStream = Map.groupBy(entries, ({ stream }) => stream);
    await Promise.all([...byStream].map(([stream, list]) => this.#putStream(stream, list, failures)));
    return failures;
  }

  async #putStream(stream: string, entries: readonly OutgoingEntry[], failures: Map<number, KinesisFailure>): Promise<void> {
    const held = new Set<string>();
    for (const round of keyRounds(entries, ({ key }) => key)) {
      const free = round.filter(({ key }) => !held.has(key));
      for (const put of this.#puts(free)) {
        const outcomes = await this.#put(stream, put);
        for (const [index, entry] of put.entries()) {
          const failure = outcomes[index];
          if (failure === undefined) this.#taken.add(entry.sequence);
          else {
            failures.set(entry.sequence, failure);
            held.add(entry.key);
          }
        }
      }
    }
  }

  *#puts(entries: readonly OutgoingEntry[]): Generator<OutgoingEntry[]> {
    const { entriesPerPut, bytesPerPut } = this.#limits;
    let put: OutgoingEntry[] = [];
    let bytes = 0;
    for (const entry of entries) {
      const size = entry.data.length + Buffer.byteLength(entry.key);
      if (put.length > 0 && (put.length >= entriesPerPut || bytes + size > bytesPerPut)) {
        yield put;
        [put, bytes] = [[], 0];
      }
      put.push(entry);
      bytes += size;
    }
    if (put.length > 0) yield put;
  }

  /**
   * The outcome by entry; undefined when it is in the stream. A put that is refused as a whole because of one entry is halved until that
   * entry is found.
   */
  async #put(stream: string, entries: readonly OutgoingEntry[]): Promise<(KinesisFailure | undefined)[]> {
    try {
      const outcomes = await this.#calls.put(stream, entries);
      return outcomes.map((outcome) => (outcome.code === undefined ? undefined : failureOfEntry(stream, outcome)));
    } catch (error) {
      if (!(error instanceof KinesisError)) throw error;
      const failure = failureOf(error);
      if (failure.kind !== "rejected" || entries.length === 1) return entries.map(() => failure);
      const half = Math.ceil(entries.length / 2);
      return [...(await this.#put(stream, entries.slice(0, half))), ...(await this.#put(stream, entries.slice(half)))];
    }
  }
}

function lastBefore(entries: readonly OutgoingEntry[], first: OutgoingEntry): number | undefined {
  return entries.findLast(({ sequence }) => sequence < first.sequence)?.sequence;
}

function failureOfEntry(where: string, { code = "", detail = "" }: PutOutcome): KinesisFailure {
  return failureOf(new KinesisError({ code, where, detail }));
}
