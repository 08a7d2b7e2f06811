/**
 * CommitQueue: writes that are on their way to disk. While one batch is being synced the next fills, so that load sets the size of a batch
 * and the disk its pace. A writer is told once its writes are durable (G3). A write that fails ends the queue, because nothing after it can
 * be in order any more.
 */
import type { ClassicLevel } from "classic-level";
import { EngineError } from "@signalbox/runtime";

export type Database = ClassicLevel<string, Uint8Array>;
export type Write =
  | { readonly type: "put"; readonly key: string; readonly value: Uint8Array }
  | { readonly type: "del"; readonly key: string };

export interface CommitQueueOptions {
  readonly database: Database;
  readonly pendingBytesMax: number;
}

interface Waiting {
  readonly writes: Write[];
  bytes: number;
  readonly told: PromiseWithResolvers<void>;
}

const oneWriteBytes = 64;

export class CommitQueue {
  readonly #options: CommitQueueOptions;
  #filling: Waiting = emptyWaiting();
  #pendingBytes = 0;
  #running: Promise<void> | undefined;
  #failure: EngineError | undefined;

  constructor(options: CommitQueueOptions) {
    this.#options = options;
  }

  /** The reason why nothing can be written any more. */
  get failure(): EngineError | undefined {
    return this.#failure;
  }

  /** Throws OVERLOADED or STORE_FAILED at once, before anything is changed: callers count positions after it returned. */
  admit(bytes: number): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#pendingBytes + bytes <= this.#options.pendingBytesMax) return;
    throw new EngineError("OVERLOADED", `${this.#pendingBytes} bytes are on their way to disk`, "Send again later.", 1_000);
  }

  /** Writes all of them or none, after everything that was written before. */
  write(writes: readonly Write[]): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const waiting = this.#filling;
    for (const write of writes) {
      waiting.writes.push(write);
      const bytes = oneWriteBytes + (write.type === "put" ? write.value.length : 0);
      waiting.bytes += bytes;
      this.#pendingBytes += bytes;
    }
    this.#running ??= this.#run();
    return waiting.told.promise;
  }

  /** Resolves when nothing is being written. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // All writes of this turn of the loop go into the first batch.
    await Promise.resolve();
    while (this.#filling.writes.length > 0 && this.#failure === undefined) {
      const batch = this.#filling;
      this.#filling = emptyWaiting();
      try {
        await this.#options.database.batch(batch.writes, { sync: true });
        this.#pendingBytes -= batch.bytes;
        batch.told.resolve();
      } catch (error) {
        this.#fail(error, batch);
      }
    }
    this.#running = undefined;
  }

  #fail(error: unknown, batch: Waiting): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#failure = new EngineError("STORE_FAILED", `the store cannot be written: ${reason}`, "Mend the disk and start the gateway again.");
    batch.told.reject(this.#failure);
    this.#filling.told.reject(this.#failure);
  }
}

function emptyWaiting(): Waiting {
  const told = Promise.withResolvers<void>();
  // Nobody may wait for an empty one; if somebody does, the rejection reaches them too.
  told.promise.catch(() => undefined);
  return { writes: [], bytes: 0, told };
}
