/** The bytes of the store and of a savepoint belong to their version numbers: a change of the one without the other stops here. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { storeFormatVersion } from "../../src/core/store-record.ts";
import { savepointFormatVersion } from "../../src/model/savepoint-rows.ts";
import { sampledAndKnownKinds, savepointFormatHash, storeFormatHash } from "./sample-records.ts";

/** Each released version keeps its line for ever. */
const storeFormats: Readonly<Record<number, string>> = {
  1: "600b81dd6c08b1634f2333601661a54c03c6e9bf059f725869da18df6bd118fa",
  2: "f1f8e629eb2202b57e0dc9943ff27a86098d05558252013fac0b96229cd84ce2",
};
const savepointFormats: Readonly<Record<number, string>> = {
  1: "717c1ac4c9ded49fda802acae784eca1e04982702d5042a46e86ce0918a6bb8d",
};

const whatToDo = (constant: string): string =>
  `the bytes changed and ${constant} did not: raise it, teach the engine to read the older version (or refuse it with a cure), ` +
  "add the new hash beside the old ones here, and record the new format with `node packages/engine/test/formats/record-formats.ts`";

test("the store's bytes are those of its format version", () => {
  expect(storeFormatHash(), whatToDo("storeFormatVersion")).toBe(storeFormats[storeFormatVersion]);
});

test("the savepoint's schema and cells are those of its format version", () => {
  expect(savepointFormatHash(), whatToDo("savepointFormatVersion")).toBe(savepointFormats[savepointFormatVersion]);
});

test("every kind of record is in the sample", () => {
  const { sampled, known } = sampledAndKnownKinds();
  expect(sampled).toEqual(known);
});

test("every format version has a recorded store and savepoint", () => {
  const recorded = readdirSync(join(import.meta.dirname, "recorded"));
  for (const version of Object.keys(storeFormats)) expect(recorded).toContain(`store-${version}`);
  for (const version of Object.keys(savepointFormats)) expect(recorded).toContain(`savepoint-${version}.savepoint`);
});
