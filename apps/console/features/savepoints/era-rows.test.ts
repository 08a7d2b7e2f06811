/** The eras between restores as rows: from when to when, what began each, and how much of it the journal still reads. */
import { expect, test } from "vitest";
import type { EraView } from "../../trpc/views.ts";
import { en } from "../../words/savepoints/en.ts";
import { eraRows, readableWords } from "./era-rows.ts";

const era = (number: number, beganMs: number, firstSequence: number): EraView => ({
  number,
  beganMs,
  firstSequence,
  savepoint: { name: `before-${number}`, epoch: number, createdMs: beganMs - 10 },
});

test("without a restore there is one era, and no list of them", () => {
  expect(eraRows([], { journal: { atMs: 1, sequence: 1 }, numbered: 10 })).toEqual([]);
});

test("each era ends where the next begins, newest first, and an earlier one has a moment to go to", () => {
  const rows = eraRows([era(2, 2_000, 100), era(3, 3_000, 400)], { journal: { atMs: 1, sequence: 40 }, numbered: 460 });
  expect(rows).toMatchObject([
    { number: 3, fromMs: 3_000, toMs: null, numbers: 100, readable: "whole", lastMs: null, savepoint: { name: "before-3" } },
    { number: 2, fromMs: 2_000, toMs: 3_000, numbers: 300, readable: "whole", lastMs: 2_999, savepoint: { name: "before-2" } },
    { number: 1, fromMs: null, toMs: 2_000, numbers: 60, readable: "part", lastMs: 1_999, savepoint: null },
  ]);
});

test("an era that the journal has forgotten has no moment to open, and one that it is forgetting says how much is left", () => {
  const rows = eraRows([era(2, 2_000, 100), era(3, 3_000, 400)], { journal: { atMs: 1, sequence: 390 }, numbered: 20 });
  const words = rows.map((row) => readableWords(row, en.eras, String));
  expect(rows.map(({ readable }) => readable)).toEqual(["whole", "part", "none"]);
  expect(words).toEqual(["all of it, 10 numbers", "its last 10 numbers", "beyond the journal's reach"]);
  expect(rows[2]?.lastMs).toBeNull();
});

test("with an empty journal nothing of an era can be read", () => {
  const [now, before] = eraRows([era(2, 2_000, 100)], { journal: null, numbered: 0 });
  expect([now, before].map((row) => row && readableWords(row, en.eras, String))).toEqual(["nothing yet", "beyond the journal's reach"]);
});
