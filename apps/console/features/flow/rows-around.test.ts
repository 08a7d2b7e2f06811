/** Which rows stand beside the graph of a moment. */
import { expect, test } from "vitest";
import { rowsAround } from "./rows-around.ts";

const at = (...times: number[]) => times.map((atMs) => ({ atMs }));

test("where there are more rows than can be shown, those nearest to the moment are, on both sides of it", () => {
  const { rows, first } = rowsAround(at(...Array.from({ length: 1_000 }, (_, n) => n)), 500, 10);
  expect(rows.map(({ atMs }) => atMs)).toEqual([505, 504, 503, 502, 501, 500, 499, 498, 497, 496]);
  expect(rows[first]).toEqual({ atMs: 500 });
});

test("near an end the other side fills the room", () => {
  expect(rowsAround(at(1, 2, 3, 4, 5), 5, 4)).toEqual({ rows: at(5, 4, 3, 2), first: 0 });
  expect(rowsAround(at(1, 2, 3, 4, 5), 1, 4)).toEqual({ rows: at(4, 3, 2, 1), first: 3 });
});

test("where no row is older, none stands before the moment", () => {
  expect(rowsAround(at(7, 8), 5, 4)).toEqual({ rows: at(8, 7), first: -1 });
  expect(rowsAround([], 5, 4)).toEqual({ rows: [], first: -1 });
});
