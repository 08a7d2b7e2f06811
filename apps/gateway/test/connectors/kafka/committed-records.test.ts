/** What a reader of committed records sees of batches as brokers keep them: aborted transactions, control batches, compacted gaps. */
import { describe, expect, it } from "vitest";
import { readFetched } from "../../../src/connectors/kafka/committed-records.ts";
import type { AbortedTransaction, WireBatch } from "../../../src/connectors/kafka/kafka-wire.ts";

interface Options {
  readonly producer?: bigint;
  readonly transactional?: boolean;
  readonly deltas?: readonly number[];
  readonly lastDelta?: number;
}

function batch(firstOffset: bigint, values: readonly string[], options: Options = {}): WireBatch {
  const { producer = 7n, transactional = true } = options;
  const deltas = options.deltas ?? values.map((_, index) => index);
  return {
    firstOffset,
    lastOffsetDelta: options.lastDelta ?? Math.max(0, ...deltas),
    attributes: transactional ? 16 : 0,
    producerId: transactional ? producer : -1n,
    producerEpoch: 0,
    firstTimestamp: 1000n,
    records: values.map((value, index) => ({
      offsetDelta: deltas[index] ?? 0,
      timestampDelta: BigInt(index),
      key: Buffer.from("k"),
      value: Buffer.from(value),
      headers: [],
    })),
  };
}

function end(offset: bigint, how: "commit" | "abort", producer = 7n): WireBatch {
  const key = Buffer.alloc(4);
  key.writeInt16BE(how === "commit" ? 1 : 0, 2);
  const record = { offsetDelta: 0, timestampDelta: 0n, key, value: Buffer.alloc(6), headers: [] };
  return {
    firstOffset: offset,
    lastOffsetDelta: 0,
    attributes: 48,
    producerId: producer,
    producerEpoch: 0,
    firstTimestamp: 1000n,
    records: [record],
  };
}

function seen(batches: readonly WireBatch[], aborted: readonly AbortedTransaction[] = [], from = 0n): { values: string[]; next: bigint } {
  const { records, next } = readFetched({ batches, aborted }, from);
  return { values: records.map(({ value }) => Buffer.from(value ?? []).toString()), next };
}

describe("reading committed records", () => {
  it("shows each committed transaction of a producer whose other ones were aborted", () => {
    const batches = [
      batch(0n, ["a0"]),
      end(1n, "abort"),
      batch(2n, ["c0"]),
      end(3n, "commit"),
      batch(4n, ["a1"]),
      end(5n, "abort"),
      batch(6n, ["c1"]),
      end(7n, "commit"),
    ];
    const aborted = [
      { producerId: 7n, firstOffset: 4n },
      { producerId: 7n, firstOffset: 0n },
    ];
    expect(seen(batches, aborted)).toEqual({ values: ["c0", "c1"], next: 8n });
  });

  it("keeps transactions of producers apart that are interleaved", () => {
    const batches = [
      batch(0n, ["a"], { producer: 1n }),
      batch(1n, ["c"], { producer: 2n }),
      batch(2n, ["a"], { producer: 1n }),
      end(3n, "commit", 2n),
      end(4n, "abort", 1n),
      batch(5n, ["plain"], { transactional: false }),
    ];
    expect(seen(batches, [{ producerId: 1n, firstOffset: 0n }])).toEqual({ values: ["c", "plain"], next: 6n });
  });

  it("hides the rest of a transaction that began before the fetch", () => {
    const batches = [batch(50n, ["a"]), end(51n, "abort"), batch(52n, ["c"]), end(53n, "commit")];
    expect(seen(batches, [{ producerId: 7n, firstOffset: 3n }], 50n)).toEqual({ values: ["c"], next: 54n });
  });

  it("moves on over control batches alone", () => {
    expect(seen([end(9n, "commit")], [], 9n)).toEqual({ values: [], next: 10n });
  });

  it("starts inside a batch and passes offsets that compaction removed", () => {
    const compacted = batch(100n, ["x", "y", "z"], { deltas: [1, 4, 8], lastDelta: 9 });
    expect(seen([compacted], [], 103n)).toEqual({ values: ["y", "z"], next: 110n });
  });

  it("stays at its place when no record came", () => {
    expect(seen([], [], 12n)).toEqual({ values: [], next: 12n });
  });

  it("gives each record its offset and time", () => {
    const { records } = readFetched({ batches: [batch(5n, ["a", "b"], { transactional: false })], aborted: [] }, 5n);
    expect(records.map(({ offset, timestampMs }) => [offset, timestampMs])).toEqual([
      [5n, 1000],
      [6n, 1001],
    ]);
  });
});
