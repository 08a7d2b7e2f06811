/** What leaves the SQL page as a file is what the table showed, and the shelf keeps each query once. */
import { describe, expect, it } from "vitest";
import { toCsv, toJsonLines } from "./export-rows.ts";
import { HISTORY_MAX, withRun, withSaved, type Shelf } from "./query-shelf.ts";

const result = {
  columns: [
    { name: "id", type: "VARCHAR" },
    { name: "n", type: "BIGINT" },
  ],
  rows: [
    ['a,"b"\n', "9007199254740993"],
    ["=1+1", null],
    [{ items: [1] }, -3],
  ],
};

describe("an answer as a file", () => {
  it("is CSV with quotes where they are needed, and runs nothing in a spreadsheet", () => {
    expect(toCsv(result)).toBe('id,n\r\n"a,""b""\n",9007199254740993\r\n\'=1+1,\r\n"{""items"":[1]}",-3\r\n');
  });

  it("is JSON Lines with every digit", () => {
    expect(toJsonLines(result).split("\n")).toEqual([
      '{"id":"a,\\"b\\"\\n","n":"9007199254740993"}',
      '{"id":"=1+1","n":null}',
      '{"id":{"items":[1]},"n":-3}',
      "",
    ]);
  });
});

describe("the shelf of queries", () => {
  const empty: Shelf = { history: [], saved: [] };

  it("has each query once, the last one first, up to its limit", () => {
    const twice = withRun(withRun(withRun(empty, "a", 1), "b", 2), "a", 3);
    expect(twice.history).toEqual([
      { sql: "a", atMs: 3 },
      { sql: "b", atMs: 2 },
    ]);
    const many = Array.from({ length: 80 }, (_, at) => String(at)).reduce((shelf, sql) => withRun(shelf, sql, 0), empty);
    expect(many.history).toHaveLength(HISTORY_MAX);
  });

  it("gives the new text to a name in use", () => {
    expect(withSaved(withSaved(empty, "mine", "a"), "mine", "b").saved).toEqual([{ name: "mine", sql: "b" }]);
  });
});
