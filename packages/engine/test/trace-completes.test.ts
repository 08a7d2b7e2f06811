/** A trace is complete when each message that it delayed was consumed or cancelled, by any entity, in time. */
import type { JournalDelayed, JournalRecord } from "@signalbox/runtime";
import { describe, expect, test } from "vitest";
import { type JournalSource, readTrace, readTraces } from "../src/runtime/reads/journal-queries.ts";

interface Step {
  readonly id: string;
  readonly consumes: readonly { readonly sequence: number; readonly trace: number }[];
  readonly atMs: number;
  readonly delayed?: readonly JournalDelayed[];
  readonly causes?: readonly number[];
}

const value = { typename: "t/v", bytes: undefined, sizeBytes: 0 };
const later = (sequence: number, token: string): JournalDelayed => ({
  ...{ kind: "send-after", sequence, dueMs: 1_000, value, cancellationToken: token },
  target: { type: "t/x", id: "z" },
});
const cancel = (token: string): JournalDelayed => ({ kind: "cancel", cancellationToken: token });

/** The record of each step has the number of its first message, plus ten. */
function journalOf(steps: readonly Step[]): JournalSource {
  const records = steps.map(({ id, consumes, atMs, delayed = [], causes }): JournalRecord => {
    const address = { type: "t/x", id };
    return {
      sequence: (consumes[0]?.sequence ?? 0) + 10,
      address,
      outcome: { kind: "completed" },
      epoch: 1,
      messages: consumes.map((message) => ({ ...message, caller: undefined, target: address, value, atMs })),
      messagesTotal: consumes.length,
      ...{ sent: [], delayed, egress: [], state: [], attempts: 1, startedMs: atMs, endedMs: atMs, endpoint: "t/*" },
      ...(causes === undefined ? {} : { causes: { sent: [], delayed: causes, egress: [] } }),
    };
  });
  return async function* source(query) {
    const { kind } = query;
    const sequence = query.sequence ?? Number.POSITIVE_INFINITY;
    if (kind === "before") yield* records.filter((each) => each.sequence < sequence).toReversed();
    else yield* records.filter((each) => each.sequence >= sequence);
  };
}

const first = { sequence: 1, trace: 1 };
const other = { sequence: 100, trace: 100 };
const delays: Step = { id: "a", consumes: [first], atMs: 0, delayed: [later(2, "t")] };

async function completeOf(steps: readonly Step[]): Promise<boolean> {
  const source = journalOf(steps);
  const { complete } = await readTrace(source, 1, 100);
  const listed = (await readTraces(source, { limit: 10 })).items.find(({ trace }) => trace === 1);
  expect(listed?.complete).toBe(complete);
  return complete;
}

describe("a trace that delayed a message", () => {
  test.each<[what: string, complete: boolean, steps: readonly Step[]]>([
    ["goes on while the message waits", false, []],
    [
      "is complete when its own message cancels it",
      true,
      [{ id: "a", consumes: [{ sequence: 3, trace: 1 }], atMs: 1, delayed: [cancel("t")] }],
    ],
    ["is complete when a message of another trace cancels it", true, [{ id: "a", consumes: [other], atMs: 1, delayed: [cancel("t")] }]],
    ["goes on when another sender cancels its own of that token", false, [{ id: "b", consumes: [other], atMs: 1, delayed: [cancel("t")] }]],
    ["goes on when another token is cancelled", false, [{ id: "a", consumes: [other], atMs: 1, delayed: [cancel("u")] }]],
    ["goes on when the cancellation comes after it was due", false, [{ id: "a", consumes: [other], atMs: 1_000, delayed: [cancel("t")] }]],
    [
      "is complete when it is consumed, whoever cancelled too late",
      true,
      [
        { id: "a", consumes: [other], atMs: 1_000, delayed: [cancel("t")] },
        { id: "z", consumes: [{ sequence: 150, trace: 1 }], atMs: 1_001 },
      ],
    ],
    [
      "is complete when another trace cancels it and begins its own under the same token",
      true,
      [{ id: "a", consumes: [other], atMs: 1, delayed: [cancel("t"), later(101, "t")] }],
    ],
  ])("%s", async (_what, complete, steps) => {
    const own = steps.some(({ consumes }) => consumes.some(({ sequence }) => sequence === 3));
    // A message that the entity sent itself cancels the delayed one.
    const begins = own ? { ...delays, delayed: [later(2, "t"), { ...later(3, ""), dueMs: 0 }] } : delays;
    expect(await completeOf([begins, ...steps])).toBe(complete);
  });

  test("is complete when the same batch cancels it with a message of another trace", async () => {
    const both: Step = {
      id: "a",
      consumes: [first, { sequence: 5, trace: 5 }],
      atMs: 0,
      delayed: [later(6, "t"), cancel("t")],
      causes: [0, 1],
    };
    expect(await completeOf([both])).toBe(true);
  });
});
