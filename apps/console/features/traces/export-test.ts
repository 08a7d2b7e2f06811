/**
 * exportTest: a trace as a vitest case for @signalbox/testing: the state before, the message that came from outside, and what came out. Values are
 * written as text where that is all of them, else as base64. Pure.
 * Guarantee: it says what it cannot assert (entities that other traces changed meanwhile, actions of people) instead of asserting it.
 */
import { duration } from "../../format/times.ts";
import type { AddressView, JournalEntryView, MessageView, ValueView } from "../../trpc/views.ts";
import { causalTree, sameAddress } from "./causal-tree.ts";
import { addressText, importLines, key, quoted, valueText } from "./test-text.ts";

export interface StateBefore {
  address: AddressView;
  values: readonly { name: string; value: ValueView }[];
  /** False: the journal does not tell all of it. */
  complete: boolean;
}

export interface TestParts {
  trace: number;
  records: readonly JournalEntryView[];
  first: MessageView;
  before: readonly StateBefore[];
}

interface Followed {
  address: AddressView;
  records: readonly JournalEntryView[];
  /** Why what it holds at the end cannot be asserted. */
  disturbed: string | null;
}

export function exportTest({ trace, records, first, before }: TestParts): string {
  const sorted = records.toSorted((left, right) => left.sequence - right.sequence);
  const followed = followedBy(trace, sorted, before);
  const last = causalTree(trace, sorted).items.reduce(
    (latest, item) => (item.kind === "delayed" && item.fate === "fired" ? Math.max(latest, item.delayed.dueMs ?? 0) : latest),
    0,
  );
  const startMs = first.atMs;
  const given = before.filter(({ values }) => values.length > 0);
  return [
    `/**`,
    ` * Trace #${trace}, recorded ${new Date(startMs).toISOString()}: ${sorted.length === 1 ? "one invocation" : `${sorted.length} invocations`}. Exported by Signalbox; yours to change.`,
    ...notesOf(followed, before).map((note) => ` * ${note}`),
    ` */`,
    ...importLines("The functions that are tested: every type that the trace went through."),
    `test(${quoted(`${first.value.typename} for ${first.target.type}/${first.target.id}`)}, async () => {`,
    `  await using box = await testbox(entities, {`,
    `    startMs: ${startMs},`,
    ...(given.length === 0 ? [] : [`    given: [`, ...given.map(givenLine), `    ],`]),
    `  });`,
    `  await box.send({ target: ${addressText(first.target)}, value: ${valueText(first.value)} });`,
    ...(last > startMs
      ? [`  // Delayed messages came ${duration(last - startMs)} after it.`, `  await box.advance("${last - startMs}ms");`]
      : [`  await box.settle();`]),
    ...followed.flatMap((each) => stateLines(each)),
    ...sentLines(sorted, followed),
    ...egressLines(sorted),
    `});`,
    ``,
  ].join("\n");
}

function followedBy(trace: number, sorted: readonly JournalEntryView[], before: readonly StateBefore[]): Followed[] {
  const byEntity = Map.groupBy(sorted, ({ address }) => `${address.type}/${address.id}`);
  return [...byEntity.values()].flatMap((own) => {
    const [head] = own;
    if (head === undefined) return [];
    const known = before.find(({ address }) => sameAddress(address, head.address));
    return [{ address: head.address, records: own, disturbed: disturbance(trace, own, known) }];
  });
}

function disturbance(trace: number, own: readonly JournalEntryView[], known: StateBefore | undefined): string | null {
  if (own.some((record) => record.messages.some((message) => message.trace !== trace) || record.messagesTotal > record.messages.length))
    return "messages of other traces were in the same call";
  if (own.some(({ outcome }) => outcome === "act")) return "a person acted on it";
  if (known === undefined || !known.complete) return "the journal does not tell all of its state before";
  const state = new Map(known.values.map(({ name, value }) => [name, value.base64]));
  for (const { state: changes } of own)
    for (const { name, before, after } of changes) {
      if ((before?.base64 ?? null) !== (state.get(name) ?? null)) return "another trace changed it in between";
      if (after === null) state.delete(name);
      else state.set(name, after.base64);
    }
  return null;
}

function notesOf(followed: readonly Followed[], before: readonly StateBefore[]): string[] {
  const open = followed.filter(({ disturbed }) => disturbed !== null);
  const incomplete = before.filter(({ complete }) => !complete);
  return [
    ...open.map(({ address, disturbed }) => `Not asserted: ${address.type}/${address.id}, because ${disturbed ?? ""}.`),
    ...incomplete.map(
      ({ address }) => `The state of ${address.type}/${address.id} before may have had values that the journal does not tell of.`,
    ),
  ];
}

function givenLine({ address, values }: StateBefore): string {
  const state = values.map(({ name, value }) => `${key(name)}: ${valueText(value)}`).join(", ");
  return `      { of: ${addressText(address)}, state: { ${state} } },`;
}

function stateLines({ address, records, disturbed }: Followed): string[] {
  if (disturbed !== null) return [];
  const after = new Map<string, ValueView | null>();
  for (const { state } of records) for (const change of state) after.set(change.name, change.after);
  const parked = records.at(-1)?.outcome === "parked";
  return [
    ...(parked ? [`  expect((await box.entity(${addressText(address)})).status).toBe("parked");`] : []),
    ...(after.size === 0 ? [] : [`  const ${variable(address)} = await box.state(${addressText(address)});`]),
    ...[...after].map(([name, value]) =>
      value === null
        ? `  expect(${variable(address)}).not.toHaveProperty(${quoted(name)});`
        : `  expect(${variable(address)}[${quoted(name)}]).toEqual(box.value(${valueText(value)}));`,
    ),
  ];
}

/** In the order of each receiver: the order among receivers is nobody's promise. */
function sentLines(sorted: readonly JournalEntryView[], followed: readonly Followed[]): string[] {
  const calm = new Set(followed.filter(({ disturbed }) => disturbed === null).map(({ address }) => `${address.type}/${address.id}`));
  const sent = sorted.filter(({ address }) => calm.has(`${address.type}/${address.id}`)).flatMap((record) => record.sent);
  const disturbed = sorted.filter(({ address }) => !calm.has(`${address.type}/${address.id}`)).flatMap((record) => record.sent);
  return [...Map.groupBy(sent, ({ target }) => `${target.type}/${target.id}`).values()].flatMap((messages) => {
    const [head] = messages;
    if (head === undefined || disturbed.some(({ target }) => sameAddress(target, head.target))) return [];
    const values = messages.map(({ value }) => `box.value(${valueText(value)})`);
    return [`  expect((await box.sent(${addressText(head.target)})).map(({ value }) => value)).toEqual([${values.join(", ")}]);`];
  });
}

function egressLines(sorted: readonly JournalEntryView[]): string[] {
  const alone = sorted.every(({ messagesTotal }) => messagesTotal <= 1);
  if (!alone) return [];
  const all = sorted.flatMap((record) => record.egress);
  return [...Map.groupBy(all, ({ egress }) => egress)].map(([egress, records]) => {
    const values = records.map(({ value }) => `box.value(${valueText(value)})`);
    return `  expect((await box.egress(${quoted(egress)})).map(({ value }) => value)).toEqual([${values.join(", ")}]);`;
  });
}

function variable({ type, id }: AddressView): string {
  return `of_${`${type.slice(type.indexOf("/") + 1)}_${id}`.replaceAll(/\W/g, "_")}`;
}
