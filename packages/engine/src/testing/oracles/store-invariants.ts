/**
 * StoreInvariants: what must hold of a store, both alone (what a crash leaves) and under the epochs in memory (what the engine would read).
 * Each row agrees with the others: counts with rows, tokens with delayed messages, journal bytes with the journal (G2, G4).
 */
import type { Entity } from "../../core/tables/entity.ts";
import { hashOfKeyPart, namedAt, namedIn } from "../../core/journal/journal-block.ts";
import { placeInSegments } from "../../core/journal/journal-segment.ts";
import type { PartitionState } from "../../core/partition-state.ts";
import { decodeSequence, entityPart, entityPartOfMessage, metaKey, splitKey, storeKey } from "../../core/store/store-key.ts";
import { storeFormatVersionWithSums } from "../../core/store/store-format.ts";
import { decodeRecord, type EntityRecord, type MetaRecord } from "../../core/store/store-record.ts";
import { formatAddress, type Address } from "@signalbox/runtime/model/address";
import { entrySequence } from "../../model/outbox-entry.ts";
import type { MemoryStore } from "../../adapters/store-memory.ts";
import type { StoreReader } from "../../ports/store.ts";
import { equal } from "./invariants.ts";
import { must } from "../sim/trace.ts";

const everything = { gte: "", lt: "\u{10FFFF}" };

type Rows = Map<string, Uint8Array>;

async function readAll(store: StoreReader): Promise<Rows> {
  if (isInMemory(store)) return new Map(store.rows());
  const rows: Rows = new Map();
  for await (const [key, value] of store.scan(everything)) rows.set(key, value);
  return rows;
}

function isInMemory(store: StoreReader): store is MemoryStore {
  return "rows" in store;
}

/** Most rows have not changed since the last look, so each value is decoded once. */
function once<T>(tell: (value: Uint8Array) => T): (value: Uint8Array) => T {
  const known = new WeakMap<Uint8Array, { readonly told: T }>();
  return (value) => {
    const found = known.get(value);
    if (found !== undefined) return found.told;
    const told = tell(value);
    known.set(value, { told });
    return told;
  };
}

const decoded = {
  journal: once(decodeRecord.journal),
  directory: once(decodeRecord.directory),
  segment: once(decodeRecord.segment),
  postings: once(decodeRecord.postings),
  specs: once(decodeRecord.specs),
};

/** What a restart would find. */
export async function checkStore(store: StoreReader): Promise<void> {
  const rows = await readAll(store);
  const metaBytes = rows.get(metaKey);
  if (metaBytes === undefined) {
    must(rows.size === 0, () => `the store holds ${rows.size} rows and no meta row`);
    return;
  }
  const meta = decodeRecord.meta(metaBytes);
  const depths = new Map<string, number>();
  const records = new Map<string, number>();
  const waiting = new Map<string, number>();
  const sums = new Map<string, number>();
  const mailboxes = new Map<string, number>();
  const statuses = new Map<string, number>();
  let delayed = 0;
  let journalBytes = 0;
  for (const [key, value] of rows) {
    const parts = splitKey(key);
    const [table, first = ""] = parts;
    if (table === "t") delayed++;
    else if (table === "j") journalBytes += value.length;
    else if (table === "o") records.set(first, (records.get(first) ?? 0) + 1);
    else if (table === "m") {
      waiting.set(first, (waiting.get(first) ?? 0) + 1);
      mailboxes.set(entityPartOfMessage(key), (mailboxes.get(entityPartOfMessage(key)) ?? 0) + 1);
    } else if (table === "w") sums.set(first, decodeRecord.waiting(value));
    else if (table === "e") statuses.set(key.slice(2), decodeRecord.entity(value).messages);
    else if (table === "g") depths.set(first, decodeRecord.egressDepth(value));
    checkRow(rows, { key, parts, value, meta });
  }
  equal(() => "delayed messages on disk", meta.delayedMessages, delayed);
  equal(() => "journal bytes on disk", meta.journalBytes, journalBytes);
  if (meta.formatVersion >= storeFormatVersionWithSums) {
    for (const type of new Set([...waiting.keys(), ...sums.keys()]))
      equal(() => `messages of ${type} on disk`, sums.get(type) ?? 0, waiting.get(type) ?? 0);
    for (const [entity, messages] of statuses) equal(() => `messages of ${entity} on disk`, messages, mailboxes.get(entity) ?? 0);
  }
  for (const [egress, depth] of depths) equal(() => `records of egress ${egress} on disk`, depth, records.get(egress) ?? 0);
  for (const egress of records.keys()) must(depths.has(egress), () => `egress ${egress} has records on disk and no depth`);
}

function checkRow(rows: Rows, row: { key: string; parts: readonly string[]; value: Uint8Array; meta: MetaRecord }): void {
  const { key, parts, value, meta } = row;
  const below = (sequence: number): void =>
    must(sequence < meta.nextSequence, () => `sequence ${sequence} is on disk, the next one is ${meta.nextSequence}`);
  switch (parts[0]) {
    case "t": {
      const delayed = decodeRecord.delayed(value);
      below(delayed.sequence);
      if (delayed.cancellationToken === "") return;
      must(
        rows.has(storeKey.token(delayed.caller.id, delayed.cancellationToken)),
        () => `delayed message ${delayed.sequence} has lost its token`,
      );
      return;
    }
    case "k": {
      const token = decodeRecord.token(value);
      must(
        rows.has(storeKey.delayed(token.dueMs, token.sequence)),
        () => `token ${parts[2]} of ${parts[1]} names delayed message ${token.sequence}, which is gone`,
      );
      return;
    }
    case "m":
      return below(decodeRecord.message(value, { type: parts[1] ?? "", id: parts[2] ?? "" }).sequence);
    case "n":
      return below(entrySequence(decodeRecord.outboxEntry(value)));
    case "o":
      return below(decodeRecord.egressRecord(value).sequence);
    case "j": {
      let last = -1;
      for (const record of decoded.journal(value)) {
        below(record.sequence);
        must(record.sequence > last, () => `journal record ${record.sequence} comes after ${last} in its block`);
        if (last < 0)
          must(storeKey.journal(record.sequence) === key, () => `a journal block begins with ${record.sequence}, not with its key`);
        last = record.sequence;
        must(
          isInHistory(rows, record.address, decodeSequence(parts[1] ?? "")),
          () => `the block of journal record ${record.sequence} is missing in the history of ${formatAddress(record.address)}`,
        );
      }
      return;
    }
    case "h":
      return must(rows.has(storeKey.journal(decodeSequence(parts[3] ?? ""))), () => `history row ${parts.join(" ")} has lost its block`);
    case "d":
      return checkDirectoryRow(rows, { sequence: decodeSequence(parts[1] ?? ""), value });
    case "l":
    case "q":
      return checkSegmentRow(rows, { parts, value });
    case "s": {
      const specs = rows.get(storeKey.specs(parts[1] ?? ""));
      must(
        specs !== undefined && decoded.specs(specs).some((spec) => spec.name === parts[3]),
        () => `state ${parts.join(" ")} was never registered`,
      );
      return;
    }
    default:
      return;
  }
}

/** A directory exists as long as its block, and each entity that it names has a row in its history. */
function checkDirectoryRow(rows: Rows, { sequence, value }: { sequence: number; value: Uint8Array }): void {
  const block = rows.get(storeKey.journal(sequence));
  must(block !== undefined, () => `directory ${sequence} has lost its block`);
  for (const { type, id } of namedIn(decoded.journal(block), decoded.directory(value)))
    must(rows.has(storeKey.history(entityPart(type, id), sequence)), () => `directory ${sequence} names ${type}/${id}`);
}

/** A segment exists as long as its last block, with a row for each of its buckets and no other row. */
function checkSegmentRow(rows: Rows, { parts, value }: { parts: readonly string[]; value: Uint8Array }): void {
  const [table, first = "", second = ""] = parts;
  const last = decodeSequence(table === "l" ? first : second);
  must(rows.has(storeKey.journal(last)), () => `segment ${last} of the journal has lost its block`);
  const row = rows.get(storeKey.segment(last));
  must(row !== undefined, () => `postings of segment ${last} have lost it`);
  const { blocks, buckets } = decoded.segment(row);
  if (table === "q") return must(buckets.includes(decodeSequence(first)), () => `segment ${last} does not know its bucket ${first}`);
  equal(() => `the last block of segment ${last}`, decoded.segment(value).blocks.at(-1)?.sequence ?? -1, last);
  for (const bucket of buckets)
    must(rows.has(storeKey.postings(bucket, last)), () => `segment ${last} of the journal has lost its bucket ${bucket}`);
  for (const { sequence, named } of blocks) {
    must(!rows.has(storeKey.directory(sequence)), () => `block ${sequence} is in segment ${last} and has a directory too`);
    const block = rows.get(storeKey.journal(sequence));
    for (const { type, id } of block === undefined ? [] : namedAt(decoded.journal(block), named))
      must(rows.has(storeKey.history(entityPart(type, id), sequence)), () => `segment ${last} names ${type}/${id}`);
  }
}

interface BlockInSegment {
  readonly last: number;
  readonly place: number;
}

/** The blocks of the store that was read last, kept because each record asks for them. */
const segmentsOf = new WeakMap<Rows, ReadonlyMap<number, BlockInSegment>>();

function blocksInSegments(rows: Rows): ReadonlyMap<number, BlockInSegment> {
  const known = segmentsOf.get(rows);
  if (known !== undefined) return known;
  const blocks = new Map<number, BlockInSegment>();
  for (const [key, value] of rows) {
    if (!key.startsWith("l\u0000")) continue;
    const last = decodeSequence(splitKey(key)[1] ?? "");
    for (const [place, { sequence }] of decoded.segment(value).blocks.entries()) blocks.set(sequence, { last, place });
  }
  segmentsOf.set(rows, blocks);
  return blocks;
}

function isInSegment(rows: Rows, keyPart: string, block: number): boolean {
  const at = blocksInSegments(rows).get(block);
  if (at === undefined) return false;
  const { bucket, rest } = placeInSegments(keyPart);
  const postings = rows.get(storeKey.postings(bucket, at.last));
  return postings !== undefined && decoded.postings(postings).some((posting) => posting.block === at.place && posting.rest === rest);
}

function isInHistory(rows: Rows, { type, id }: Address, block: number): boolean {
  const keyPart = entityPart(type, id);
  if (rows.has(storeKey.history(keyPart, block))) return true;
  const directory = rows.get(storeKey.directory(block));
  if (directory === undefined) return isInSegment(rows, keyPart, block);
  return decoded.directory(directory).some((entry) => entry >>> 1 === hashOfKeyPart(keyPart) >>> 1);
}

/** Memory and disk agree: the store, read through the sealed and the open epoch, is compared with the tables in memory. */
export async function checkAgreement(store: StoreReader, state: PartitionState): Promise<void> {
  const rows = await readAll(store);
  const seen = new Set<string>(rows.keys());
  for (const { writes } of state.epochs.sealed) for (const [key, record] of writes.records) mark(seen, key, record !== undefined);
  for (const [key, record] of state.epochs.writes.records) mark(seen, key, record !== undefined);
  const counts = new Map<string, number>();
  const firstWaiting = new Map<string, string>();
  const waiting = new Map<string, number>();
  for (const key of seen) {
    const parts = splitKey(key);
    const group =
      parts[0] === "n"
        ? `n ${decodeSequence(parts[1] ?? "")}`
        : parts[0] === "m"
          ? `m ${parts[1]}/${parts[2]}`
          : parts[0] === "o"
            ? `o ${parts[1]}`
            : (parts[0] ?? "");
    counts.set(group, (counts.get(group) ?? 0) + 1);
    if (parts[0] !== "m") continue;
    const type = parts[1] ?? "";
    waiting.set(type, (waiting.get(type) ?? 0) + 1);
    const first = firstWaiting.get(group);
    if (first === undefined || key < first) firstWaiting.set(group, key);
  }
  equal(() => "delayed messages", state.timers.waiting, counts.get("t") ?? 0);
  for (const type of state.entities.types.values()) for (const entity of state.entities.ofType(type.name)) checkStatus(seen, entity);
  for (const key of seen) {
    const [table, type = "", id = ""] = splitKey(key);
    must(
      table !== "e" || state.entities.find({ type, id }) !== undefined,
      () => `G4: ${type}/${id} is paused or parked on disk and unknown in memory`,
    );
  }
  for (const link of state.links.outgoing.values())
    equal(() => `outbox entries for ${link.to}`, link.depth, counts.get(`n ${link.to}`) ?? 0);
  for (const [egress, waiting] of state.egress.waiting) equal(() => `records of egress ${egress}`, waiting, counts.get(`o ${egress}`) ?? 0);
  for (const type of state.entities.types.values()) {
    let inMemory = 0;
    for (const entity of state.entities.ofType(type.name)) {
      const group = `m ${formatAddress(entity.address)}`;
      equal(() => `mailbox of ${formatAddress(entity.address)}`, entity.mailbox.depth, counts.get(group) ?? 0);
      inMemory += entity.mailbox.depth;
      const head = entity.mailbox.at(0);
      if (head !== undefined)
        must(
          firstWaiting.get(group) === storeKey.message(entity.keyPart, head.sequence),
          () => `G5: ${formatAddress(entity.address)} has message ${head.sequence} first, on disk it is another`,
        );
      for (const name of entity.values?.keys() ?? [])
        must(seen.has(storeKey.state(entity.keyPart, name)), () => `value ${name} of ${formatAddress(entity.address)} is in memory only`);
    }
    equal(() => `messages of ${type.name} on disk only`, type.coldRows, (waiting.get(type.name) ?? 0) - inMemory);
    waiting.delete(type.name);
  }
  for (const [type, messages] of waiting) must(messages === 0, () => `${messages} messages wait on disk for ${type}, which is not known`);
}

function checkStatus(seen: ReadonlySet<string>, entity: Entity): void {
  const waits = entity.pauseWanted || entity.status === "paused" || entity.status === "parked";
  const onDisk = seen.has(storeKey.entity(entity.keyPart));
  must(waits === onDisk, () => {
    const name = formatAddress(entity.address);
    return `G4: ${name} is ${entity.status}, on disk it is ${onDisk ? "" : "not "}paused or parked`;
  });
}

function mark(seen: Set<string>, key: string, present: boolean): void {
  if (present) seen.add(key);
  else seen.delete(key);
}

/** Paused and parked entities as a restart would find them. */
export function entityRecordOf(store: StoreReader, address: { type: string; id: string }): EntityRecord | undefined {
  const bytes = store.get(storeKey.entity(entityPart(address.type, address.id)));
  return bytes === undefined ? undefined : decodeRecord.entity(bytes);
}
