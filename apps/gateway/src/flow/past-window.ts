/**
 * PastWindow: the records of a piece of time, out of a journal that is asked by number: the moment is found by halves (times rise with
 * numbers, but for steps of the clock), then the pages before it are read. Reads at most recordsReadMax records and says how far it came.
 */
import { ifAble, type Engine, type JournalRecord } from "@signalbox/runtime";

type Moments = Pick<Engine, "journalOutlines" | "journalReach" | "nextSequence">;
type Past = Moments & Pick<Engine, "journal">;

/** The place of a moment in the journal. */
type Place = Pick<JournalRecord, "sequence" | "endedMs">;

const pageRecords = 250;
export const recordsReadMax = 10_000;

export interface PastWindowQuery {
  readonly fromMs: number;
  readonly toMs: number;
  /** "" for all. */
  readonly type: string;
  readonly only: "all" | "failed";
  readonly order: "newest" | "oldest";
  readonly limit: number;
  readonly signal: AbortSignal;
  /** Says where a moment is; when absent, it is found in what is read. */
  readonly moments?: Moments;
}

export interface PastWindow {
  readonly records: JournalRecord[];
  readonly read: number;
  readonly complete: boolean;
  /** Where reading stopped; null at the end of the range or of the journal. */
  readonly readToMs: number | null;
}

/** The last record that had ended by then. */
export async function momentOf(engine: Moments, atMs: number): Promise<Place | undefined> {
  const oldest = await ifAble(() => engine.journalReach(), undefined);
  if (oldest === undefined || oldest.endedMs > atMs) return undefined;
  let best: Place = oldest;
  let low = oldest.sequence;
  let high = engine.nextSequence();
  // Every record with a number below `low` had ended; none from `high` on had. A page holds what is below its cursor.
  while (low < high) {
    const middle = low + Math.ceil((high - low) / 2);
    const [record] = (await engine.journalOutlines({ cursor: String(middle), limit: 1 })).items;
    if (record === undefined || record.sequence <= best.sequence) {
      low = middle;
    } else if (record.endedMs <= atMs) {
      best = record;
      low = middle;
    } else high = Math.max(low, record.sequence);
  }
  return best;
}

export async function recordsWithin(engine: Past, query: PastWindowQuery): Promise<PastWindow> {
  const last = await momentOf(query.moments ?? engine, query.toMs);
  if (last === undefined) return { records: [], read: 0, complete: true, readToMs: null };
  return query.order === "newest" ? downward(engine, last, query) : upward(engine, last, query);
}

async function downward(engine: Past, last: Place, query: PastWindowQuery): Promise<PastWindow> {
  const records: JournalRecord[] = [];
  let read = 0;
  let cursor: string | undefined = String(last.sequence + 1);
  while (cursor !== undefined && !query.signal.aborted) {
    const page: Awaited<ReturnType<Past["journal"]>> = await engine.journal({ cursor, limit: pageRecords });
    for (const record of page.items) {
      if (record.endedMs < query.fromMs) return { records, read, complete: true, readToMs: null };
      read += 1;
      if (fits(record, query)) records.push(record);
      if (records.length >= query.limit || read >= recordsReadMax) return { records, read, complete: false, readToMs: record.endedMs };
    }
    cursor = page.cursor;
  }
  return { records, read, complete: cursor === undefined, readToMs: null };
}

/** Pages are read downwards: it begins at the moment before the range and takes ever larger steps up. */
async function upward(engine: Past, last: Place, query: PastWindowQuery): Promise<PastWindow> {
  const before = await momentOf(query.moments ?? engine, query.fromMs - 1);
  const records: JournalRecord[] = [];
  let read = 0;
  let low = before === undefined ? -1 : before.sequence;
  for (let step = 64; low < last.sequence && !query.signal.aborted; step = Math.min(step * 2, 4_096)) {
    const high = Math.min(low + step, last.sequence);
    for (const record of await between(engine, low, high)) {
      read += 1;
      if (fits(record, query)) records.push(record);
      if (records.length >= query.limit || read >= recordsReadMax) return { records, read, complete: false, readToMs: record.endedMs };
    }
    low = high;
  }
  return { records, read, complete: low >= last.sequence, readToMs: null };
}

/** Returns the oldest first, above `low` and up to `high`. */
async function between(engine: Past, low: number, high: number): Promise<JournalRecord[]> {
  const found: JournalRecord[] = [];
  let cursor: string | undefined = String(high + 1);
  while (cursor !== undefined) {
    const page: Awaited<ReturnType<Past["journal"]>> = await engine.journal({ cursor, limit: pageRecords });
    for (const record of page.items) {
      if (record.sequence <= low) return found.reverse();
      found.push(record);
    }
    cursor = page.cursor;
  }
  return found.reverse();
}

function fits(record: JournalRecord, { fromMs, toMs, type, only }: PastWindowQuery): boolean {
  if (record.endedMs < fromMs || record.endedMs > toMs) return false;
  if (type !== "" && record.address.type !== type) return false;
  return only === "all" || record.outcome.kind === "parked";
}
