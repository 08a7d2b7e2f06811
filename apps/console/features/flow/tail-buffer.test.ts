import { describe, expect, it } from "vitest";
import type { TailRow } from "../../trpc/views.ts";
import { TAIL_ROWS_MAX, TailBuffer } from "./tail-buffer.ts";

function row(sequence: number): TailRow {
  const address = { type: "shop/cart", id: "bob" };
  return {
    sequence,
    atMs: 0,
    address,
    valueType: "v",
    status: "completed",
    word: "completed",
    durationMs: 1,
    messages: 1,
    trace: 1,
    attempt: 1,
    preview: "",
  };
}

describe("the tail's buffer", () => {
  it("keeps the newest rows first", () => {
    const buffer = new TailBuffer();
    buffer.push({ rows: [row(1), row(2)], dropped: 0, unclear: 0, filter: "" });
    buffer.push({ rows: [row(3)], dropped: 0, unclear: 0, filter: "" });
    expect(buffer.snapshot().rows.map((each) => each.sequence)).toEqual([3, 2, 1]);
  });
  it("never holds more than its limit, and still counts the rows that came and those left out", () => {
    const buffer = new TailBuffer();
    for (let frame = 0; frame < 30; frame += 1)
      buffer.push({ rows: Array.from({ length: 100 }, (_, index) => row(frame * 100 + index)), dropped: 7, unclear: 0, filter: "" });
    const { rows, received, dropped } = buffer.snapshot();
    expect(rows.length).toBe(TAIL_ROWS_MAX);
    expect(rows[0]?.sequence).toBe(2_999);
    expect(received).toBe(3_000);
    expect(dropped).toBe(210);
  });
  it("takes older rows behind the live ones, each once", () => {
    const buffer = new TailBuffer();
    buffer.push({ rows: [row(3), row(4)], dropped: 0, unclear: 0, filter: "" });
    buffer.older([row(3), row(2), row(1)]);
    expect(buffer.snapshot().rows.map((each) => each.sequence)).toEqual([4, 3, 2, 1]);
    expect(buffer.snapshot().received).toBe(2);
  });
  it("has a row once that came from the journal before its frame", () => {
    const buffer = new TailBuffer();
    buffer.older([row(2), row(1)]);
    buffer.push({ rows: [row(2), row(3)], dropped: 0, unclear: 0, filter: "" });
    expect(buffer.snapshot().rows.map((each) => each.sequence)).toEqual([3, 2, 1]);
  });
  it("puts rows of a gap in the stream in their place", () => {
    const buffer = new TailBuffer();
    buffer.push({ rows: [row(1), row(5)], dropped: 0, unclear: 0, filter: "" });
    buffer.older([row(4), row(3), row(1)]);
    expect(buffer.snapshot().rows.map((each) => each.sequence)).toEqual([5, 4, 3, 1]);
  });
  it("tells no listener of an empty frame", () => {
    const buffer = new TailBuffer();
    let told = 0;
    buffer.watch(() => (told += 1));
    buffer.push({ rows: [], dropped: 0, unclear: 0, filter: "" });
    expect(told).toBe(0);
  });
});
