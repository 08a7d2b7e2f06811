/**
 * StateAsOf: the values of one entity at a moment, out of its records on both sides of it. It reads forward: the first change after the
 * moment says what was there before it, so the cost does not grow with earlier history. Pure, so it works on the records of any runtime
 * (the engine, the memory runtime). Guarantee: values are exact as far as the journal knows them; everything else is marked.
 */
import type { JournalRecord, JournalValue } from "../model/journal-record.ts";
import type { StateSpec } from "../model/state-spec.ts";
import type { PresentValue, Records, StateAsOf, ValueAsOf } from "./past.ts";

export interface StateAsOfSources {
  readonly sequence: number;
  /** Records of this entity above the sequence, in rising order, as long as they belong to the era of the moment. */
  readonly after: Records;
  /** Records of this entity at or below the sequence, in falling order, without those that a restore had taken back by then. */
  readonly before: Records;
  /** Today's values; undefined when a restore lies between the moment and now. */
  readonly present: readonly PresentValue[] | undefined;
  /** States whose values can expire without a record, so that their writers must be found. */
  readonly expiring: readonly string[];
  readonly recordsMax: number;
}

export function expiringStates(specs: readonly StateSpec[]): string[] {
  return specs.filter(({ expiration }) => expiration.mode !== "none").map(({ name }) => name);
}

interface Written {
  readonly sequence: number;
  readonly after: JournalValue | undefined;
}

export async function foldStateAsOf(sources: StateAsOfSources): Promise<Extract<StateAsOf, { kind: "known" }>> {
  const { sequence, present, recordsMax } = sources;
  const next = await firstChanges(sources.after, recordsMax);
  const presentIsTrue = present !== undefined && next.ended;
  const names = new Set([...next.before.keys(), ...(presentIsTrue ? present.map(({ name }) => name) : [])]);
  const last = await lastChanges(sources.before, { names: new Set([...names, ...sources.expiring]), alone: presentIsTrue, recordsMax });
  const values: ValueAsOf[] = [];
  for (const name of new Set([...names, ...last.written.keys()])) {
    const writer = last.written.get(name);
    const value = valueOf(name, { next: next.before, present: presentIsTrue ? present : undefined, writer });
    if (value !== undefined) values.push(value);
  }
  values.sort((left, right) => (left.name < right.name ? -1 : 1));
  return { kind: "known", sequence, lastRecordMs: last.newestMs, values, complete: presentIsTrue };
}

interface Evidence {
  readonly next: ReadonlyMap<string, JournalValue | undefined>;
  readonly present: readonly PresentValue[] | undefined;
  readonly writer: Written | undefined;
}

function valueOf(name: string, { next, present, writer }: Evidence): ValueAsOf | undefined {
  const known = { name, writer: writer?.sequence };
  if (next.has(name)) {
    const value = next.get(name);
    return { ...known, value, evidence: "next-change", perhapsExpired: value === undefined ? writer?.after : undefined };
  }
  if (present !== undefined) {
    const value = present.find((one) => one.name === name)?.value;
    // A value that a function removed is not shown. One that is gone without a record expired at an unknown time.
    if (value === undefined && writer?.after === undefined) return undefined;
    return { ...known, value, evidence: "present", perhapsExpired: value === undefined ? writer?.after : undefined };
  }
  return writer?.after === undefined ? undefined : { ...known, value: writer.after, evidence: "last-change", perhapsExpired: undefined };
}

/** The value of each state before its first change. `ended`: no record was left unread. */
async function firstChanges(
  records: Records,
  recordsMax: number,
): Promise<{ readonly before: ReadonlyMap<string, JournalValue | undefined>; readonly ended: boolean }> {
  const before = new Map<string, JournalValue | undefined>();
  let read = 0;
  for await (const record of records) {
    if (++read > recordsMax) return { before, ended: false };
    for (const change of record.state) if (!before.has(change.name)) before.set(change.name, change.before);
  }
  return { before, ended: true };
}

/** Finds who wrote each value last. `alone`: only these names matter, so the search ends when each has its writer. */
async function lastChanges(
  records: Records,
  { names, alone, recordsMax }: { readonly names: ReadonlySet<string>; readonly alone: boolean; readonly recordsMax: number },
): Promise<{ readonly written: ReadonlyMap<string, Written>; readonly newestMs: number | undefined }> {
  const written = new Map<string, Written>();
  let newest: JournalRecord | undefined;
  let read = 0;
  for await (const record of records) {
    if (++read > recordsMax) break;
    newest ??= record;
    for (const { name, after } of record.state) if (!written.has(name)) written.set(name, { sequence: record.sequence, after });
    if (alone && [...names].every((name) => written.has(name))) break;
  }
  return { written, newestMs: newest?.endedMs };
}
