/** docs/filters.md has every field and function of the filter language, in the words that completion shows. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { filterFieldsOf } from "../../src/shared/filter/filter-subjects.ts";
import { filterFunctions, filterMethods } from "../../src/shared/filter/filter-words.ts";

const docs = readFileSync(new URL("../../../../docs/filters.md", import.meta.url), "utf8");

test("each field stands in the docs with its type and words", () => {
  const rows = Object.values(filterFieldsOf).flatMap((fields) =>
    fields.map(({ name, type, about }) => `| \`${name}\` | ${type} | ${about}`),
  );
  expect(rows.filter((row) => !docs.includes(row))).toEqual([]);
});

test("each function stands in the docs", () => {
  const rows = [...filterMethods, ...filterFunctions].map(({ form, about }) => `| \`${form}\` | ${about} |`);
  expect(rows.filter((row) => !docs.includes(row))).toEqual([]);
});
