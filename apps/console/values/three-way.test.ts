import { expect, test } from "vitest";
import { threeWay } from "./three-way.ts";

test("each place names who changed it, and a place that both changed is a conflict", () => {
  const base = '{"count": 1, "name": "a", "gone": true}';
  const { rows, more } = threeWay({ base, theirs: '{"count": 2, "name": "a", "gone": true}', mine: '{"count": 9, "name": "b"}' });
  expect(more).toBe(0);
  expect(rows).toEqual([
    { path: "count", base: "1", theirs: "2", mine: "9", by: "both" },
    { path: "name", base: '"a"', theirs: '"a"', mine: '"b"', by: "me" },
    { path: "gone", base: "true", theirs: "true", mine: null, by: "me" },
  ]);
});

test("a part of a value that the other side changed as a whole is a conflict too", () => {
  const { rows } = threeWay({ base: '{"a": {"b": 1, "c": 1}}', theirs: '{"a": 5}', mine: '{"a": {"b": 2, "c": 1}}' });
  expect(rows.map(({ path, by }) => [path, by])).toEqual([
    ["a", "both"],
    ["a.b", "both"],
  ]);
});

test("a text that is not JSON, or not yet, stands side by side as a whole", () => {
  expect(threeWay({ base: "a", theirs: "b", mine: "{" }).rows).toEqual([{ path: "", base: "a", theirs: "b", mine: "{", by: "both" }]);
  expect(threeWay({ base: "a", theirs: "b", mine: "a" }).rows[0]?.by).toBe("them");
});
