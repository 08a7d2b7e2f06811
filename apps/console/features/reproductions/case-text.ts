/**
 * caseText: writes recorded messages of one entity as a vitest case for @signalbox/testing: what it held before, each message with its
 * caller, and what came out. Its functions run alone; what others answered then is among the messages. Pure. Neighbours:
 * entities/export-case.ts and export-reproduction.ts say what is replayed and expected.
 */
import { exact } from "../../format/times.ts";
import type { AddressView, MessageView, ValueView } from "../../trpc/views.ts";
import { addressText, importLines, key, quoted, valueText } from "../traces/test-text.ts";
import type { ReproductionWords } from "../../words/reproduction/en.ts";

type TestWords = ReproductionWords["test"];

export interface RecordedRun {
  /** Sentences above the test. */
  about: readonly string[];
  name: string;
  address: AddressView;
  before: readonly { name: string; value: ValueView }[];
  /** The messages of each call together; each call ends before the next. */
  calls: readonly (readonly MessageView[])[];
  /** Lines that assert what came out; they refer to the address as `entity`. */
  expected: readonly string[];
}

/** Shorter waits between two messages are left out. */
const WAIT_MS_MIN = 1_000;

export function caseText({ about, name, address, before, calls, expected }: RecordedRun): string {
  const startMs = calls[0]?.[0]?.atMs ?? 0;
  const state = before.map((value) => `${key(value.name)}: ${valueText(value.value)}`).join(", ");
  return [
    `/**`,
    ...about.map((line) => ` * ${line.replaceAll("*/", "* /")}`),
    ` */`,
    ...importLines([address.type]),
    `test(${quoted(name)}, async () => {`,
    `  const entity = ${addressText(address)};`,
    `  await using box = await testbox(entities, {`,
    `    alone: true,`,
    `    startMs: ${startMs},`,
    ...(before.length === 0 ? [] : [`    given: [{ of: entity, state: { ${state} } }],`]),
    `  });`,
    ...calls.flatMap((messages, index) => [
      ...waitLines(calls[index - 1]?.at(-1), messages[0]),
      ...messages.map(sendLine),
      `  await box.settle();`,
    ]),
    ...expected,
    `});`,
    ``,
  ].join("\n");
}

function waitLines(before: MessageView | undefined, next: MessageView | undefined): string[] {
  const waitedMs = before === undefined || next === undefined ? 0 : next.atMs - before.atMs;
  return waitedMs < WAIT_MS_MIN ? [] : [`  await box.advance("${waitedMs}ms");`];
}

function sendLine({ value, caller }: MessageView): string {
  const from = caller === null ? "" : `, { caller: ${addressText(caller)} }`;
  return `  await box.send({ target: entity, value: ${valueText(value)} }${from});`;
}

/** Returns why a message cannot be written; null when it can. */
export function unwritable(values: readonly ValueView[], words: TestWords): string | null {
  if (values.some(({ as }) => as === "absent")) return words.onlySizes;
  if (values.some(({ masked }) => masked !== undefined)) return words.masked;
  return null;
}

export function recordedWhen(messages: readonly MessageView[]): string {
  return messages[0] === undefined ? "" : `recorded ${exact(messages[0].atMs)}`;
}
