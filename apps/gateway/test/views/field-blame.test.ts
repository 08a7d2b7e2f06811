/** Which change set which field of a document. */
import { expect, test } from "vitest";
import type { ValueChangeView } from "../../src/contract/entities/past.ts";
import type { ValueView } from "../../src/contract/shapes/value.ts";
import { fieldBlame } from "../../src/views/field-blame.ts";

function json(value: unknown): ValueView {
  return { typename: "shop/Order", sizeBytes: 1, as: "json", text: JSON.stringify(value), base64: "", decoder: "JSON" };
}

function change(sequence: number, before: unknown, after: unknown): ValueChangeView {
  return {
    sequence,
    atMs: sequence,
    by: { kind: "act", act: "edit-state", detail: "" },
    before: before === undefined ? null : json(before),
    after: after === undefined ? null : json(after),
  };
}

test("each field names the newest change that touched it, deep ones too", () => {
  const born = { status: "new", to: { city: "Berlin", street: "Haupt 1" }, items: [1] };
  const moved = { ...born, to: { city: "Berlin", street: "Linden 4" } };
  const fields = fieldBlame([change(2, born, moved), change(1, undefined, born)]);
  expect(fields.map(({ path, change: index, before }) => [path, index, before])).toEqual([
    ["status", 1, null],
    ["to.city", 1, null],
    ["to.street", 0, '"Haupt 1"'],
    ["items", 1, null],
  ]);
});

test("a field that no change touched names none, and a removed value has no fields", () => {
  expect(fieldBlame([change(2, { a: 1, b: 1 }, { a: 2, b: 1 })])).toEqual([
    { path: "a", now: "2", before: "1", change: 0 },
    { path: "b", now: "1", before: null, change: null },
  ]);
  expect(fieldBlame([change(2, { a: 1 }, undefined)])).toEqual([]);
  expect(fieldBlame([])).toEqual([]);
});

test("names that every JavaScript object has are fields like others", () => {
  expect(fieldBlame([change(1, undefined, { constructor: 1 })])).toEqual([{ path: "constructor", now: "1", before: null, change: 0 }]);
});

test("a value of which only the size was kept has its writer, and ends the search for those of older fields", () => {
  const absent: ValueView = { ...json(0), as: "absent", text: "" };
  const unkept = { ...change(1, 1, 2), before: absent };
  expect(fieldBlame([unkept])).toEqual([{ path: "", now: "", before: null, change: 0 }]);
  expect(fieldBlame([change(2, { a: 1, b: 1 }, { a: 2, b: 1 }), unkept]).map(({ path, change: index }) => [path, index])).toEqual([
    ["a", 0],
    ["b", null],
  ]);
});
