/**
 * A file's name decides its kind and table, and the gateway can read what is named.
 */
import { expect, test } from "vitest";
import { draftOfFile, draftProblem, keptName, sourceInput } from "./source-draft.ts";
import { en } from "../../words/bootstrap/en.ts";

test.each([
  ["customers.csv", "customers", "csv"],
  ["Baskets 2026.jsonl", "Baskets_2026", "jsonl"],
  ["7.parquet", "_7", "parquet"],
  ["shop.sqlite3", "shop", "sqlite"],
  ["no-ending", "no_ending", "csv"],
])("%s becomes the table %s", (file, name, kind) => {
  const draft = draftOfFile(file, 1);
  expect(draft).toMatchObject({ name, kind, place: file });
  expect(draftProblem(draft, en.sources.problems)).toBeNull();
});

test("a file's name is one that the gateway takes", () => {
  for (const name of ["a b.csv", "../../etc/passwd", ".hidden", "ü", "x".repeat(300)])
    expect(keptName(name)).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/);
});

test("a source is sent with its file or its URL", () => {
  expect(sourceInput(draftOfFile("a.csv", 1))).toEqual({ kind: "csv", name: "a", file: "a.csv" });
  expect(sourceInput({ key: 1, name: "crm", kind: "postgresql", place: "postgresql://db/crm" })).toEqual({
    kind: "postgresql",
    name: "crm",
    url: "postgresql://db/crm",
  });
  expect(draftProblem({ key: 1, name: "a b", kind: "csv", place: "x" }, en.sources.problems)).toContain("name of SQL");
  expect(draftProblem({ key: 1, name: "crm", kind: "postgresql", place: "" }, en.sources.problems)).toContain("URL");
});
