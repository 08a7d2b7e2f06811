/**
 * PastQuestions: what people ask of the past, one question of each kind, about a randomly drawn trace of a prepared store
 * (prepared-past.ts); an answer that is not the expected one throws.
 */
import { deepStrictEqual, strictEqual } from "node:assert";
import { readHistory, readTrace } from "../../packages/engine/src/runtime/reads/journal-queries.ts";
import { recordsBefore, recordsFrom } from "../../packages/engine/src/runtime/reads/journal-reader.ts";
import { readBlame, readStateAsOf } from "../../packages/engine/src/runtime/reads/past-queries.ts";
import type { CountedStore } from "@signalbox/engine/testing";
import { countName, type ExpectedPast } from "./prepared-past.ts";

export const pastQuestions = [
  "by sequence",
  "by trace",
  "20 newest of an entity",
  "state as of a sequence",
  "state as of a time",
  "mailbox and timers as of",
  "blame",
] as const;
export type PastQuestion = (typeof pastQuestions)[number];

const newestMax = 20;
const recordsMax = 1_000;
const waitingMax = 100;

export interface Asked {
  readonly question: PastQuestion;
  readonly expected: ExpectedPast;
  /** A number from 0 to 1 that says where in the journal to ask. */
  readonly draw: number;
}

export async function askPast(store: CountedStore, { question, expected, draw }: Asked): Promise<void> {
  const number = Math.floor(draw * expected.traces);
  const address = expected.addressOf("page", number);
  const sequence = expected.recordOf("page", number);
  const count = expected.countAfter(number);
  const asOf = { address, recordsMax, nowMs: 0, expiring: [], inOrder: true };
  switch (question) {
    case "by sequence":
      for await (const record of recordsFrom(store, sequence)) return strictEqual(record.sequence, sequence);
      throw new Error(`record ${sequence} is not there`);
    case "by trace": {
      const source = (query: { kind: "from" | "before"; sequence: number | undefined }) =>
        query.kind === "from" ? recordsFrom(store, query.sequence ?? 0) : recordsBefore(store, query.sequence);
      const { records, complete } = await readTrace(source, expected.trace(number), recordsMax);
      strictEqual(records.length, 2);
      return strictEqual(complete, true);
    }
    case "20 newest of an entity": {
      const { items } = await readHistory(store, { address, limit: newestMax });
      const newest = expected.newestOf(number);
      strictEqual(items.length, Math.min(newestMax, expected.countAfter(newest)));
      return strictEqual(items[0]?.sequence, expected.recordOf("page", newest));
    }
    case "state as of a sequence":
      return mustBe(await readStateAsOf(store, { ...asOf, moment: { kind: "sequence", sequence } }), count);
    case "state as of a time":
      return mustBe(
        await readStateAsOf(store, { ...asOf, moment: { kind: "time", atMs: expected.endedMs(expected.epochOfPage(number)) } }),
        count,
      );
    case "mailbox and timers as of": {
      // The message of the second hop has been sent and not been consumed.
      const sent = expected.sentBy(number);
      const past = await readStateAsOf(store, { ...asOf, moment: { kind: "sequence", sequence: sent }, waitingMax });
      if (past.kind !== "known") throw new Error(`the mailbox is ${past.kind}`);
      return deepStrictEqual(
        past.waiting?.messages.map((message) => message.sequence),
        [sent],
      );
    }
    case "blame": {
      const { values } = await readBlame(store, { address, before: sequence + 1, recordsMax, changesMax: 1 });
      return strictEqual(values[0]?.changes[0]?.sequence, sequence);
    }
  }
}

function mustBe(found: Awaited<ReturnType<typeof readStateAsOf>>, count: number): void {
  if (found.kind !== "known") throw new Error(`the state is ${found.kind}`);
  const value = found.values.find(({ name }) => name === countName)?.value?.bytes;
  strictEqual(value === undefined ? undefined : Buffer.from(value).readUInt32LE(0), count);
  strictEqual(found.complete, true);
}
