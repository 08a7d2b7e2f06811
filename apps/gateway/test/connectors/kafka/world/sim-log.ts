/**
 * SimLog: one partition of a topic in a simulated cluster, as a broker keeps it: batches with offsets, transactions under way, the markers
 * that end them, what was aborted, and the newest epoch of each producer. A fetch answers what a real broker would send; only the verdict
 * reads the fate of a batch.
 * Neighbours: sim-cluster.ts (who may append); the verdict reads `batches`.
 */
import { KafkaError } from "../../../../src/connectors/kafka/kafka-error.ts";
import type { AbortedTransaction, FetchedPartition, ProducerSession, WireBatch } from "../../../../src/connectors/kafka/kafka-wire.ts";

const transactional = 1 << 4;
const control = 1 << 5;

export interface LoggedRecord {
  readonly key: Uint8Array | undefined;
  readonly value: Uint8Array;
}

/** What became of a transaction's batches here. */
interface Fate {
  kind: "open" | "committed" | "aborted";
}

interface Head {
  readonly attributes: number;
  readonly producerId: bigint;
  readonly epoch: number;
}

interface LoggedBatch {
  readonly wire: WireBatch;
  /** The transactional id; undefined for a batch that was written without a transaction. */
  readonly writer: string | undefined;
  readonly fate: Fate;
}

interface Ended extends AbortedTransaction {
  readonly lastOffset: bigint;
}

export class SimLog {
  readonly forgets = false;
  readonly topic: string;
  readonly partition: number;
  leader: number;
  readonly batches: LoggedBatch[] = [];
  #end = 0n;
  readonly #open = new Map<bigint, { readonly firstOffset: bigint; readonly fate: Fate }>();
  readonly #aborted: Ended[] = [];
  readonly #producers = new Map<bigint, { readonly epoch: number; readonly next: number }>();

  constructor(topic: string, partition: number, leader: number) {
    this.topic = topic;
    this.partition = partition;
    this.leader = leader;
  }

  get end(): bigint {
    return this.#end;
  }

  /** The offset from which readers of committed records see nothing. */
  get stable(): bigint {
    let first = this.#end;
    for (const { firstOffset } of this.#open.values()) if (firstOffset < first) first = firstOffset;
    return first;
  }

  hasOpen(producerId: bigint): boolean {
    return this.#open.has(producerId);
  }

  append(records: readonly LoggedRecord[]): void {
    this.#push(records, { attributes: 0, producerId: -1n, epoch: -1, writer: undefined, fate: { kind: "committed" } });
  }

  /** Appends as for an idempotent producer: each epoch counts from 0, a repeated batch is there already, and a gap is refused. */
  appendIn({ transactionalId, producerId, epoch }: ProducerSession, records: readonly LoggedRecord[], base: number): void {
    const known = this.#producers.get(producerId);
    if (known !== undefined && epoch < known.epoch) throw this.#error("INVALID_PRODUCER_EPOCH");
    const next = known?.epoch === epoch ? known.next : 0;
    if (base < next) return;
    if (base > next) throw this.#error("OUT_OF_ORDER_SEQUENCE_NUMBER");
    this.#producers.set(producerId, { epoch, next: next + records.length });
    const open = this.#open.get(producerId) ?? { firstOffset: this.#end, fate: { kind: "open" } };
    this.#open.set(producerId, open);
    this.#push(records, { attributes: transactional, producerId, epoch, writer: transactionalId, fate: open.fate });
  }

  /** Writes the marker that ends a producer's transaction. From then on older epochs are refused here. */
  mark(producerId: bigint, epoch: number, commit: boolean): void {
    const known = this.#producers.get(producerId);
    this.#producers.set(producerId, { epoch, next: known?.epoch === epoch ? known.next : 0 });
    const open = this.#open.get(producerId);
    this.#open.delete(producerId);
    if (open !== undefined) {
      open.fate.kind = commit ? "committed" : "aborted";
      if (!commit) this.#aborted.push({ producerId, firstOffset: open.firstOffset, lastOffset: this.#end });
    }
    const key = Buffer.from([0, 0, 0, commit ? 1 : 0]);
    const record = { offsetDelta: 0, timestampDelta: 0n, key, value: Buffer.alloc(6), headers: [] };
    this.batches.push({
      wire: this.#wire([record], { attributes: transactional | control, producerId, epoch, deltas: 1 }),
      writer: undefined,
      fate: { kind: "aborted" },
    });
    this.#end += 1n;
  }

  /** Leaves a gap as compaction does: it removed all records of a batch and left its head, so that the offsets go on after it. */
  gap(offsets: number): void {
    this.batches.push({
      wire: this.#wire([], { attributes: 0, producerId: -1n, epoch: -1, deltas: offsets }),
      writer: undefined,
      fate: { kind: "committed" },
    });
    this.#end += BigInt(offsets);
  }

  /** `batchesMax`: how many batches fit into the answer. */
  fetch(from: bigint, { committedOnly, batchesMax }: { committedOnly: boolean; batchesMax: number }): FetchedPartition {
    const { topic, partition } = this;
    const upper = committedOnly ? this.stable : this.#end;
    const outside = from < 0n || from > this.#end;
    const behind = outside ? [] : this.batches.filter(({ wire }) => lastOf(wire) >= from && wire.firstOffset < upper);
    const batches = behind.slice(0, batchesMax).map(({ wire }) => wire);
    const last = batches.at(-1);
    const through = last === undefined ? from : lastOf(last);
    return {
      ...{ topic, partition, error: outside ? "OFFSET_OUT_OF_RANGE" : undefined, batches },
      ...{ highWatermark: this.#end, lastStableOffset: this.stable, logStartOffset: 0n },
      aborted: this.#aborted
        .filter(({ firstOffset, lastOffset }) => lastOffset >= from && firstOffset <= through)
        .map(({ producerId, firstOffset }) => ({ producerId, firstOffset })),
    };
  }

  #push(records: readonly LoggedRecord[], { writer, fate, ...head }: Head & { writer: string | undefined; fate: Fate }): void {
    const wired = records.map(({ key, value }, offsetDelta) => ({
      ...{ offsetDelta, timestampDelta: 0n, key: key ?? null, value, headers: [] },
    }));
    this.batches.push({ wire: this.#wire(wired, { ...head, deltas: records.length }), writer, fate });
    this.#end += BigInt(records.length);
  }

  #wire(records: WireBatch["records"], { attributes, producerId, epoch, deltas }: Head & { deltas: number }): WireBatch {
    return {
      firstOffset: this.#end,
      lastOffsetDelta: deltas - 1,
      attributes,
      producerId,
      producerEpoch: epoch,
      firstTimestamp: 0n,
      records,
    };
  }

  #error(code: string): KafkaError {
    return new KafkaError({ code, where: `${this.topic}/${this.partition}` });
  }
}

function lastOf({ firstOffset, lastOffsetDelta }: WireBatch): bigint {
  return firstOffset + BigInt(lastOffsetDelta);
}
