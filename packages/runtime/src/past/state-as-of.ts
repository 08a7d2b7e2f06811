/**
 * StateAsOf: the values of one entity at a moment, out of its records on both sides of it. Read forward: the first change after the moment
 * tells what was there before it, so the cost does not grow with what happened earlier. Pure: whoever has records can ask (the engine, a
 * memory runtime). Guarantee: a value is exact by what the journal tells; what it does not tell is marked.
 */
import type { JournalRecord, JournalValue } from "../model/journal-record.ts";
import type { StateSpec } from "../model/state-spec.ts";
import type { PresentValue, Records, StateAsOf, ValueAsOf } from "./past.ts";

export interface StateAsOfSources {
  readonly sequence: number;
  /** Upward, of this entity, above the sequence, as long as they belong to the era of the moment. */
  readonly after: Records;
  /** Downward, of this entity, at or below the sequence, without those that a restore had taken back by then. */
  readonly before: Records;
  /** Today's values, or undefined where a restore lies between the moment and now. */
  readonly present: readonly PresentValue[] | undefined;
  /** States whose values can be gone without a record: their writers are looked for. */
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
    // Removed by a function: there is nothing to show. Gone without a record: it expired, nobody knows when.
    if (value === undefined && writer?.after === undefined) return undefined;
    return { ...known, value, evidence: "present", perhapsExpired: value === undefined ? writer?.after : undefined };
  }
  return writer?.after === undefined ? undefined : { ...known, value: writer.after, evidence: "last-change", perhapsExpired: undefined };
}

/** What each value was before its first change. `ended`: no record was left unread. */
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

/** Who wrote each value last. `alone`: no other names than these are of interest, so the walk ends when each has its writer. */
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
