/**
 * PastQueries: what an entity was at a moment, and who made it so, out of one snapshot of the store: the journal of its partition, the rows
 * of today and the eras. The folds are in @signalbox/runtime; this file decides which records count: after the moment those of its era,
 * before it those that no restore had taken back by then.
 */
import {
  foldBlame,
  foldStateAsOf,
  foldWaitingAsOf,
  type Blame,
  type BlameQuery,
  type Moment,
  type PresentValue,
  type StateAsOf,
  type StateAsOfQuery,
} from "@signalbox/runtime";
import { partsRange, splitKey, storeKey } from "../../core/store/store-key.ts";
import { decodeRecord } from "../../core/store/store-record.ts";
import { journalMessage } from "../../core/journal/journal.ts";
import type { Address } from "@signalbox/runtime/model/address";
import { eraNumberOf, undoneBy, type Era } from "@signalbox/runtime/model/era";
import { homeOf } from "../../model/partition-place.ts";
import type { JournalMessage, JournalRecord } from "@signalbox/runtime/model/journal-record";
import type { Store, StoreReader } from "../../ports/store.ts";
import { readEras } from "../savepoints/journal-carry.ts";
import { historyBefore, historyFrom, lastRecordBy, recordAtOrBelow, recordsFrom } from "./journal-reader.ts";

export interface AsOfQuery extends StateAsOfQuery {
  readonly nowMs: number;
  readonly expiring: readonly string[];
  /** True when this is the only partition, so that no message comes from another one. */
  readonly inOrder: boolean;
}

/** How many rows of today's mailbox are looked at. */
const mailboxRowsMax = 1_000;
const mailboxBytesMax = 8 * 1024 * 1024;

export async function readStateAsOf(store: Pick<Store, "snapshot">, query: AsOfQuery): Promise<StateAsOf> {
  const snapshot = store.snapshot();
  try {
    return await stateAsOf(snapshot, query);
  } finally {
    await snapshot.close();
  }
}

async function stateAsOf(store: StoreReader, query: AsOfQuery): Promise<StateAsOf> {
  const { address, moment, recordsMax, nowMs, expiring, waitingMax } = query;
  const oldest = await oldestRecord(store);
  if (oldest === undefined) return { kind: "no-journal" };
  const eras = await readEras(store);
  const sequence = await sequenceOf(store, moment);
  if (sequence === undefined || sequence < oldest.sequence)
    return { kind: "beyond-reach", reachSequence: oldest.sequence, reachMs: oldest.endedMs };
  const number = eraOf(eras, { sequence, moment });
  const reach = reachOver(eras, { number, id: address.id });
  if (sequence < reach) return { kind: "beyond-reach", ...(await firstKept(store, reach, oldest)) };
  const next = eras.find((era) => era.number > number);
  const past = eras.filter((era) => era.number <= number);
  const inOrder = (partitionsThen(eras, number) ?? (query.inOrder ? 1 : 2)) === 1;
  const after = (): AsyncGenerator<JournalRecord> => below(historyFrom(store, address, sequence + 1), next?.firstSequence);
  const before = (): AsyncGenerator<JournalRecord> => counted(historyBefore(store, address, sequence + 1), past);
  const known = await foldStateAsOf({
    sequence,
    after: after(),
    before: before(),
    present: next === undefined ? await presentValues(store, address, nowMs) : undefined,
    expiring,
    recordsMax,
  });
  if (waitingMax === undefined) return known;
  const atMs = moment.kind === "time" ? moment.atMs : ((await recordAtOrBelow(store, sequence))?.endedMs ?? oldest.endedMs);
  const wasThere = (message: JournalMessage): boolean => (moment.kind === "time" ? message.atMs <= atMs : message.sequence <= sequence);
  const waiting = await foldWaitingAsOf({
    sequence,
    atMs,
    wasThere,
    after: after(),
    before: before(),
    ...(next === undefined ? await presentMailbox(store, { address, wasThere, inOrder }) : noMailbox),
    isSet: next === undefined ? ({ dueMs, sequence: own }) => store.get(storeKey.delayed(dueMs, own)) !== undefined : undefined,
    inOrder,
    recordsMax,
    listedMax: waitingMax,
  });
  return { ...known, waiting };
}

interface PresentMailbox {
  readonly present: readonly JournalMessage[] | undefined;
  readonly presentEnded: boolean;
}
const noMailbox: PresentMailbox = { present: undefined, presentEnded: false };

/** The messages of today's mailbox that waited at the moment already. */
async function presentMailbox(
  store: StoreReader,
  asked: { readonly address: Address; readonly wasThere: (message: JournalMessage) => boolean; readonly inOrder: boolean },
): Promise<PresentMailbox> {
  const { address, wasThere, inOrder } = asked;
  const present: JournalMessage[] = [];
  let rows = 0;
  let read = 0;
  for await (const [, bytes] of store.scan(partsRange("m", address.type, address.id))) {
    if (++rows > mailboxRowsMax || (read += bytes.length) > mailboxBytesMax) return { present, presentEnded: false };
    const message = journalMessage(decodeRecord.message(bytes, address), "full");
    if (wasThere(message)) present.push(message);
    else if (inOrder) break;
  }
  return { present, presentEnded: true };
}

export async function readBlame(store: Pick<Store, "snapshot">, { address, before, ...limits }: BlameQuery): Promise<Blame> {
  const snapshot = store.snapshot();
  try {
    const eras = await readEras(snapshot);
    const number = before === undefined ? Number.POSITIVE_INFINITY : eraNumberOf(eras, before - 1);
    const past = eras.filter((era) => era.number <= number);
    return await foldBlame(counted(historyBefore(snapshot, address, before), past), limits);
  } finally {
    await snapshot.close();
  }
}

async function oldestRecord(store: StoreReader): Promise<JournalRecord | undefined> {
  for await (const record of recordsFrom(store, 0)) return record;
  return undefined;
}

async function sequenceOf(store: StoreReader, moment: Moment): Promise<number | undefined> {
  return moment.kind === "sequence" ? moment.sequence : (await lastRecordBy(store, moment.atMs))?.sequence;
}

/** Between a restore and the first record of its era the newest record is of an earlier era, so there the time decides. */
function eraOf(eras: readonly Era[], { sequence, moment }: { readonly sequence: number; readonly moment: Moment }): number {
  const number = eraNumberOf(eras, sequence);
  if (moment.kind === "sequence") return number;
  return Math.max(number, eras.findLast((era) => era.beganMs <= moment.atMs)?.number ?? number);
}

/**
 * Restores onto another number of partitions joined journals that had been trimmed to different lengths: of an entity everything is there
 * from this sequence on. Infinity when the partition that it lived in had no record.
 */
export function reachOver(eras: readonly Era[], of: { readonly number: number; readonly id: string }): number {
  let reach = 0;
  for (const { number, firstSequencesBefore: firsts } of eras) {
    if (number <= of.number || firsts === undefined) continue;
    const first = firsts[homeOf(of.id, firsts.length)] ?? 0;
    reach = Math.max(reach, first === 0 ? Number.POSITIVE_INFINITY : first);
  }
  return reach;
}

/** How many partitions there were in the era; undefined: as many as today. */
function partitionsThen(eras: readonly Era[], number: number): number | undefined {
  return eras.find((era) => era.number > number && era.firstSequencesBefore !== undefined)?.firstSequencesBefore?.length;
}

async function firstKept(store: StoreReader, reach: number, oldest: JournalRecord): Promise<{ reachSequence: number; reachMs: number }> {
  if (reach === Number.POSITIVE_INFINITY) return { reachSequence: oldest.sequence, reachMs: oldest.endedMs };
  const kept = (await recordAtOrBelow(store, reach)) ?? oldest;
  return { reachSequence: reach, reachMs: kept.endedMs };
}

async function* below(records: AsyncIterable<JournalRecord>, end: number | undefined): AsyncGenerator<JournalRecord> {
  for await (const record of records) {
    if (end !== undefined && record.sequence >= end) return;
    yield record;
  }
}

async function* counted(records: AsyncIterable<JournalRecord>, eras: readonly Era[]): AsyncGenerator<JournalRecord> {
  for await (const record of records) if (undoneBy(eras, { sequence: record.sequence, id: record.address.id }) === undefined) yield record;
}

async function presentValues(store: StoreReader, address: Address, nowMs: number): Promise<PresentValue[]> {
  const values: PresentValue[] = [];
  for await (const [key, bytes] of store.scan(partsRange("s", address.type, address.id))) {
    const { typename, bytes: value, expiresMs } = decodeRecord.state(bytes);
    if (expiresMs !== 0 && expiresMs <= nowMs) continue;
    const name = splitKey(key)[3] ?? "";
    values.push({ name, value: { typename, sizeBytes: value.length, bytes: value }, expiresMs: expiresMs === 0 ? undefined : expiresMs });
  }
  return values;
}
