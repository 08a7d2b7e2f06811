/**
 * exportCase: writes the last messages of an entity's history as a test: the state before, the messages, and what came out. Pure.
 * Guarantee: the messages follow one another without a gap, and the comment says why it begins where it does.
 */
import type { AddressView, EntityDetail, JournalEntryView, ValueView } from "../../trpc/views.ts";
import { caseText, recordedWhen } from "../reproductions/case-text.ts";
import { addressText, isWhole, quoted, valueText } from "../traces/test-text.ts";
import { en, type ReproductionWords } from "../../words/reproduction/en.ts";

type BeginsWords = ReproductionWords["test"]["begins"];

export interface CaseParts {
  address: AddressView;
  /** The records, newest first, without a gap. */
  history: readonly JournalEntryView[];
  /** True when no record is older. */
  ended: boolean;
  /** The present state. */
  state: EntityDetail["state"];
  messagesMax: number;
}

export interface RecordedCase {
  /** The records, oldest first. */
  records: readonly JournalEntryView[];
  /** Says why no older record is included. */
  begins: (words: BeginsWords) => string;
}

/** Chooses the records of a history that can be replayed. What parked and was discarded changed nothing, and is left out. */
export function recordedCase({ history, ended, messagesMax }: Pick<CaseParts, "history" | "ended" | "messagesMax">): RecordedCase {
  const records: JournalEntryView[] = [];
  const from = (begins: RecordedCase["begins"]): RecordedCase => ({ records: records.toReversed(), begins });
  let told = 0;
  let isNewest = true;
  for (const record of history) {
    if (record.past !== null) return from(({ restore }) => restore);
    if (record.outcome === "act") {
      if (record.state.length > 0) return from(({ edit }) => edit(record.sequence));
      continue;
    }
    const isParkedNow = record.outcome === "parked" && isNewest;
    isNewest = false;
    if (record.outcome === "parked" && !isParkedNow) continue;
    if (record.messagesTotal > record.messages.length || record.messages.some(({ value }) => value.as === "absent"))
      return from(({ cut }) => cut(record.sequence));
    // A call is included whole, however many messages it had.
    if (told > 0 && told + record.messages.length > messagesMax) return from(({ many }) => many(record.sequence));
    told += record.messages.length;
    records.push(record);
  }
  return from(({ first, oldest }) => (ended ? first : oldest));
}

export function exportCase({ records, begins }: RecordedCase, { address, state }: Pick<CaseParts, "address" | "state">): string {
  const messages = records.flatMap((record) => record.messages);
  return caseText({
    about: [
      `${messages.length === 1 ? "One message" : `${messages.length} messages`} of ${address.type}/${address.id}, ${recordedWhen(messages)}. Exported by Signalbox; yours to change.`,
      begins(en.test.begins),
    ],
    name: `${address.type}/${address.id} as recorded`,
    address,
    before: stateBefore(records, state),
    calls: records.map((record) => record.messages),
    expected: expectedOf(records),
  });
}

/** Returns the state before: what the first change of a value found; a value that nothing changed is the one of today. */
export function stateBefore(records: readonly JournalEntryView[], state: CaseParts["state"]): { name: string; value: ValueView }[] {
  const before = new Map<string, ValueView | null>(state.map(({ name, value }) => [name, value]));
  for (const record of records.toReversed()) for (const change of record.state) before.set(change.name, change.before);
  return [...before]
    .flatMap(([name, value]) => (value === null ? [] : [{ name, value }]))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

function expectedOf(records: readonly JournalEntryView[]): string[] {
  const last = records.at(-1);
  // In the test the messages before the bad one may be called alone, and then they count.
  const isOneOfMany = last?.outcome === "parked" && last.messages.length > 1;
  const status = `  expect((await box.entity(entity)).status).toBe("${last?.outcome === "parked" ? "parked" : "idle"}");`;
  return isOneOfMany ? [status] : [status, ...stateLines(records), ...sentLines(records), ...egressLines(records)];
}

function stateLines(records: readonly JournalEntryView[]): string[] {
  const after = new Map<string, ValueView | null>();
  for (const { state } of records) for (const change of state) after.set(change.name, change.after);
  return [
    ...(after.size === 0 ? [] : [`  const state = await box.state(entity);`]),
    ...[...after].map(([name, value]) => {
      if (value === null) return `  expect(state).not.toHaveProperty(${quoted(name)});`;
      const told = `  expect(state[${quoted(name)}]).toEqual(box.value(${valueText(value)}));`;
      return isWhole(value) ? told : `  // Not asserted: ${quoted(name)}, whose value is not told.`;
    }),
  ];
}

/** Lists what was sent, in the order of each receiver. */
function sentLines(records: readonly JournalEntryView[]): string[] {
  const sent = records.flatMap((record) => record.sent);
  return [...Map.groupBy(sent, ({ target }) => `${target.type}/${target.id}`).values()].flatMap((messages) => {
    const [head] = messages;
    if (!messages.every(({ value }) => isWhole(value))) return [];
    const values = messages.map(({ value }) => `box.value(${valueText(value)})`);
    return head === undefined
      ? []
      : [`  expect((await box.sent(${addressText(head.target)})).map(({ value }) => value)).toEqual([${values.join(", ")}]);`];
  });
}

function egressLines(records: readonly JournalEntryView[]): string[] {
  const all = records.flatMap((record) => record.egress);
  return [...Map.groupBy(all, ({ egress }) => egress)].flatMap(([egress, put]) => {
    if (!put.every(({ value }) => isWhole(value))) return [];
    const values = put.map(({ value }) => `box.value(${valueText(value)})`);
    return `  expect((await box.egress(${quoted(egress)})).map(({ value }) => value)).toEqual([${values.join(", ")}]);`;
  });
}
