/**
 * Rows between the gateway and the Java tool are read as they were written, however the pipe cuts them; a stream that ends early is never
 * taken for whole.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FrameEncoder, frameKinds, framesOf, neverMs } from "../../src/savepoint/frames.ts";

type Row = readonly [text: string, integer: number, bytes: Uint8Array | undefined];
const row: fc.Arbitrary<Row> = fc.tuple(
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.oneof(fc.maxSafeNat(), fc.constant(neverMs)),
  fc.option(fc.uint8Array({ maxLength: 300 }), { nil: undefined }),
);

function written(rows: readonly Row[]): Buffer {
  const encoder = new FrameEncoder();
  const chunks = rows.map(([text, integer, bytes]) => encoder.begin(frameKinds.state).text(text).integer(integer).bytes(bytes).end());
  return Buffer.concat([...chunks.filter((chunk) => chunk !== undefined), encoder.finish()]);
}

async function* cutInto(buffer: Buffer, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let turn = 0; at < buffer.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield buffer.subarray(at, at + size);
    at += size;
  }
}

async function read(buffer: Buffer, sizes: readonly number[]): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const frames of framesOf(cutInto(buffer, sizes)))
    for (const frame of frames) {
      const text = frame.text() ?? "";
      const integer = frame.integer();
      const bytes = frame.bytes();
      rows.push([text, integer, bytes === undefined ? undefined : new Uint8Array(bytes)]);
    }
  return rows;
}

const sizes = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 5 });

describe("frames", () => {
  test("written rows are read back, whatever the pieces of the pipe", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 30 }), sizes, async (rows, pieces) => {
        expect(await read(written(rows), pieces)).toEqual(rows);
      }),
    );
  });

  test("a row that is larger than a chunk comes whole", async () => {
    const large: Row = ["large", 1, new Uint8Array(3_000_000).fill(7)];
    const [found] = await read(written([large]), [65_536]);
    expect(found?.[2]?.length).toBe(3_000_000);
    expect(found?.[2]?.every((byte) => byte === 7)).toBe(true);
  });

  test("a stream that was cut anywhere is refused", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 10 }), fc.nat(), sizes, async (rows, place, pieces) => {
        const whole = written(rows);
        await expect(read(whole.subarray(0, place % whole.length), pieces)).rejects.toMatchObject({ code: "FLINK_TOOL_FAILED" });
      }),
    );
  });

  test("a row that lost a neighbour is noticed by the count", async () => {
    const encoder = new FrameEncoder();
    const one = encoder.begin(frameKinds.state).text("one").integer(1).bytes(undefined);
    expect(one.end()).toBeUndefined();
    const whole = encoder.finish();
    // Without the first frame the last one names one row more than came.
    const first = 4 + whole.readInt32BE(0);
    await expect(read(whole.subarray(first), [16])).rejects.toThrow("0 rows came of 1");
  });
});
