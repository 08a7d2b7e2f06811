/**
 * IngressFeed: feeds the records of an ingress into the engine, part by part and in order. All records that wait make one batch, which is
 * in one epoch with its position. One batch per part is under way; records that come in that time make the next one, so the disk sets the
 * pace and the load sets the batch. Guarantee: after a restart or a restore the connector goes on where the engine is; nothing is skipped
 * or taken twice.
 */
import { EngineError, type Engine } from "@signalbox/runtime";
import { backoffMs } from "./backoff.ts";
import type { IngressRecord } from "./connector.ts";
import { recordsPerAcceptMax } from "./connector.ts";
import type { ConnectorProblem } from "./connector-state.ts";
import { refuseInvalid } from "./invalid-record.ts";
import { producerOf, wrongPosition } from "./position.ts";

/** How many records of one part may wait for the engine. With more, accept() does not resolve. */
const recordsWaitingMax = 2000;
const bytesWaitingMax = 8 * 1024 * 1024;
/** How many bytes of all parts of an ingress may wait. With more, a part has room only while none of its records wait. */
const ingressBytesWaitingMax = 64 * 1024 * 1024;
/** Bytes of one batch, which is part of one epoch. A batch holds at least what one accept() brought. */
const batchBytesMax = 1024 * 1024;

export type IngressEngine = Pick<Engine, "acceptBatch" | "producerPosition">;

export interface IngressFeedParts {
  readonly engine: IngressEngine;
  readonly id: string;
  /** The name of this ingress in the flow. */
  readonly door: string;
  readonly messageBytesMax: number;
  readonly signal: AbortSignal;
  wait(ms: number): Promise<void>;
  draw(): number;
  /** Called when the engine has no room, and with undefined when it has room again. */
  held(problem: ConnectorProblem | undefined): void;
  durable(position: string, part: string, records: number): void;
  /** Called when the engine has another position than this feed, so that the connector must be opened again. */
  moved(error: Error): void;
}

export class IngressFeed {
  readonly #parts: IngressFeedParts;
  readonly #feeds = new Map<string, PartFeed>();
  readonly #sum: BytesSum = { bytes: 0 };

  constructor(parts: IngressFeedParts) {
    this.#parts = parts;
  }

  async position(part = ""): Promise<string | undefined> {
    return (await this.#feed(part).position())?.text;
  }

  accept(records: readonly IngressRecord[], { position, part = "" }: { position: string; part?: string }): Promise<void> {
    return this.#feed(part).accept(records, position);
  }

  /** Resolves once nothing is under way any more. */
  async ended(): Promise<void> {
    await Promise.all([...this.#feeds.values()].map((feed) => feed.ended()));
  }

  #feed(part: string): PartFeed {
    const known = this.#feeds.get(part);
    if (known !== undefined) return known;
    const made = new PartFeed(this.#parts, part, this.#sum);
    this.#feeds.set(part, made);
    return made;
  }
}

interface Waiting {
  readonly records: readonly IngressRecord[];
  readonly position: string;
  readonly bytes: number;
}

/** The bytes that wait in all parts together. */
interface BytesSum {
  bytes: number;
}

class PartFeed {
  readonly #parts: IngressFeedParts;
  readonly #sum: BytesSum;
  readonly #part: string;
  readonly #producer: string;
  readonly #queue: Waiting[] = [];
  #records = 0;
  #bytes = 0;
  /** The last sequence that the engine took; undefined before it was asked. */
  #sequence: number | undefined;
  #running: Promise<void> | undefined;
  #roomWaiters: (() => void)[] = [];

  constructor(parts: IngressFeedParts, part: string, sum: BytesSum) {
    this.#parts = parts;
    this.#sum = sum;
    this.#part = part;
    this.#producer = producerOf(parts.id, part);
  }

  async position(): Promise<{ readonly text: string } | undefined> {
    const found = await this.#parts.engine.producerPosition(this.#producer);
    this.#sequence = found?.sequence ?? 0;
    return found;
  }

  async accept(records: readonly IngressRecord[], position: string): Promise<void> {
    const { signal, messageBytesMax } = this.#parts;
    signal.throwIfAborted();
    const wrong = wrongPosition(this.#part, position);
    if (wrong !== undefined) throw new RangeError(wrong);
    if (records.length > recordsPerAcceptMax) throw new RangeError(`${records.length} records at once, at most ${recordsPerAcceptMax}`);
    refuseInvalid(records, messageBytesMax);
    const bytes = records.reduce((sum, { value, headers }) => sum + value.bytes.length + (headers?.length ?? 0), 0);
    this.#queue.push({ records, position, bytes });
    this.#records += records.length;
    this.#bytes += bytes;
    this.#sum.bytes += bytes;
    this.#running ??= this.#run();
    while (this.#isFull()) {
      await new Promise<void>((resolve) => this.#roomWaiters.push(resolve));
      signal.throwIfAborted();
    }
  }

  async ended(): Promise<void> {
    this.#tellRoom();
    await this.#running;
  }

  #isFull(): boolean {
    if (this.#records > recordsWaitingMax || this.#bytes > bytesWaitingMax) return true;
    return this.#bytes > 0 && this.#sum.bytes > ingressBytesWaitingMax;
  }

  #tellRoom(): void {
    for (const resolve of this.#roomWaiters.splice(0)) resolve();
  }

  /** Never rejects: an error that cannot be handled here makes the connector open again. */
  async #run(): Promise<void> {
    const { signal } = this.#parts;
    try {
      while (this.#queue.length > 0 && !signal.aborted) await this.#takeBatch();
    } catch (error) {
      if (!signal.aborted) this.#parts.moved(error instanceof Error ? error : new Error(String(error)));
    } finally {
      // Set in the same turn in which the queue was found empty, so that later records start the loop again.
      this.#running = undefined;
      this.#tellRoom();
    }
  }

  async #takeBatch(): Promise<void> {
    const batch = this.#nextBatch();
    const last = batch.at(-1);
    if (last === undefined) return;
    if (this.#sequence === undefined) await this.position();
    const previousSequence = this.#sequence ?? 0;
    const messages = batch.flatMap(({ records }) => records).map((message, index) => ({ sequence: previousSequence + index + 1, message }));
    const sequence = previousSequence + Math.max(1, messages.length);
    const producerBatch = { producer: this.#producer, previousSequence, messages, position: { sequence, text: last.position } };
    if (!(await this.#admit(producerBatch))) return;
    this.#sequence = sequence;
    this.#queue.splice(0, batch.length);
    for (const { records, bytes } of batch) {
      this.#records -= records.length;
      this.#bytes -= bytes;
      this.#sum.bytes -= bytes;
    }
    this.#tellRoom();
    this.#parts.durable(last.position, this.#part, messages.length);
  }

  #nextBatch(): readonly Waiting[] {
    let records = 0;
    let bytes = 0;
    const count = this.#queue.findIndex((waiting, index) => {
      records += waiting.records.length;
      bytes += waiting.bytes;
      return index > 0 && (records > recordsPerAcceptMax || bytes > batchBytesMax);
    });
    return count < 0 ? [...this.#queue] : this.#queue.slice(0, count);
  }

  /**
   * Resolves with true once the engine has the batch, or with false when the connector closes. Throws when another position is in force.
   */
  async #admit(batch: Parameters<IngressEngine["acceptBatch"]>[0] & { position: { sequence: number } }): Promise<boolean> {
    const { engine, signal, door, held, wait, draw } = this.#parts;
    for (let attempts = 0; !signal.aborted; attempts++) {
      try {
        await engine.acceptBatch(batch, door);
        if (attempts > 0) held(undefined);
        return true;
      } catch (error) {
        if (!(error instanceof EngineError) || error.code === "SEQUENCE_GAP" || error.code === "ENGINE_RESTORING") throw error;
        held({ what: error.message, cure: error.cure });
        await wait(Math.max(error.retryAfterMs ?? 0, backoffMs(attempts, draw())));
        // The batch may have become durable although the confirmation was lost.
        const found = await engine.producerPosition(batch.producer).catch(() => undefined);
        if (found?.sequence === batch.position.sequence) {
          held(undefined);
          return true;
        }
      }
    }
    return false;
  }
}
