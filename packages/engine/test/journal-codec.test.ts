/** A block of the journal reads back as it was written and stores a name once; rows of older formats are records one after the other. */
import { expect, test } from "vitest";
import { BytesWriter, RecordError } from "../src/core/store/bytes-writer.ts";
import { decodeRecord, encodeRecord } from "../src/core/store/store-record.ts";
import type { JournalRecord } from "@signalbox/runtime/model/journal-record";
import { cart } from "./core-samples.ts";

const plain: JournalRecord = {
  sequence: 7,
  address: cart("anna"),
  outcome: { kind: "completed" },
  epoch: 1,
  messages: [],
  messagesTotal: 0,
  sent: [],
  delayed: [],
  egress: [],
  state: [],
  attempts: 1,
  startedMs: 1,
  endedMs: 2,
  endpoint: "shop/*",
};

const value = (typename: string, ...bytes: number[]) => ({ typename, sizeBytes: bytes.length, bytes: Uint8Array.from(bytes) });

/** Makes an add as the engine journals it: names that all records share, and times and sequences near those of the previous one. */
function add(sequence: number, nowMs: number): JournalRecord {
  return {
    ...plain,
    sequence,
    address: cart(`cart-${sequence}`),
    epoch: 70_000,
    messages: [
      {
        sequence: sequence - 300,
        trace: sequence - 300,
        caller: undefined,
        target: cart(`cart-${sequence}`),
        value: value("shop/add", 1, 2),
        atMs: nowMs - 3,
      },
    ],
    messagesTotal: 1,
    state: [{ name: "total", before: value("shop/total", 3), after: value("shop/total", 4) }],
    startedMs: nowMs - 2,
    endedMs: nowMs,
  };
}

const encode = (...records: JournalRecord[]): Uint8Array => encodeRecord(new BytesWriter(), { kind: "journal", records });
const backAndForth = (...records: JournalRecord[]): JournalRecord[] => decodeRecord.journal(encode(...records));

test("a record says which message caused which output, where the function named it", () => {
  const causes = { sent: [1, 0, 300], delayed: [2], egress: [] };
  const [exact, silent] = backAndForth({ ...plain, causes }, plain);
  expect(exact?.causes).toEqual(causes);
  expect(exact?.outcome).toEqual({ kind: "completed" });
  expect(silent).toEqual(plain);
  expect(silent).not.toHaveProperty("causes");
});

test("a record says which version of the code answered, where the function named it, and a block stores a version's text once", () => {
  const versioned = { ...plain, codeVersion: "4f2a91c", causes: { sent: [], delayed: [1], egress: [] } };
  expect(backAndForth(versioned, plain, { ...plain, codeVersion: "käse" })).toEqual([versioned, plain, { ...plain, codeVersion: "käse" }]);
  const block = Buffer.from(encode(versioned, { ...versioned, sequence: 8 })).toString("latin1");
  expect(block.split("4f2a91c")).toHaveLength(2);
});

test("the second record of a block costs only what differs from the first", () => {
  const nowMs = 1_763_900_000_000;
  const [one, two] = [add(5_000_000_000, nowMs), add(5_000_000_001, nowMs + 1)];
  expect(backAndForth(one, two)).toEqual([one, two]);
  const values = 4;
  const id = "cart-5000000001".length + 1;
  expect(encode(one, two).length - encode(one).length).toBeLessThan(values + id + 32);
  for (const name of ["shop/cart", "shop/*", "shop/add", "shop/total"])
    expect(Buffer.from(encode(one, two)).toString("latin1").split(name), name).toHaveLength(2);
});

test("numbers may lie before those that they are near to, and far from them", () => {
  const early: JournalRecord = {
    ...add(9, 1_763_900_000_000),
    messages: [{ sequence: 2 ** 51, trace: 3, caller: cart(""), target: cart("cart-9"), value: value("shop/add"), atMs: 0 }],
    delayed: [
      { kind: "send-after", sequence: 10, dueMs: 2 ** 51, target: cart("x"), value: value("shop/add"), cancellationToken: "shop/cart" },
      { kind: "cancel", cancellationToken: "" },
    ],
    sent: [{ sequence: 11, trace: 2 ** 50, caller: cart("cart-9"), target: cart("y"), value: value("n/v"), atMs: 1_763_900_000_000 }],
    egress: [{ sequence: 12, egress: "shop/out", value: { typename: "n/v", sizeBytes: 5, bytes: undefined } }],
  };
  const earlier: JournalRecord = { ...plain, sequence: 8, startedMs: 5, endedMs: 3, epoch: 0 };
  expect(backAndForth(early, earlier, early)).toEqual([early, earlier, early]);
});

test("a block with more names than are remembered reads as it was written", () => {
  const records = Array.from(
    { length: 64 },
    (_, index): JournalRecord => ({ ...plain, sequence: index + 1, endpoint: `type-${index % 50}/*` }),
  );
  expect(backAndForth(...records)).toEqual(records);
});

test("names of one block are not carried over to the next block of the same writer", () => {
  const writer = new BytesWriter();
  encodeRecord(writer, { kind: "journal", records: [add(400, 5)] });
  expect(decodeRecord.journal(encodeRecord(writer, { kind: "journal", records: [add(400, 5)] }))).toEqual([add(400, 5)]);
});

test("a row of an older format reads: one record, or several one after the other", () => {
  const row = "070973686f702f6361727404616e6e6100010101020673686f702f2a000000000000";
  expect(decodeRecord.journal(Buffer.from(row, "hex"))).toEqual([plain]);
  expect(decodeRecord.journal(Buffer.from(row + row.replace(/^07/, "09"), "hex"))).toEqual([plain, { ...plain, sequence: 9 }]);
});

test("a block that is cut, or that refers to a name it did not define, is refused", () => {
  const whole = encode(add(400, 5));
  expect(() => decodeRecord.journal(whole.subarray(0, whole.length - 1))).toThrow(RecordError);
  // These are the mark, the sequence, and a type that would be the ninth name.
  expect(() => decodeRecord.journal(Uint8Array.from([0, 14, 9, 0]))).toThrow("a text that was not said before");
});
