/**
 * What blocks a move is listed first, and a word never says more than what was done.
 */
import { expect, test } from "vitest";
import type { MoveItem, MoveOutcome } from "../../trpc/views.ts";
import { fateWords, inOrder, movedWords, runningWords } from "./move-words.ts";
import { en } from "../../words/move/en.ts";

const item = (what: MoveItem["what"], fate: MoveItem["fate"]): MoveItem => ({
  what,
  fate,
  count: 1,
  why: "w",
  cure: "",
  acceptable: fate === "blocks",
  examples: [],
});
const outcome: MoveOutcome = {
  direction: "flink",
  items: [],
  blocked: [],
  moved: { values: 2, messages: 1, delayedMessages: 0 },
  check: { isEqual: true, values: 2, messages: 1, delayedMessages: 0 },
  folder: "f",
  savepoint: null,
  epochsSince: 0,
  elapsedMs: 1_500,
};

test("obstacles come first, moving parts last", () => {
  const fates = inOrder([item("values", "moves"), item("traces", "stays"), item("parked", "blocks"), item("ends", "changes")]).map(
    ({ fate }) => fate,
  );
  expect(fates).toEqual(["blocks", "changes", "stays", "moves"]);
});

test("an accepted obstacle is no longer in the way", () => {
  expect(fateWords(item("parked", "blocks"), [], en.plan.fates).word).toBe("in the way");
  expect(fateWords(item("parked", "blocks"), ["parked"], en.plan.fates)).toEqual({ tone: "caution", word: "accepted" });
});

test("a part reads as words", () => {
  expect(en.plan.partName("ends-unregistered")).toBe("Ends unregistered");
});

test("only compared parts are called equal", () => {
  expect(movedWords(outcome, en.run)).toBe(
    "2 values, 1 message, 0 delayed messages in 1.5 s. Read back and compared, entity by entity: equal.",
  );
  expect(movedWords({ ...outcome, check: null }, en.run)).not.toContain("equal");
  expect(movedWords({ ...outcome, moved: null }, en.run)).toBe("");
});

test("progress gives a total only where it is known", () => {
  const running = { direction: "flink", name: "n", startedMs: 0 } as const;
  expect(runningWords({ ...running, phase: "writing", rows: 5_000, rowsTotal: 10_000 }, en.run)).toBe(
    "rows pass through: 5 000 of 10 000 rows".replaceAll(" 000", "\u202f000"),
  );
  expect(runningWords({ ...running, phase: "checking", rows: 10, rowsTotal: 0 }, en.run)).toBe("read back and compared: 10 rows");
});
