/**
 * Housekeeper: the loop that keeps a partition within its bounds: it trims the journal by bytes and age, makes segments of its directories
 * (journal-indexer.ts), forgets old idempotency keys, sweeps expired state. Works in small chunks; every change is a command like any
 * other.
 */
import type { ExpiredKey, TrimmedBlock } from "../../core/command.ts";
import { namedAt, namedIn } from "../../core/journal/journal-block.ts";
import { coverageMark } from "../../core/coverage-mark.ts";
import { decodeSequence, entityPart, partsRange, splitKey, storeKey, tableRange } from "../../core/store/store-key.ts";
import { decodeRecord } from "../../core/store/store-record.ts";
import type { Address } from "@signalbox/runtime/model/address";
import type { EngineLimits } from "../../limits.ts";
import type { Clock } from "../../ports/clock.ts";
import { indexJournal, segmentIsOnItsWay, SegmentsOfBlocks } from "./journal-indexer.ts";
import type { PartitionProcessor } from "./partition-processor.ts";

const roundMs = 5_000;
const chunkRows = 500;
/** How many blocks one command trims: some thousand rows of one epoch. */
const trimmedBlocksMax = 50;
const stateRowsPerRound = 2_000;

export class Housekeeper {
  private readonly processor: PartitionProcessor;
  private readonly clock: Clock;
  private readonly limits: EngineLimits;
  private cancel: (() => void) | undefined;
  private running: Promise<void> | undefined;
  private stopped = false;
  private sweepFrom: string | undefined;

  constructor(processor: PartitionProcessor, clock: Clock, limits: EngineLimits) {
    this.processor = processor;
    this.clock = clock;
    this.limits = limits;
  }

  start(): void {
    if (this.stopped) return;
    this.cancel = this.clock.schedule(roundMs, () => {
      this.running = this.round()
        .catch(() => undefined) // A failed read is seen by the readers themselves; the next round tries again.
        .finally(() => this.start());
    });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.cancel?.();
    await this.running;
  }

  private async round(): Promise<void> {
    await this.trimJournal();
    if (!this.stopped) await indexJournal(this.processor, this.limits.journalSegmentBlocks);
    await this.forgetKeys();
    await this.sweepState();
  }

  /** Trims in parts until the journal is within its limits, because it must shrink as fast as it grows. */
  private async trimJournal(): Promise<void> {
    // The newest segment is not durable yet. Trimming its blocks now would leave the segment behind, so it waits for the next round.
    if (await segmentIsOnItsWay(this.processor)) return coverageMark("journal-trim-awaits-segment");
    const nowMs = this.clock.nowMs();
    const segments = new SegmentsOfBlocks(this.processor.store);
    const excess = this.processor.state.journal.bytes - this.limits.journalBytesMax;
    let blocks: TrimmedBlock[] = [];
    let freed = 0;
    for await (const [key, bytes] of this.processor.store.scan(tableRange("j"))) {
      if (this.stopped) return;
      const records = decodeRecord.journal(bytes);
      const endedMs = records.at(-1)?.endedMs ?? 0;
      if (freed >= excess && endedMs + this.limits.journalAgeMs > nowMs) break;
      freed += bytes.length;
      const sequence = decodeSequence(splitKey(key)[1] ?? "");
      const directory = this.processor.store.get(storeKey.directory(sequence));
      const segment = directory === undefined ? await segments.of(sequence) : undefined;
      const histories =
        segment === undefined ? namedIn(records, directory && decodeRecord.directory(directory)) : namedAt(records, segment.named);
      const segmentBuckets = segment?.isLast === true ? segment.buckets : undefined;
      blocks.push({ sequence, histories, hasDirectory: directory !== undefined, segmentBuckets, bytes: bytes.length });
      if (blocks.length < trimmedBlocksMax) continue;
      this.processor.submit({ kind: "journal-trimmed", nowMs: this.clock.nowMs(), blocks });
      blocks = [];
    }
    if (blocks.length > 0) this.processor.submit({ kind: "journal-trimmed", nowMs: this.clock.nowMs(), blocks });
  }

  private async forgetKeys(): Promise<void> {
    const nowMs = this.clock.nowMs();
    const old: Omit<ExpiredKey, "usedAfresh">[] = [];
    for await (const key of this.processor.store.scanKeys({ ...tableRange("x"), limit: chunkRows })) {
      const [, at, name, type, id] = splitKey(key);
      const atMs = decodeSequence(at ?? "0");
      if (atMs + this.limits.idempotencyKeyAgeMs > nowMs) break;
      old.push({ key: name ?? "", target: type === undefined ? undefined : { type, id: id ?? "" }, atMs });
    }
    // The scan took time, so the keys are read again now, through the open epochs.
    const { view } = this.processor;
    const keys = old.map((one) => ({ ...one, usedAfresh: (view.keyRow(one.key, one.target)?.atMs ?? one.atMs) !== one.atMs }));
    if (keys.length > 0) this.processor.submit({ kind: "keys-expired", nowMs: this.clock.nowMs(), keys });
  }

  /** Goes round and round the state table, some rows at a time, and looks only at types with an expiration. */
  private async sweepState(): Promise<void> {
    const nowMs = this.clock.nowMs();
    const expiring = [...this.processor.state.entities.types.values()].filter((type) =>
      type.specs.some((spec) => spec.expiration.mode !== "none"),
    );
    const rows: { address: Address; name: string }[] = [];
    for (const type of expiring) {
      const range = partsRange("s", type.name);
      const gte = this.sweepFrom !== undefined && this.sweepFrom > range.gte && this.sweepFrom < range.lt ? this.sweepFrom : range.gte;
      let seen = 0;
      for await (const [key, bytes] of this.processor.store.scan({ gte, lt: range.lt, limit: stateRowsPerRound })) {
        seen++;
        this.sweepFrom = key;
        const value = decodeRecord.state(bytes);
        const [, typeName, id, name] = splitKey(key);
        if (value.expiresMs !== 0 && value.expiresMs <= nowMs)
          rows.push({ address: { type: typeName ?? "", id: id ?? "" }, name: name ?? "" });
      }
      if (seen < stateRowsPerRound) this.sweepFrom = undefined;
    }
    // A row may have been written again during the scan, so only what the partition reads now counts.
    const expired = rows.filter(({ address, name }) => {
      const value = this.processor.view.stateValue(entityPart(address.type, address.id), name);
      const isOver = value !== undefined && value.expiresMs !== 0 && value.expiresMs <= nowMs;
      if (!isOver) coverageMark("sweep-left-value-written-afresh");
      return isOver;
    });
    if (expired.length > 0) this.processor.submit({ kind: "state-expired", nowMs: this.clock.nowMs(), rows: expired });
  }
}
