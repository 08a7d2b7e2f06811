/**
 * IngressLog: what was taken in and lies before Flink, by position from 1 on. Flink's source reads it from the position of its checkpoint;
 * what lies before a completed checkpoint is let go of. `floor`: a restore leaves what lies before it unread for good, and a source that
 * asks for it goes on there.
 */
import { z } from "zod";
import { EngineError } from "@signalbox/runtime";
import type { FlinkStore } from "./flink-store.ts";
import type { Write } from "./commit-queue.ts";
import { below, fromHex, keys } from "./keys.ts";

export interface Polled {
  readonly kind: "messages";
  /** The position of the first message; when there is none, the position to ask for next. */
  readonly first: number;
  readonly frames: readonly Uint8Array[];
}

/** It asks for what was let go of: only a checkpoint older than the last completed one does. */
export interface Gone {
  readonly kind: "gone";
  readonly oldest: number;
}

const pollBytesMax = 8 * 1024 * 1024;

export class IngressLog {
  readonly #store: FlinkStore;
  readonly #waitingMessagesMax: number;
  /** The position that the next message gets. */
  #next: number;
  /** All positions below it are on disk. */
  #durable: number;
  #oldest: number;
  #floor: number;
  readonly #waiters = new Set<() => void>();

  private constructor(store: FlinkStore, parts: { next: number; oldest: number; floor: number; waitingMessagesMax: number }) {
    this.#store = store;
    this.#next = parts.next;
    this.#durable = parts.next;
    this.#oldest = parts.oldest;
    this.#floor = parts.floor;
    this.#waitingMessagesMax = parts.waitingMessagesMax;
  }

  static async open(store: FlinkStore, waitingMessagesMax: number): Promise<IngressLog> {
    const oldest = (await store.document("oldest", z.int())) ?? 1;
    const floor = (await store.document("floor", z.int())) ?? 1;
    const [last] = await store.database.keys({ ...below("m/"), reverse: true, limit: 1 }).all();
    const next = Math.max(oldest, floor, last === undefined ? 1 : fromHex(last.slice(2)) + 1);
    const log = new IngressLog(store, { next, oldest, floor, waitingMessagesMax });
    await log.#clear(oldest);
    return log;
  }

  get next(): number {
    return this.#next;
  }

  /** Messages that were accepted and are not in a completed checkpoint yet. */
  get waiting(): number {
    return this.#next - Math.max(this.#oldest, this.#floor);
  }

  /** The positions that so many get now, in order; `writes` makes the rest of the epoch of them. Resolves once all is durable. */
  async append(count: number, bytes: number, writes: (first: number) => Write[]): Promise<number> {
    if (this.waiting + count > this.#waitingMessagesMax)
      throw new EngineError("OVERLOADED", `${this.waiting} messages wait for Flink already`, "Send again later.", 1_000);
    this.#store.commits.admit(bytes);
    const first = this.#next;
    this.#next += count;
    await this.#store.commits.write(writes(first));
    // Writes end in the order in which they began.
    this.#durable = Math.max(this.#durable, first + count);
    for (const wake of [...this.#waiters]) wake();
    return first;
  }

  async read(from: number, countMax: number): Promise<Polled | Gone> {
    if (from < this.#oldest && from >= this.#floor && from > 0) return { kind: "gone", oldest: this.#oldest };
    const first = Math.max(from, this.#floor, from === 0 ? this.#oldest : 0);
    const frames: Uint8Array[] = [];
    let bytes = 0;
    const end = Math.min(first + countMax, this.#durable);
    if (first >= end) return { kind: "messages", first, frames };
    for await (const [key, frame] of this.#store.database.iterator({ gte: keys.message(first), lt: keys.message(end) })) {
      if (key !== keys.message(first + frames.length)) throw new Error(`the ingress log has no message ${first + frames.length}`);
      if (frames.length > 0 && bytes + frame.length > pollBytesMax) break;
      bytes += frame.length;
      frames.push(frame);
    }
    return { kind: "messages", first, frames };
  }

  /** Resolves when there may be a message at `from`, or after the given time. */
  async waitFor(from: number, waitMs: number): Promise<void> {
    if (Math.max(from, this.#floor) < this.#durable) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, waitMs);
      this.#waiters.add(wake);
    });
  }

  /** Everything before `to` is in a completed checkpoint. */
  async trim(to: number, beside: readonly Write[]): Promise<void> {
    const oldest = Math.min(Math.max(this.#oldest, to), this.#next);
    await this.#store.commits.write([this.#store.documentWrite("oldest", oldest), ...beside]);
    this.#oldest = Math.max(this.#oldest, oldest);
    await this.#clear(this.#oldest);
  }

  /** What to write with a restore, so that messages taken so far are not read any more. `takeBack` undoes it when the restore fails. */
  skipToHere(): { readonly writes: Write[]; readonly takeBack: () => Write[] } {
    const before = this.#floor;
    const to = (floor: number): Write[] => {
      this.#floor = floor;
      return [this.#store.documentWrite("floor", floor)];
    };
    return { writes: to(this.#next), takeBack: () => to(before) };
  }

  async #clear(to: number): Promise<void> {
    await this.#store.database.clear({ gte: keys.message(0), lt: keys.message(to) });
  }
}
