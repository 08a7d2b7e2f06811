/**
 * ErasedCopy: copies one partition's store to new files without the values of some entities (core/erasure/erase-row.ts says what becomes of
 * each row). Sums over rows (messages that wait for a type, or for a paused or parked entity; outbox depths; delayed messages; bytes of the
 * journal) are counted anew from what was copied. Neighbours: erasing.ts (over all partitions), journal-carry.ts (what a restore copies).
 */
import { ErasedSet } from "../../core/erasure/erased-set.ts";
import { fateOf } from "../../core/erasure/erase-row.ts";
import { storeFormatOf } from "../../core/store/store-format.ts";
import { entityPartOfMessage, erasureKey, metaKey, splitKey, storeKey, type KeyTable } from "../../core/store/store-key.ts";
import { decodeRecord, encodeRecord, type EntityRecord, type StoreRecord } from "../../core/store/store-record.ts";
import { addErasureCounts, noErasureCounts, type ErasureCounts, type ErasureTarget } from "@signalbox/runtime/model/erasure";
import type { PartitionSnapshot } from "../../partition.ts";
import type { Store } from "../../ports/store.ts";
import { StoreTarget } from "../savepoints/store-target.ts";

/** `e` is copied before `m`, and `t` before `k`, because the first decides what counts in the second. Sums (`w`, `g`) are made anew. */
const tables = [
  "e",
  "m",
  "s",
  "t",
  "k",
  "n",
  "o",
  "i",
  "x",
  "j",
  "d",
  "l",
  "q",
  "h",
  "f",
  "p",
  "r",
  "a",
] as const satisfies readonly KeyTable[];
type CopiedTable = (typeof tables)[number];
/** Does not compile when a table is neither copied nor made anew. */
type Copied = Exclude<KeyTable, CopiedTable | "w" | "g"> extends never ? typeof tables : never;
const copied: Copied = tables;

export interface ErasedCopyOptions {
  readonly id: string;
  readonly targets: readonly ErasureTarget[];
  readonly atMs: number;
  readonly partitions: number;
}

export class ErasedCopy {
  private readonly target: StoreTarget;
  private readonly options: ErasedCopyOptions;
  private readonly erased: ErasedSet;
  private counts: ErasureCounts = noErasureCounts;
  private readonly held = new Map<string, { readonly record: EntityRecord; messages: number }>();
  private readonly waiting = new Map<string, number>();
  private readonly egressWaiting = new Map<string, number>();
  private readonly tokensGone = new Set<string>();
  private delayedMessages = 0;

  constructor(store: Store, options: ErasedCopyOptions) {
    this.target = new StoreTarget(store);
    this.options = options;
    this.erased = new ErasedSet(options.targets);
  }

  async copy(snapshot: PartitionSnapshot): Promise<ErasureCounts> {
    for (const table of copied) {
      for await (const [key, bytes] of snapshot.scan(table)) await this.take(table, key, bytes);
    }
    await this.putSums();
    const { epoch, nextSequence } = snapshot;
    await this.put(erasureKey, { kind: "erasure", erasure: { id: this.options.id, counts: this.counts } });
    const { delayedMessages } = this;
    const { journalBytes } = this.target;
    const formatVersion = storeFormatOf(this.options.partitions);
    // The meta row is written last: a store without it is not whole.
    await this.put(metaKey, { kind: "meta", meta: { formatVersion, epoch: epoch + 1, nextSequence, delayedMessages, journalBytes } });
    await this.target.flush();
    return this.counts;
  }

  private async take(table: CopiedTable, key: string, bytes: Uint8Array): Promise<void> {
    const fate = fateOf({ table, key, bytes }, this.erased, this.options.atMs);
    if (fate.kind === "goes") {
      if (fate.with !== undefined) this.tokensGone.add(fate.with);
      this.counts = addErasureCounts(this.counts, { ...noErasureCounts, ...fate.counts });
      return;
    }
    if (fate.kind === "stays") return this.keep(table, key, bytes);
    this.counts = addErasureCounts(this.counts, { ...noErasureCounts, ...fate.counts });
    return this.keep(table, key, encodeRecord(this.target.writer, fate.record));
  }

  private async keep(table: CopiedTable, key: string, bytes: Uint8Array): Promise<void> {
    switch (table) {
      case "e":
        this.held.set(key.slice(2), { record: decodeRecord.entity(bytes), messages: 0 });
        return;
      case "m":
        this.countMessage(key);
        break;
      case "t":
        this.delayedMessages++;
        break;
      case "k":
        if (this.tokensGone.has(key)) return;
        break;
      case "o":
        addOne(this.egressWaiting, splitKey(key)[1] ?? "");
        break;
      case "j":
        return this.target.putBlock(key, bytes);
      default:
        break;
    }
    return this.target.put(key, bytes);
  }

  private countMessage(key: string): void {
    addOne(this.waiting, splitKey(key)[1] ?? "");
    const held = this.held.get(entityPartOfMessage(key));
    if (held !== undefined) held.messages++;
  }

  private async putSums(): Promise<void> {
    for (const [part, { record, messages }] of this.held)
      await this.put(storeKey.entity(part), { kind: "entity", record: { ...record, messages } });
    for (const [type, waiting] of this.waiting) await this.put(storeKey.waiting(type), { kind: "waiting", waiting });
    for (const [egress, waiting] of this.egressWaiting) await this.put(storeKey.egressDepth(egress), { kind: "egress-depth", waiting });
  }

  private put(key: string, record: StoreRecord): Promise<void> {
    return this.target.put(key, encodeRecord(this.target.writer, record));
  }
}

function addOne(sums: Map<string, number>, name: string): void {
  sums.set(name, (sums.get(name) ?? 0) + 1);
}
