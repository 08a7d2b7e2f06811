/** Each trace is on exactly one page of traces, also traces that one batch began, whatever the size of a page. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { JournalRecord } from "@signalbox/runtime";
import { readTraces } from "../src/runtime/reads/journal-queries.ts";

/** Each record consumed a batch of this many first messages. */
function journalOf(batches: readonly number[]): JournalRecord[] {
  let sequence = 0;
  return batches.map((count) => {
    const messages = Array.from({ length: count }, () => {
      sequence += 1;
      return { sequence, trace: sequence, caller: undefined, target: { type: "t/x", id: "a" }, atMs: 0, headers: undefined };
    });
    sequence += 1;
    const empty = { sent: [], delayed: [], egress: [], state: [] };
    const record = {
      sequence,
      address: { type: "t/x", id: "a" },
      outcome: { kind: "completed" },
      messages,
      messagesTotal: count,
      ...empty,
    };
    return record as unknown as JournalRecord;
  });
}

test("no trace is lost between two pages, and none is on both", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 20 }),
      fc.integer({ min: 1, max: 6 }),
      async (batches, limit) => {
        const records = journalOf(batches);
        async function* source(asked: { kind: string; sequence?: number | undefined }): AsyncGenerator<JournalRecord> {
          const { kind, sequence = Infinity } = asked;
          const found =
            kind === "before"
              ? records.filter((each) => each.sequence < sequence).toReversed()
              : records.filter((each) => each.sequence >= sequence);
          yield* found;
        }
        const found: number[] = [];
        let cursor: string | undefined;
        do {
          const page = await readTraces(source as Parameters<typeof readTraces>[0], { cursor, limit });
          found.push(...page.items.map(({ trace }) => trace));
          cursor = page.cursor;
        } while (cursor !== undefined);
        const all = records.flatMap(({ messages }) => messages.map(({ trace }) => trace));
        expect(found.toSorted((left, right) => left - right)).toEqual(all);
      },
    ),
    { numRuns: 200 },
  );
});
