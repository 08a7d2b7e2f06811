/** The bytes of the store and of a savepoint belong to their version numbers: this test fails when one changes without the other. */
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { encodeFrame } from "../../src/adapters/epoch-log/epoch-frame.ts";
import { encodeLogHead } from "../../src/adapters/epoch-log/epoch-log-head.ts";
import { storeFormatVersion, storeFormatVersionOfSeveral } from "../../src/core/store/store-format.ts";
import { savepointFormatVersion } from "../../src/model/savepoint-rows.ts";
import { sampledAndKnownKinds, savepointFormatHash, storeFormatHash, storeFormatOfSeveralHash } from "./sample-records.ts";

/** Each released version keeps its line for ever. */
const storeFormats: Readonly<Record<number, string>> = {
  1: "600b81dd6c08b1634f2333601661a54c03c6e9bf059f725869da18df6bd118fa",
  2: "f1f8e629eb2202b57e0dc9943ff27a86098d05558252013fac0b96229cd84ce2",
  4: "72e405d92d8329fd7a559dceb89989b3cec5dbefdfe02907b4791837876d9e4a",
  6: "b285322486a11b9c1920dbc0abf555a16456896a493770bb7a4cda2909989fa9",
  8: "8a7899b09545f5844c9a6c5a4aa78373c7df3ad7efb36d9fcac957b224c64966",
  10: "645ab1397757a02538337ddf8ec17110009f515857c259c4b134033536bbe339",
  12: "4f3a1282405413d53d5a5e8018769ac9253e8b0663463192b783646416d50b62",
  14: "bd0a2931b4900557dc6190c4b08dfd942f9fcbd267f02a7b366ffe9b32c3be46",
  16: "3cdbf9dc1bfcdb168f779c5a6342716fdf7434750f5b7923518ec348204e366d",
  18: "37ee81634c31f037baf15daf68aa899c54ab03e1928188c49cc10167909b93e9",
  20: "f3670345151997080cbcbf0381b5f0f23e1ed7818341621f5a6bc89ea30b0707",
  22: "f3670345151997080cbcbf0381b5f0f23e1ed7818341621f5a6bc89ea30b0707",
  24: "98dad18a535b398477e4fe998cdd17078410df94da4f5627aeb8bee42ead1a85",
};
/** These rows are only in a store of several partitions, with the homes of some ids. */
const storeFormatsOfSeveral: Readonly<Record<number, string>> = {
  3: "ae865c042bb681f00afc5f2c46b509e50fb5d8e476198af0f340ee28104f8818 1,1,1,13 1,1,1,9 0,1,2,10 1,0,3,11 1,1,1,13 0,1,2,10",
  5: "ae865c042bb681f00afc5f2c46b509e50fb5d8e476198af0f340ee28104f8818 1,1,1,13 1,1,1,9 0,1,2,10 1,0,3,11 1,1,1,13 0,1,2,10",
  7: "0eceda5e8531e1ebd8b1466217c5733c52b3d01f9239f74e176865e87be35151 1,1,1,13 1,1,1,9 0,1,2,10 1,0,3,11 1,1,1,13 0,1,2,10",
  9: "0eceda5e8531e1ebd8b1466217c5733c52b3d01f9239f74e176865e87be35151 1,1,1,13 1,1,1,9 0,1,2,10 1,0,3,11 1,1,1,13 0,1,2,10",
  11: "0eceda5e8531e1ebd8b1466217c5733c52b3d01f9239f74e176865e87be35151 1,1,1,13 1,1,1,9 0,1,2,10 1,0,3,11 1,1,1,13 0,1,2,10",
  13: "0eceda5e8531e1ebd8b1466217c5733c52b3d01f9239f74e176865e87be35151 1,1,1,13 1,1,1,9 0,1,2,10 1,0,3,11 1,1,1,13 0,1,2,10",
  15: "ab5fedac42c17fad54d5b13450ed0088913fff5c075143f1c7a6c4add905741d 1,1,1,13 1,1,1,9 0,1,2,10 1,0,3,11 1,1,1,13 0,1,2,10",
  17: "ab5fedac42c17fad54d5b13450ed0088913fff5c075143f1c7a6c4add905741d 1,1,1,13 1,1,1,9 0,1,2,10 1,0,3,11 1,1,1,13 0,1,2,10",
  19: "ab5fedac42c17fad54d5b13450ed0088913fff5c075143f1c7a6c4add905741d 1,1,1,13 1,1,1,9 0,1,2,10 1,0,3,11 1,1,1,13 0,1,2,10",
  21: "ab5fedac42c17fad54d5b13450ed0088913fff5c075143f1c7a6c4add905741d 1,1,1,13 1,1,1,9 0,1,2,10 1,0,3,11 1,1,1,13 0,1,2,10",
  23: "ab5fedac42c17fad54d5b13450ed0088913fff5c075143f1c7a6c4add905741d 1,1,1,13 1,1,1,9 0,1,2,10 1,0,3,11 1,1,1,13 0,1,2,10",
  25: "862624ee0d0b56cf5433558ac46baea1987886b67e0a95cafd98f84f7936ed6b 1,1,1,13 1,1,1,9 0,1,2,10 1,0,3,11 1,1,1,13 0,1,2,10",
};
const savepointFormats: Readonly<Record<number, string>> = {
  1: "717c1ac4c9ded49fda802acae784eca1e04982702d5042a46e86ce0918a6bb8d",
  2: "9d0058b8f1918d82038675bf81090ca5ab71e7b0a8516ac25af811ef93710848",
  3: "896355637235d786e77c7a52c88a67ff44c0e43ff73252a60168a230714079ee",
  4: "f3603d19d97199535e7444c1b350e1ddde50241fb9a18ff1bd6ed751c488436c",
  5: "0eab66ef45cc04f8d56d286537549ae4406968d03d552c4d76ece0c9edda6c70",
};

const whatToDo = (constant: string): string =>
  `the bytes changed and ${constant} did not: raise it, teach the engine to read the older version (or refuse it with a cure), ` +
  "add the new hash beside the old ones here, and record the new format with `node packages/engine/test/formats/record-formats.ts`";

test("the store's bytes are those of its format version", () => {
  expect(storeFormatHash(), whatToDo("storeFormatVersion")).toBe(storeFormats[storeFormatVersion]);
});

test("the bytes of a store of several partitions, and the homes of ids, are those of their format version", () => {
  expect(storeFormatOfSeveralHash(), whatToDo("storeFormatVersionOfSeveral")).toBe(storeFormatsOfSeveral[storeFormatVersionOfSeveral]);
});

test("the bytes of the epoch log are those of format 22", () => {
  const writes = [
    { key: "m\u0000käse", value: Buffer.from("value") },
    { key: "s\u0000long", value: Buffer.alloc(300, 7) },
    { key: "m\u0000gone", value: undefined },
  ];
  const frame = encodeFrame(writes, { generation: 3, ordinal: 2 ** 33 + 5 }, () => undefined);
  const bytes = Buffer.concat([encodeLogHead({ generation: 3, first: 2 ** 33 + 5 }), frame]);
  expect(createHash("sha256").update(bytes).digest("hex"), whatToDo("storeFormatVersion")).toBe(
    "ad4d72cc7e793815071fa596db940ad0229c94872f6f93e2c563ad178bee2276",
  );
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
  for (const version of Object.keys({ ...storeFormats, ...storeFormatsOfSeveral })) expect(recorded).toContain(`store-${version}`);
  for (const version of Object.keys(savepointFormats)) expect(recorded).toContain(`savepoint-${version}.savepoint`);
});
