/**
 * Durations as Flink reads them: which texts are one, and that no text takes long to decide.
 */
import { expect, test } from "vitest";
import { parseDuration } from "../../src/shape/duration.ts";

test.each([
  ["30s", 30_000],
  [" 2  min ", 120_000],
  ["5", 5],
  ["1 h\t", 3_600_000],
])("%j is %i ms", (text, ms) => expect(parseDuration(text)).toEqual({ kind: "ok", ms }));

test.each(["", "s", "1.5s", "1 s 2", "-1s"])("%j is not a duration", (text) => expect(parseDuration(text).kind).toBe("error"));

test("a long row of blanks before a mistake takes time in proportion to its length", () => {
  const blanks = "\t".repeat(20_000);
  for (const text of [`0${blanks}0`, `${blanks}0${blanks}s${blanks}0`, `0 s${blanks}0`]) expect(parseDuration(text).kind).toBe("error");
});
