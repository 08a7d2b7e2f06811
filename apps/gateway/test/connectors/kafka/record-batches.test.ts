/** What the bytes of a fetch become, in bounds: every codec, bombs, batches with more records than an answer has room for, damage at every byte. */
import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { compressionsAlgorithms, createRecordsBatch } from "@platformatic/kafka";
import { describe, expect, it } from "vitest";
import { readFetched } from "../../../src/connectors/kafka/committed-records.ts";
import { answerRoom, readBatches, type AnswerRoom } from "../../../src/connectors/kafka/record-batches.ts";
import { batchBytesMax } from "../../../src/connectors/kafka/unpack-batch.ts";

type Codec = "none" | "gzip" | "snappy" | "lz4" | "zstd";

function batchOf(
  values: readonly (string | Buffer)[],
  { codec = "none", firstOffset = 0n }: { codec?: Codec; firstOffset?: bigint } = {},
): Buffer {
  const messages = values.map((value, index): Parameters<typeof createRecordsBatch>[0][number] => ({
    ...{ topic: "orders", partition: 0, key: Buffer.from(`k${index}`), value: Buffer.from(value), timestamp: 1000n + BigInt(index) },
    headers: new Map([[Buffer.from("n"), Buffer.from(String(index))]]),
  }));
  const bytes = Buffer.from(createRecordsBatch(messages, { compression: codec }).buffer);
  bytes.writeBigInt64BE(firstOffset, 0);
  return bytes;
}

async function seen(
  bytes: Uint8Array,
  from = 0n,
  room = answerRoom(),
): Promise<{ values: string[]; next: bigint; unreadable: (string | undefined)[]; corrupt: boolean }> {
  const { batches, corrupt } = await readBatches(bytes, from, room);
  const { records, next } = readFetched({ batches, aborted: [] }, from);
  const values = records.map(({ value }) => Buffer.from(value ?? []).toString());
  return { values, next, unreadable: records.map(({ unreadable }) => unreadable), corrupt };
}

const bomb = (bytes: number): Buffer => Buffer.alloc(bytes, 97);
const codecs: readonly Codec[] = ["none", "gzip", "snappy", "lz4", "zstd"];

describe("the batches of a fetch", () => {
  it.each(codecs)("are read as they were written, packed as %s", async (codec) => {
    const bytes = Buffer.concat([
      batchOf(["a", "b"], { codec, firstOffset: 5n }),
      batchOf(["c", randomBytes(70_000)], { codec, firstOffset: 7n }),
    ]);
    const { batches } = await readBatches(bytes, 6n, answerRoom());
    const records = batches.flatMap((batch) =>
      batch.records.map((record) => ({ ...record, offset: batch.firstOffset + BigInt(record.offsetDelta) })),
    );
    expect(records.map(({ offset }) => offset)).toEqual([6n, 7n, 8n]);
    expect(records[0]).toMatchObject({
      timestampDelta: 1n,
      key: Buffer.from("k1"),
      value: Buffer.from("b"),
      headers: [[Buffer.from("n"), Buffer.from("1")]],
    });
    expect(records[2]?.value).toHaveLength(70_000);
  });

  it.each(["gzip", "snappy", "lz4", "zstd"] as const)(
    "that unpack to more than the bound cost no memory and hold up no others, packed as %s",
    async (codec) => {
      const bytes = Buffer.concat([
        batchOf(["before"], { codec }),
        batchOf([bomb(batchBytesMax + 1)], { codec, firstOffset: 1n }),
        batchOf(["after"], { codec, firstOffset: 2n }),
      ]);
      const { values, next, unreadable } = await seen(bytes);
      expect([values[0], values[2], next]).toEqual(["before", "after", 3n]);
      expect(unreadable[1]).toBe(`the batch of the offsets 1 to 1 cannot be read: it unpacks to more than ${batchBytesMax} bytes`);
    },
  );

  it("are read as far as an answer has room, and the rest next time", async () => {
    const bytes = Buffer.concat(
      Array.from({ length: 6 }, (_, index) => batchOf([bomb(20_000)], { codec: "zstd", firstOffset: BigInt(index) })),
    );
    const small = (): AnswerRoom => ({ bytesLeft: 30_000, recordsLeft: 100 });
    expect((await seen(bytes, 0n, small())).next).toBe(2n);
    expect((await seen(bytes, 2n, small())).next).toBe(4n);
  });

  it("with more records than an answer holds are read in pieces, each record once", async () => {
    const values = Array.from({ length: 450 }, (_, index) => String(index));
    const bytes = batchOf(values, { codec: "zstd" });
    const all: string[] = [];
    let next = 0n;
    for (let fetches = 0; next < 450n; fetches++) {
      expect(fetches).toBeLessThan(4);
      const answer = await seen(bytes, next, { bytesLeft: 1_000_000, recordsLeft: 200 });
      all.push(...answer.values);
      next = answer.next;
    }
    expect(all).toEqual(values);
  });

  it("give the thread to others while many records are read", async () => {
    const bytes = batchOf(Array.from({ length: 20_000 }, () => "x"));
    let turns = 0;
    let done = false;
    const count = (): void => {
      turns++;
      if (!done) setImmediate(count);
    };
    setImmediate(count);
    await readBatches(bytes, 0n, answerRoom());
    done = true;
    expect(turns).toBeGreaterThanOrEqual(9);
  });

  it("keep the first thousand headers of a record, however many there are", async () => {
    const headers = new Map(Array.from({ length: 5_000 }, (_, index) => [Buffer.from(`h${index}`), Buffer.from("")]));
    const bytes = Buffer.from(createRecordsBatch([{ topic: "t", key: Buffer.from("k"), value: Buffer.from("v"), headers }], {}).buffer);
    const { batches } = await readBatches(bytes, 0n, answerRoom());
    expect(batches[0]?.records[0]?.headers).toHaveLength(1_000);
  });

  it("of an older format, of an unknown packing or with wrong contents are named by their offsets", async () => {
    const old = batchOf(["a"], { firstOffset: 3n });
    old.writeInt8(1, 16);
    expect((await seen(old)).unreadable).toEqual([expect.stringContaining("offsets 3 to 3 cannot be read: it is of the format 1")]);
    const unknown = batchOf(["a", "b"]);
    unknown.writeInt16BE(6, 21);
    expect((await seen(unknown)).unreadable).toEqual([expect.stringContaining("offsets 0 to 1 cannot be read: it is packed in a way")]);
    const lying = batchOf(["a", "b"]);
    lying.writeInt16BE(1, 21);
    expect((await seen(lying)).unreadable).toEqual([expect.stringContaining("it cannot be unpacked as gzip")]);
    const cut = Buffer.concat([batchOf(["a"], { codec: "gzip" }).subarray(0, 61), gzipSync(Buffer.from([40, 0, 0]))]);
    cut.writeInt32BE(cut.length - 12, 8);
    expect((await seen(cut)).unreadable).toEqual([expect.stringContaining("its records are cut or broken")]);
  });

  it("whose length is invalid are corrupt, as the beginning of the next one is unknown", async () => {
    const bytes = batchOf(["a"]);
    bytes.writeInt32BE(-5, 8);
    expect(await readBatches(bytes, 0n, answerRoom())).toEqual({ batches: [], corrupt: true });
    bytes.writeInt32BE(1_000_000, 8);
    expect(await readBatches(bytes, 0n, answerRoom())).toEqual({ batches: [], corrupt: true });
    const negative = batchOf(["a"]);
    negative.writeInt32BE(-1, 23);
    expect(await readBatches(negative, 0n, answerRoom())).toEqual({ batches: [], corrupt: true });
  });

  it.each(codecs)("cut or changed at any byte end in records, a reason or corrupt, packed as %s", async (codec) => {
    const whole = Buffer.concat([batchOf(["first", "second"], { codec }), batchOf(["third"], { codec, firstOffset: 2n })]);
    for (let at = 0; at < whole.length; at++) {
      const { values, next } = await seen(whole.subarray(0, at));
      expect(values.length).toBeLessThanOrEqual(3);
      expect(next).toBeLessThan(3n);
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 0xff;
      await seen(changed);
    }
  });

  it("of the library's own snappy, without Java's frame, are bounded too", async () => {
    const packed = compressionsAlgorithms.snappy.compressSync(bomb(batchBytesMax + 10));
    const bytes = Buffer.concat([batchOf(["a"], { codec: "snappy" }).subarray(0, 61), packed]);
    bytes.writeInt32BE(bytes.length - 12, 8);
    expect((await seen(bytes)).unreadable).toEqual([expect.stringContaining("unpacks to more than")]);
  });
});
