/**
 * EpochWriter: writes the rows that the engine writes for adds, with the engine's own keys and records: a message that waits from one epoch
 * to the next, the state, blocks of journal records with a directory or history marks, the producer's position, the meta row; and it trims
 * the journal to its limit. It also counts the bytes that are alive, with which the size on disk is compared.
 */
import type { JournalRecord } from "@signalbox/runtime";
import { defaultLimits, type StoreWrite } from "@signalbox/engine";
import { Prng } from "@signalbox/engine/testing";
import { BytesWriter } from "../../packages/engine/src/core/store/bytes-writer.ts";
import { encodeSequence, isNamedFrom, entityPart, metaKey, storeKey } from "../../packages/engine/src/core/store/store-key.ts";
import { hashOfText } from "../../packages/runtime/src/model/hash-of-text.ts";
import { storeFormatVersion } from "../../packages/engine/src/core/store/store-format.ts";
import { decodeRecord, encodeRecord, type StoreRecord } from "../../packages/engine/src/core/store/store-record.ts";
import { add, functionTypes, message, stateName, valueType } from "../workload.ts";
import type { CheckedStore } from "./checked-store.ts";

const producer = "store-check";
/** The type and endpoint are as long as usual ones. */
const endpoint = "bench/bench/*";

interface Waiting {
  readonly id: string;
  readonly sequence: number;
  readonly bytes: Uint8Array;
  readonly atMs: number;
}

/** A block of journal records, which share a row (core/journal/journal.ts). */
interface Block {
  readonly sequence: number;
  readonly ids: Set<string>;
  readonly records: JournalRecord[];
  bytes: number;
}

const blockRecordsMax = 64;
const numberBytes = 8;
/** The size of an entry for one entity in a directory. */
const entryBytes = 4;
const noise = (() => {
  const prng = new Prng("bench/noise");
  return Buffer.from(Array.from({ length: 1024 * 1024 }, () => prng.below(256)));
})();

export class EpochWriter {
  liveBytes = 0;
  readonly #store: CheckedStore;
  readonly #journalBytesMax: number;
  readonly #writer = new BytesWriter();
  #waiting: Waiting[] = [];
  #journal: Block[] = [];
  #journalFrom = 0;
  #journalBytes = 0;
  #sequence = 1;
  #epoch = 1;
  #noiseFrom = 0;

  constructor(store: CheckedStore, journalBytesMax: number) {
    this.#store = store;
    this.#journalBytesMax = journalBytesMax;
  }

  /** Makes a row of state as a fill writes it. */
  firstState(id: string): StoreWrite {
    const write = this.#put(
      storeKey.state(entityPart(functionTypes.counter, id), stateName),
      stateRecord(this.#unlike(add(undefined, 1)), Date.now()),
    );
    this.liveBytes += write.key.length + (write.value?.length ?? 0);
    return write;
  }

  /** Makes the next epoch: messages that were admitted in the last one are added and removed, those for `ids` are admitted. */
  next(ids: readonly string[]): StoreWrite[] {
    const nowMs = Date.now();
    const bornFrom = encodeSequence(this.#sequence);
    // As in the engine's write set, a key that is written twice is stored once.
    const writes = new Map<string, Uint8Array | undefined>();
    const blocks: Block[] = [];
    for (const waiting of this.#waiting) this.#invoke(writes, waiting, { nowMs, blocks });
    this.#writeBlocks(writes, blocks);
    this.#waiting = ids.map((id) => ({ id, sequence: this.#sequence++, bytes: this.#unlike(message), atMs: nowMs }));
    for (const { id, sequence, bytes } of this.#waiting) {
      const target = { type: functionTypes.counter, id };
      const record = {
        sequence,
        origin: 0,
        trace: sequence,
        caller: undefined,
        target,
        value: { typename: valueType, bytes },
        atMs: nowMs,
      };
      this.#into(writes, storeKey.message(entityPart(target.type, id), sequence), { kind: "message", message: record });
    }
    this.#trim(writes);
    this.#into(writes, storeKey.producer(producer), { kind: "producer", sequence: this.#sequence, position: undefined });
    const meta = {
      formatVersion: storeFormatVersion,
      epoch: this.#epoch++,
      nextSequence: this.#sequence,
      delayedMessages: 0,
      journalBytes: this.#journalBytes,
    };
    this.#into(writes, metaKey, { kind: "meta", meta });
    return [...writes].map(([key, value]) => ({ key, value, fresh: value !== undefined && isNamedFrom(key, bornFrom) }));
  }

  #invoke(
    writes: Map<string, Uint8Array | undefined>,
    { id, sequence, bytes, atMs }: Waiting,
    into: { nowMs: number; blocks: Block[] },
  ): void {
    const { nowMs, blocks } = into;
    const entity = entityPart(functionTypes.counter, id);
    const stateKey = storeKey.state(entity, stateName);
    // The state is read once for each add, as after a miss of the engine's cache: of millions of rows few are in it.
    const stored = writes.get(stateKey) ?? this.#store.get(stateKey);
    if (stored === undefined) throw new Error(`the row of ${id} is not there: the store lost it`);
    const before = decodeRecord.state(stored).bytes;
    const after = this.#unlike(add(before, 1));
    writes.set(storeKey.message(entity, sequence), undefined);
    this.#into(writes, stateKey, stateRecord(after, nowMs));
    const journalSequence = this.#sequence++;
    const value = (bytes: Uint8Array) => ({ typename: valueType, sizeBytes: bytes.length, bytes });
    const address = { type: functionTypes.counter, id };
    const record: JournalRecord = {
      sequence: journalSequence,
      address,
      outcome: { kind: "completed" },
      epoch: this.#epoch,
      messages: [{ sequence, trace: sequence, caller: undefined, target: address, value: value(bytes), atMs }],
      messagesTotal: 1,
      sent: [],
      delayed: [],
      egress: [],
      state: [{ name: stateName, before: value(before), after: value(after) }],
      attempts: 1,
      startedMs: atMs,
      endedMs: nowMs,
      endpoint,
    };
    if (blocks.at(-1)?.records.length === blockRecordsMax || blocks.length === 0) {
      blocks.push({ sequence: journalSequence, ids: new Set(), records: [], bytes: 0 });
    }
    const block = blocks.at(-1);
    block?.records.push(record);
    block?.ids.add(id);
  }

  #writeBlocks(writes: Map<string, Uint8Array | undefined>, blocks: readonly Block[]): void {
    for (const block of blocks) {
      block.bytes = this.#into(writes, storeKey.journal(block.sequence), { kind: "journal", records: block.records });
      if (hasDirectory(block)) {
        const entries = [...block.ids].map((id) => hashOfText(entityPart(functionTypes.counter, id)));
        this.#into(writes, storeKey.directory(block.sequence), { kind: "directory", entries });
      } else for (const key of historyKeys(block)) this.#into(writes, key, { kind: "mark" });
      // From here on only the ids are needed, for trimming.
      block.records.length = 0;
      this.#journal.push(block);
      this.#journalBytes += block.bytes;
      this.liveBytes += liveBytesOf(block);
    }
  }

  #trim(writes: Map<string, Uint8Array | undefined>): void {
    for (; this.#journalBytes > this.#journalBytesMax; this.#journalFrom++) {
      const oldest = this.#journal[this.#journalFrom];
      if (oldest === undefined) return;
      writes.set(storeKey.journal(oldest.sequence), undefined);
      if (hasDirectory(oldest)) writes.set(storeKey.directory(oldest.sequence), undefined);
      else for (const key of historyKeys(oldest)) writes.set(key, undefined);
      this.#journalBytes -= oldest.bytes;
      this.liveBytes -= liveBytesOf(oldest);
    }
    if (this.#journalFrom > 10_000) {
      this.#journal = this.#journal.slice(this.#journalFrom);
      this.#journalFrom = 0;
    }
  }

  /**
   * Fills the bytes after the number with different content in each value, so that a store that compresses finds no more alike than in real
   * ones.
   */
  #unlike(bytes: Uint8Array): Buffer {
    const copy = Buffer.from(bytes);
    this.#noiseFrom = (this.#noiseFrom + 13) % (noise.length - copy.length);
    noise.copy(copy, numberBytes, this.#noiseFrom, this.#noiseFrom + copy.length - numberBytes);
    return copy;
  }

  #put(key: string, record: StoreRecord): { key: string; value: Uint8Array } {
    return { key, value: encodeRecord(this.#writer, record) };
  }

  #into(writes: Map<string, Uint8Array | undefined>, key: string, record: StoreRecord): number {
    const { value } = this.#put(key, record);
    writes.set(key, value);
    return value.length;
  }
}

function stateRecord(bytes: Uint8Array, nowMs: number): StoreRecord {
  return { kind: "state", value: { typename: valueType, bytes, writtenMs: nowMs, expiresMs: 0 } };
}

/** Decides as core/journal/journal-block.ts does for blocks of entities with lasting state. */
function hasDirectory(block: Block): boolean {
  return block.ids.size >= defaultLimits.journalDirectoryEntitiesMin;
}

function historyKeys(block: Block): string[] {
  return [...block.ids].map((id) => storeKey.history(entityPart(functionTypes.counter, id), block.sequence));
}

/** Counts the row of the block, and its directory or a history row for each entity in it. */
function liveBytesOf(block: Block): number {
  const directory = (): number => storeKey.directory(block.sequence).length + block.ids.size * entryBytes;
  const rows = (): number => historyKeys(block).reduce((sum, key) => sum + key.length, 0);
  return storeKey.journal(block.sequence).length + block.bytes + (hasDirectory(block) ? directory() : rows());
}
