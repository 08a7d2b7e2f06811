/**
 * exportTest: writes a trace as a vitest case for @signalbox/testing: the state before, the message that came from outside, and what came
 * out. Values are written as text where the text is the whole value, else as base64. Pure.
 * Guarantee: it says what it cannot assert (entities that other traces changed meanwhile, actions of people, values that are not recorded)
 * instead of asserting it.
 */
import { duration } from "../../format/times.ts";
import type { AddressView, JournalEntryView, MessageView, ValueView } from "../../trpc/views.ts";
import { causalTree, sameAddress } from "./causal-tree.ts";
import { addressText, importLines, isWhole, key, quoted, valueText } from "./test-text.ts";

/** How much longer the calls of the test may take than the recorded ones. */
const slackMsMax = 1_000;

export interface StateBefore {
  address: AddressView;
  values: readonly { name: string; value: ValueView }[];
  /** False when the journal does not have all of it. */
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
  /** Why its final state cannot be asserted; null when it can. */
  disturbed: string | null;
}

export function exportTest({ trace, records, first, before }: TestParts): string {
  const sorted = records.toSorted((left, right) => left.sequence - right.sequence);
  const followed = followedBy(trace, sorted, before);
  const startMs = first.atMs;
  const lastMs = lastDueMs(trace, sorted);
  const given = before
    .map((state) => ({ ...state, values: state.values.filter(({ value }) => isWhole(value)) }))
    .filter(({ values }) => values.length > 0);
  return [
    `/**`,
    ` * Trace #${trace}, recorded ${new Date(startMs).toISOString()}: ${sorted.length === 1 ? "one invocation" : `${sorted.length} invocations`}. Exported by Signalbox; yours to change.`,
    ...notesOf(followed, before).map((note) => ` * ${note}`),
    ` * Times of later calls and draws (ctx.now, ctx.random) are the test's own: loosen what is made of them.`,
    ` */`,
    ...importLines(followed.map(({ address }) => address.type)),
    `test(${quoted(`${first.value.typename} for ${first.target.type}/${first.target.id}`)}, async () => {`,
    `  await using box = await testbox(entities, {`,
    `    startMs: ${startMs},`,
    ...(given.length === 0 ? [] : [`    given: [`, ...given.map(givenLine), `    ],`]),
    `  });`,
    `  await box.send({ target: ${addressText(first.target)}, value: ${valueText(first.value)} });`,
    ...(lastMs > startMs
      ? [`  // Delayed messages came ${duration(lastMs - startMs)} after it.`, `  await box.advance("${lastMs - startMs}ms");`]
      : [`  await box.settle();`]),
    ...followed.flatMap((each, at) => stateLines(each, nameOf(followed, at))),
    ...sentLines(sorted, followed),
    ...egressLines(sorted),
    `});`,
    ``,
  ].join("\n");
}

/**
 * Returns the time of the last delayed message that came, plus half the way to the next one that did not. Calls take another time in the
 * test than they took, and a delay that a delayed message asks for counts from the end of its call.
 */
function lastDueMs(trace: number, sorted: readonly JournalEntryView[]): number {
  const delayed = causalTree(trace, sorted).items.flatMap((item) =>
    item.kind === "delayed" ? [{ fate: item.fate, dueMs: item.delayed.dueMs ?? 0 }] : [],
  );
  const lastMs = delayed.reduce((latest, { fate, dueMs }) => (fate === "fired" ? Math.max(latest, dueMs) : latest), 0);
  if (lastMs === 0) return 0;
  const later = delayed.filter(({ fate, dueMs }) => fate !== "cancels" && dueMs > lastMs).map(({ dueMs }) => dueMs - lastMs);
  return lastMs + Math.floor(Math.min(slackMsMax, ...later.map((ms) => ms / 2)));
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
  // A delayed message that another trace left waiting does not exist in the test.
  if (own.some(({ failure }) => failure?.code === "TOKEN_IN_USE")) return "a delayed message that waited had the token that it used";
  if (!own.every(isTold) || known?.values.every(({ value }) => isWhole(value)) === false) return "some of its values are not told";
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

function isTold({ messages, sent, egress, state }: JournalEntryView): boolean {
  const changes = state.flatMap(({ before, after }) => [before, after]).filter((value) => value !== null);
  return [...[...messages, ...sent, ...egress].map(({ value }) => value), ...changes].every(isWhole);
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

function stateLines({ address, records, disturbed }: Followed, name: string): string[] {
  if (disturbed !== null) return [];
  const after = new Map<string, ValueView | null>();
  for (const { state } of records) for (const change of state) after.set(change.name, change.after);
  const parked = records.at(-1)?.outcome === "parked";
  return [
    ...(parked ? [`  expect((await box.entity(${addressText(address)})).status).toBe("parked");`] : []),
    ...(after.size === 0 ? [] : [`  const ${name} = await box.state(${addressText(address)});`]),
    ...[...after].map(([state, value]) =>
      value === null
        ? `  expect(${name}).not.toHaveProperty(${quoted(state)});`
        : `  expect(${name}[${quoted(state)}]).toEqual(box.value(${valueText(value)}));`,
    ),
  ];
}

/** Lists messages in the order of each receiver, because the order among receivers is not guaranteed. */
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
  if (!alone || !sorted.every(isTold)) return [];
  const all = sorted.flatMap((record) => record.egress);
  return [...Map.groupBy(all, ({ egress }) => egress)].map(([egress, records]) => {
    const values = records.map(({ value }) => `box.value(${valueText(value)})`);
    return `  expect((await box.egress(${quoted(egress)})).map(({ value }) => value)).toEqual([${values.join(", ")}]);`;
  });
}

/** Makes a name of the type and id, with a number when another one of the test has the same. */
function nameOf(followed: readonly Followed[], at: number): string {
  const names = followed.map(({ address: { type, id } }) => `of_${`${type.slice(type.indexOf("/") + 1)}_${id}`.replaceAll(/\W/g, "_")}`);
  const name = names[at] ?? "of";
  return names.indexOf(name) === names.lastIndexOf(name) ? name : `${name}$${at + 1}`;
}
