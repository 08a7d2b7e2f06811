/**
 * Target kafka-fetch: what a broker answers to a fetch, written as brokers write it and then changed in any byte: the answer's own fields,
 * heads of batches, packed records in every codec, bombs. Whatever comes is read within its bounds, or is said to be unreadable, and
 * reading goes on behind it.
 */
import { gzipSync, zstdCompressSync } from "node:zlib";
import { createRecordsBatch, Reader } from "@platformatic/kafka";
import fc from "fast-check";
import { readFetched } from "../../../apps/gateway/src/connectors/kafka/committed-records.ts";
import { fetchAnswer } from "../../../apps/gateway/src/connectors/kafka/kafka-fetch-answer.ts";
import { answerRoom, readBatches } from "../../../apps/gateway/src/connectors/kafka/record-batches.ts";
import { batchBytesMax } from "../../../apps/gateway/src/connectors/kafka/unpack-batch.ts";
import { edited, edits, varint } from "../bytes.ts";
import { must, type FuzzTarget } from "../fuzz-target.ts";

type Codec = "none" | "gzip" | "snappy" | "lz4" | "zstd";
type Edits = Parameters<typeof edited>[1];

interface BatchSketch {
  readonly codec: Codec;
  readonly values: readonly Uint8Array[];
  /** Put in the place of its records: more bytes than a batch may become. */
  readonly bomb: boolean;
  /** Edits of the batch only; the answer around it stays valid. */
  readonly changes: Edits;
}

export interface KafkaFetchCase {
  readonly batches: readonly BatchSketch[];
  readonly from: number;
  readonly answerChanges: Edits;
}

const batch = fc.record<BatchSketch>({
  codec: fc.constantFrom("none", "gzip", "snappy", "lz4", "zstd"),
  values: fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 6 }),
  bomb: fc.oneof({ weight: 30, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  changes: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 3, arbitrary: edits }),
});

/** Where a batch says its length, and where its records begin. */
const lengthAt = 8;
const lengthEnd = 12;
const headBytes = 61;
const recordsMax = 20_000;
const fromAtMost = 30;

/** An answer of many batches may exceed its 32 MiB with the last of them. */
const heldBytesMax = 2 * batchBytesMax;
const bombs = new Map<Codec, Buffer>();

export const kafkaFetch: FuzzTarget<KafkaFetchCase> = {
  name: "kafka-fetch",
  caseMsMax: 5_000,
  rssGrowthBytesMax: 768 * 1024 * 1024,
  cases: fc.record({
    batches: fc.array(batch, { maxLength: 4 }),
    from: fc.oneof(fc.constant(0), fc.nat({ max: fromAtMost })),
    answerChanges: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: edits }),
  }),
  open: async () => {
    bombs.set("gzip", gzipSync(bombRecord()));
    bombs.set("zstd", zstdCompressSync(bombRecord()));
    return { run, [Symbol.asyncDispose]: async () => undefined };
  },
};

async function run({ batches, from, answerChanges }: KafkaFetchCase): Promise<string> {
  let firstOffset = 0;
  const written = batches.map((drawn) => {
    const sketch = drawn.bomb ? { ...drawn, values: drawn.values.slice(0, 1) } : drawn;
    const bytes = batchBytes(sketch, firstOffset);
    firstOffset += sketch.values.length;
    return edited(bytes, sketch.changes);
  });
  const answer = answerOf(edited(answerBytes(Buffer.concat(written)), answerChanges));
  if (answer === undefined) return "no answer";
  const room = answerRoom();
  let outcome = "ok";
  for (const { records, aborted } of answer.partitions) {
    const read = await readBatches(records, BigInt(from), room);
    const { records: taken, next } = readFetched({ batches: read.batches, aborted }, BigInt(from));
    must(next >= BigInt(from), () => `it goes on at ${next}, before ${from}`);
    for (const { offset, value } of taken) {
      must((value?.length ?? 0) <= batchBytesMax, () => `a record of ${value?.length} bytes`);
      must(offset >= BigInt(from), () => `the record ${offset} lies before ${from}`);
    }
    must(taken.length <= recordsMax, () => `${taken.length} records of one answer`);
    const held = taken.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
    must(held <= heldBytesMax, () => `${held} bytes of one answer`);
    for (const { unreadable } of taken) must(unreadable === undefined || unreadable.trim() !== "", () => "unreadable without a reason");
    if (read.corrupt) outcome = "corrupt";
    else if (taken.some(({ unreadable }) => unreadable !== undefined)) outcome = "unreadable";
  }
  if (answerChanges.length === 0 && batches.every(({ changes, bomb }) => changes.length === 0 && !bomb))
    mustBeAsWritten(batches, from, await readBatches(Buffer.concat(written), BigInt(from), answerRoom()));
  return outcome;
}

function mustBeAsWritten(batches: readonly BatchSketch[], from: number, read: Awaited<ReturnType<typeof readBatches>>): void {
  const wanted = batches.flatMap(({ values }) => values).slice(from);
  const { records } = readFetched({ batches: read.batches, aborted: [] }, BigInt(from));
  const texts = (list: readonly (Uint8Array | null)[]): string => list.map((value) => Buffer.from(value ?? []).toString("hex")).join(" ");
  must(
    !read.corrupt && texts(wanted) === texts(records.map(({ value }) => value)),
    () => "what was written whole is read as something else",
  );
}

/** Undefined when it ends too early, which the client reports as an error of this answer. */
function answerOf(bytes: Uint8Array): ReturnType<typeof fetchAnswer> | undefined {
  try {
    return fetchAnswer(Reader.from(Buffer.from(bytes)));
  } catch (error) {
    must(error instanceof Error, () => `it throws ${String(error)}`);
    return undefined;
  }
}

function batchBytes({ codec, values, bomb }: BatchSketch, firstOffset: number): Buffer {
  const messages = values.map((value, index) => ({
    ...{ topic: "t", partition: 0, key: Buffer.from("k"), value: Buffer.from(value), timestamp: BigInt(index) },
    headers: new Map([[Buffer.from("n"), Buffer.from("v")]]),
  }));
  const whole = Buffer.from(createRecordsBatch(messages, { compression: codec }).buffer);
  whole.writeBigInt64BE(BigInt(firstOffset), 0);
  const packed = bomb ? bombs.get(codec) : undefined;
  if (packed === undefined) return whole;
  const bytes = Buffer.concat([whole.subarray(0, headBytes), packed]);
  bytes.writeInt32BE(bytes.length - lengthEnd, lengthAt);
  return bytes;
}

/** One record in which only the size is wrong. */
function bombRecord(): Buffer {
  const signed = (count: number): Uint8Array => varint(BigInt(count) * 2n);
  const noKey = Uint8Array.of(1);
  const body = Buffer.concat([Buffer.alloc(3), noKey, signed(batchBytesMax + 1), Buffer.alloc(batchBytesMax + 1), Buffer.alloc(1)]);
  return Buffer.concat([signed(body.length), body]);
}

/** The answer has version 13, with one partition of one topic. */
function answerBytes(records: Uint8Array): Buffer {
  const none = varint(0n);
  return Buffer.concat([
    Buffer.alloc(4 + 2 + 4),
    varint(2n),
    Buffer.alloc(16, 7),
    varint(2n),
    Buffer.alloc(4 + 2 + 3 * 8),
    ...[none, Buffer.alloc(4), varint(BigInt(records.length + 1)), records, none, none, none],
  ]);
}
