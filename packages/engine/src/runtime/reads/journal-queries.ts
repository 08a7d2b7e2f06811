/**
 * JournalQueries: entity history, the newest invocations, and traces; all are range scans of the journal (journal-reader.ts).
 * A trace is found by reading forward from its first message: what it causes always has a higher sequence. The read ends when nothing of
 * the trace is outstanding, so it touches only what ran meanwhile.
 */
import type { Address } from "@signalbox/runtime/model/address";
import { storeKey } from "../../core/store/store-key.ts";
import { EngineError } from "@signalbox/runtime/model/engine-error";
import { outlineOf, type JournalMessage, type JournalRecord, type RecordOutline } from "@signalbox/runtime/model/journal-record";
import type { Page, TraceSummary } from "@signalbox/runtime/model/views";
import type { Store } from "../../ports/store.ts";
import type { RecordsQuery } from "@signalbox/runtime/model/queries";
import { historyBefore } from "./journal-reader.ts";

const traceScanRecordsMax = 20_000;
/** A page of the trace list reads at most this many records, and looks this far past its end for what its traces still did. */
const traceListRecordsMax = 2_000;
const traceListOverlapRecords = 500;

export interface JournalQuery {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

function parseCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const sequence = Number(cursor);
  if (Number.isSafeInteger(sequence) && sequence >= 0) return sequence;
  throw new EngineError("INVALID_CURSOR", `"${cursor}" is not a cursor of the journal`, "Pass the cursor of the page before, or none.");
}

/** The records of one partition, or of several merged. */
export type JournalSource = (query: RecordsQuery) => AsyncIterable<JournalRecord>;

export async function readHistory(
  store: Pick<Store, "snapshot">,
  query: JournalQuery & { address: Address },
): Promise<Page<JournalRecord>> {
  const cursor = parseCursor(query.cursor);
  // Directories become segments meanwhile: rows of one moment tell of each block once.
  const snapshot = store.snapshot();
  try {
    return await page(historyBefore(snapshot, query.address, cursor), query.limit);
  } finally {
    await snapshot.close();
  }
}

export function readJournalPage(source: JournalSource, query: JournalQuery): Promise<Page<JournalRecord>> {
  return page(source({ kind: "before", sequence: parseCursor(query.cursor) }), query.limit);
}

export async function readOutlines(source: JournalSource, query: JournalQuery): Promise<Page<RecordOutline>> {
  const { items, cursor } = await readJournalPage(source, query);
  return { items: items.map(outlineOf), cursor };
}

async function page(records: AsyncIterable<JournalRecord>, limit: number): Promise<Page<JournalRecord>> {
  const items: JournalRecord[] = [];
  for await (const record of records) {
    items.push(record);
    if (items.length >= limit) break;
  }
  return { items, cursor: items.length < limit ? undefined : String(items.at(-1)?.sequence ?? 0) };
}

/** What of a trace has been sent and not yet consumed. */
class Outstanding {
  private readonly trace: number;
  private count = 1;
  /** When each delayed message that can be cancelled is due, by the key of its token in the store. */
  private readonly dueMs = new Map<string, number>();

  constructor(trace: number) {
    this.trace = trace;
  }

  /** Says whether the record is of the trace. One of another may cancel what the trace delayed. */
  take(record: JournalRecord): boolean {
    const consumed = record.messages.filter((message) => message.trace === this.trace).length;
    if (record.outcome.kind === "parked") return consumed > 0;
    if (consumed > 0) this.count += record.sent.filter((message) => message.trace === this.trace).length - consumed;
    for (const [index, delayed] of record.delayed.entries()) {
      const token = storeKey.token(record.address.id, delayed.cancellationToken);
      if (delayed.kind === "cancel") this.cancel(token, record.endedMs);
      else if (record.messages[record.causes?.delayed[index] ?? 0]?.trace === this.trace) {
        this.count++;
        if (delayed.cancellationToken !== "") this.dueMs.set(token, delayed.dueMs);
      }
    }
    return consumed > 0;
  }

  /** A token that comes too late cancels nothing: the message is under way under a number of its own, and is counted when it is consumed. */
  private cancel(token: string, atMs: number): void {
    const dueMs = this.dueMs.get(token);
    if (dueMs === undefined) return;
    this.dueMs.delete(token);
    if (atMs < dueMs) this.count--;
  }

  get done(): boolean {
    return this.count <= 0;
  }
}

/** The oldest that there is. */
export async function firstRecord(source: JournalSource): Promise<JournalRecord | undefined> {
  for await (const record of source({ kind: "from", sequence: 0 })) return record;
  return undefined;
}

export async function readTrace(
  source: JournalSource,
  trace: number,
  recordsMax: number,
): Promise<{ records: JournalRecord[]; complete: boolean }> {
  const outstanding = new Outstanding(trace);
  const records: JournalRecord[] = [];
  let read = 0;
  for await (const record of source({ kind: "from", sequence: trace })) {
    if (++read > traceScanRecordsMax || isOfAnother(record, trace)) break;
    if (outstanding.take(record)) records.push(record);
    if (outstanding.done) return { records, complete: true };
    if (records.length >= recordsMax) break;
  }
  return { records, complete: false };
}

/** That the number is a record's, or an effect's of another trace: no trace has it, and that takes no reading of thousands of records. */
function isOfAnother({ sequence, messages, sent, delayed, egress }: JournalRecord, number: number): boolean {
  if (sequence === number) return true;
  const isMessage = (message: JournalMessage): boolean => message.sequence === number && message.trace !== number;
  if (messages.some(isMessage) || sent.some(isMessage)) return true;
  return egress.some((one) => one.sequence === number) || delayed.some((one) => one.kind === "send-after" && one.sequence === number);
}

/**
 * Newest first, by their first message; one scan for the whole page, whatever the number of traces. A batch that began more traces than the
 * page may have is a page of its own, and larger.
 */
export async function readTraces(source: JournalSource, query: JournalQuery): Promise<Page<TraceSummary>> {
  const before = parseCursor(query.cursor);
  const window: JournalRecord[] = [];
  const roots: number[] = [];
  let ended = true;
  let next: number | undefined;
  for await (const record of source({ kind: "before", sequence: before })) {
    const begun = record.messages.filter((message) => message.sequence === message.trace).map(({ trace }) => trace);
    if (roots.length > 0 && roots.length + begun.length > query.limit) {
      // A batch that began several is the first of the next page: cut here, some of them would be on no page.
      next = record.sequence + 1;
      ended = false;
      break;
    }
    window.push(record);
    roots.push(...begun);
    if (roots.length >= query.limit || window.length >= traceListRecordsMax) {
      next = record.sequence;
      ended = false;
      break;
    }
  }
  window.reverse();
  if (before !== undefined) {
    let overlap = 0;
    for await (const record of source({ kind: "from", sequence: before })) {
      if (++overlap > traceListOverlapRecords) break;
      window.push(record);
    }
  }
  return { items: summarise(window, [...new Set(roots)]), cursor: ended ? undefined : String(next) };
}

function summarise(window: readonly JournalRecord[], roots: readonly number[]): TraceSummary[] {
  const found = new Map<number, { readonly outstanding: Outstanding; readonly records: JournalRecord[] }>();
  for (const trace of roots) found.set(trace, { outstanding: new Outstanding(trace), records: [] });
  for (const record of window) {
    const cancels = record.delayed.some(({ kind }) => kind === "cancel");
    for (const trace of cancels ? found.keys() : new Set(record.messages.map((message) => message.trace))) {
      const entry = found.get(trace);
      if (entry === undefined || entry.outstanding.done) continue;
      if (entry.outstanding.take(record)) entry.records.push(record);
    }
  }
  return [...found].map(([trace, { outstanding, records }]) => ({ trace, records, complete: outstanding.done }));
}
