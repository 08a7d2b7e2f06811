/** What is inside a record of a stream: user records of Amazon's producer library, or the record itself. */
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { unpacked } from "../../../src/connectors/kinesis/kinesis-aggregation.ts";
import { packedRecord } from "./packed-record.ts";

const whole = { firstHash: 0n, lastHash: 2n ** 128n - 1n };
const texts = (data: Uint8Array, shard = whole) =>
  unpacked({ key: "outer", data }, shard).map(({ key, data: bytes }) => [key, Buffer.from(bytes).toString()]);

test("user records come out in order, each with its own key", () => {
  const data = packedRecord([
    { key: "anna", data: "1" },
    { key: "bert", data: "2" },
    { key: "anna", data: "" },
  ]);
  expect(texts(data)).toEqual([
    ["anna", "1"],
    ["bert", "2"],
    ["anna", ""],
  ]);
});

test("bytes as the library writes them are read", () => {
  // f3899ac2, then key table ["a"], one record with index 0 and "hi", a tag that is skipped, then the MD5.
  const message = Buffer.from("0a0161" + "1a0c" + "0800" + "1a026869" + "22040a02" + "7474", "hex");
  const mark = Buffer.from("f3899ac2", "hex");
  const digest = createHash("md5").update(message).digest();
  expect(texts(Buffer.concat([mark, message, digest]))).toEqual([["a", "hi"]]);
});

test("bytes that are not exactly a packed record are one plain record", () => {
  const packed = packedRecord([{ key: "anna", data: "1" }]);
  const wrongDigest = Buffer.from(packed);
  wrongDigest[wrongDigest.length - 1] = (wrongDigest.at(-1) ?? 0) ^ 1;
  for (const data of [Buffer.from("plain"), Buffer.alloc(0), packed.subarray(0, 10), wrongDigest])
    expect(unpacked({ key: "outer", data }, whole)).toEqual([{ key: "outer", data }]);
});

test("user records that belong to another shard are left out, by their key or their explicit hash key", () => {
  const lower = { firstHash: 0n, lastHash: 2n ** 127n - 1n };
  const data = packedRecord([
    // MD5 of "anna" begins with a7, of "bert" with 3d.
    { key: "anna", data: "upper" },
    { key: "bert", data: "lower" },
    { key: "anna", hashKey: "5", data: "lower by its hash key" },
    { key: "bert", hashKey: String(2n ** 127n), data: "upper by its hash key" },
  ]);
  expect(texts(data, lower)).toEqual([
    ["bert", "lower"],
    ["anna", "lower by its hash key"],
  ]);
});
