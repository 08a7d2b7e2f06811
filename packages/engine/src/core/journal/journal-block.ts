/**
 * JournalBlock: journal records of one epoch that share a row, named by the first of them: a row costs more than what most of them hold.
 * Closing an epoch (commit.ts) writes which entities its blocks tell of: few get a row in their history each, many share one directory.
 * Neighbours: journal.ts fills the blocks, runtime/reads/journal-reader.ts finds an entity's again, runtime/processor/housekeeper.ts trims
 * them.
 */
import { hashOfText } from "@signalbox/runtime/model/hash-of-text";
import { invariant } from "../../model/invariant.ts";
import type { Address } from "@signalbox/runtime/model/address";
import type { JournalRecord } from "@signalbox/runtime/model/journal-record";
import type { Entity } from "../tables/entity.ts";
import { coverageMark } from "../coverage-mark.ts";
import { entityPart, storeKey } from "../store/store-key.ts";
import type { JournalBlock, WriteSet } from "../tables/write-set.ts";

const blockRecordsMax = 64;
const blockBytesMax = 64 * 1024;
const recordOverheadBytes = 128;
/** The lowest bit of a directory entry: the entity also has a row in its history. The other bits are its hash. */
const named = 1;

export function takeIntoBlock(writes: WriteSet, entity: Entity, record: JournalRecord): void {
  const block = blockFor(writes, record);
  block.records.push(record);
  // The list of entities finds those with state by their state rows, and calls while their answers are kept. Any other without state is known by its history alone.
  if (!entity.type.isCall && !hasLastingState(entity)) block.entities.set(entity.keyPart, true);
  else if (!block.entities.has(entity.keyPart)) block.entities.set(entity.keyPart, false);
}

function blockFor(writes: WriteSet, record: JournalRecord): JournalBlock {
  const bytes = recordOverheadBytes + valueBytes(record);
  let block = writes.journalBlocks.at(-1);
  if (block === undefined || block.records.length >= blockRecordsMax || block.bytes + bytes > blockBytesMax) {
    block = { sequence: record.sequence, records: [], entities: new Map(), bytes: 0 };
    writes.journalBlocks.push(block);
    writes.put(storeKey.journal(block.sequence), { kind: "journal", records: block.records }, 0);
  }
  block.bytes += bytes;
  writes.bytes += bytes;
  return block;
}

/** Whether the entity has state that does not expire: only an invocation or an operator action removes it, and the journal tells of both. */
function hasLastingState(entity: Entity): boolean {
  if (entity.values === undefined) return false;
  for (const value of entity.values.values()) if (value.expiresMs === 0) return true;
  return false;
}

function valueBytes(record: JournalRecord): number {
  let sum = 0;
  for (const { value } of record.messages) sum += value.bytes?.length ?? 0;
  for (const { value } of record.sent) sum += value.bytes?.length ?? 0;
  for (const { value } of record.egress) sum += value.bytes?.length ?? 0;
  for (const one of record.delayed) if (one.kind === "send-after") sum += one.value.bytes?.length ?? 0;
  for (const { before, after } of record.state) sum += (before?.bytes?.length ?? 0) + (after?.bytes?.length ?? 0);
  return sum;
}

/** Called once, when the epoch is sealed. */
export function closeBlocks(writes: WriteSet, directoryEntitiesMin: number): void {
  for (const { sequence, entities } of writes.journalBlocks) {
    const many = entities.size >= directoryEntitiesMin;
    for (const [keyPart, isNamed] of entities) {
      if (isNamed || !many) writes.put(storeKey.history(keyPart, sequence), { kind: "mark" }, 0);
    }
    if (!many) continue;
    coverageMark("journal-directory");
    const entries = [...entities].map(([keyPart, isNamed]) => (hashOfKeyPart(keyPart) | (isNamed ? named : 0)) >>> 0);
    writes.put(storeKey.directory(sequence), { kind: "directory", entries }, 0);
  }
}

export function isNamed(entry: number): boolean {
  return (entry & named) !== 0;
}

/** The hash as it is in an entry, without the lowest bit. */
export function hashOfKeyPart(keyPart: string): number {
  return (hashOfText(keyPart) & ~named) >>> 0;
}

/**
 * Whether a block may tell of an entity with this hash, by the bytes of its directory; one "yes" in two thousand millions is wrong.
 * Compares bytes and decodes no list, because a history looks through the directories of hundreds of blocks.
 */
export function mayTellOf(directory: Uint8Array, hash: number): boolean {
  for (let at = 0; at < directory.length; at += 4) {
    const isLow = ((directory[at] ?? 0) & ~named) === (hash & 0xff);
    if (!isLow || directory[at + 1] !== ((hash >>> 8) & 0xff)) continue;
    if (directory[at + 2] === ((hash >>> 16) & 0xff) && directory[at + 3] === hash >>> 24) return true;
  }
  return false;
}

/** The entities in whose histories a block has a row; `entries` is its directory, if it has one. */
export function namedIn(records: readonly JournalRecord[], entries: readonly number[] | undefined): Address[] {
  const all = entitiesOf(records);
  if (entries === undefined) return all;
  invariant(all.length === entries.length, "a directory has one entry for each entity of its block");
  return all.filter((_, index) => isNamed(entries[index] ?? 0));
}

/** The same for a block whose directory is in a segment, which keeps the places of these entities. */
export function namedAt(records: readonly JournalRecord[], places: readonly number[]): Address[] {
  const all = entitiesOf(records);
  return places.map((place) => {
    const address = all[place];
    invariant(address !== undefined, "a segment names entities of its blocks alone");
    return address;
  });
}

/** The entities of the records, each once, in the order in which they come. */
function entitiesOf(records: readonly JournalRecord[]): Address[] {
  const addresses = new Map<string, Address>();
  for (const { address } of records) addresses.set(entityPart(address.type, address.id), address);
  return [...addresses.values()];
}
