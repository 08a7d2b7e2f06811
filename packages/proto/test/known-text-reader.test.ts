/** Texts read through KnownTextReader are those that protobufjs reads, whatever was read before, and it refuses what protobufjs refuses. */
import protobuf from "protobufjs/minimal.js";
import { describe, expect, test } from "vitest";
import { KnownTextReader, PublishFrame, StringWrapper } from "@signalbox/proto";

const bytesOf = (text: string): Uint8Array => StringWrapper.encode({ value: text }).finish();
const read = (bytes: Uint8Array): string => StringWrapper.decode(new KnownTextReader(bytes)).value;

/** Reads the text, or says that it is refused. */
function outcome(readIt: () => string): string {
  try {
    return `text ${readIt()}`;
  } catch {
    return "refused";
  }
}

describe("a text", () => {
  test("is the same at every reading: of any length, in any script", () => {
    const texts = ["", "a", "shop/cart", "é", "éé", "😀", "\0", "\u{7f}", "x".repeat(63), "x".repeat(64), "x".repeat(65), "ü".repeat(40)];
    for (let round = 0; round < 3; round++) for (const text of texts) expect(read(bytesOf(text))).toBe(text);
  });

  test("is not taken for another one with the same hash", () => {
    // More texts of one length than there are places, read again in another order.
    const texts = Array.from({ length: 5_000 }, (_, index) => `id-${String(index).padStart(5, "0")}`);
    for (const text of texts) expect(read(bytesOf(text))).toBe(text);
    for (const text of texts.toReversed()) expect(read(bytesOf(text))).toBe(text);
  });

  test("of any two bytes is read or refused as protobufjs does, after every text of one character and of two", () => {
    for (let code = 0; code < 256; code++) read(bytesOf(String.fromCharCode(code)));
    for (let first = 0; first < 256; first++) {
      for (const second of [0x41, 0x80, 0xa9, 0xff]) {
        read(bytesOf(String.fromCharCode(first, second)));
        const bytes = new Uint8Array([10, 2, first, second]);
        const plainly = outcome(() => StringWrapper.decode(new protobuf.Reader(bytes)).value);
        expect(outcome(() => read(bytes))).toBe(plainly);
      }
    }
  });

  test("that is cut is refused", () => {
    const bytes = bytesOf("shop/cart");
    read(bytes);
    for (let length = 1; length < bytes.length; length++) expect(outcome(() => read(bytes.subarray(0, length)))).toBe("refused");
    expect(outcome(() => read(new Uint8Array([10, 0xff, 0xff, 0xff, 0xff, 0x0f])))).toBe("refused");
  });
});

test("the texts of a message inside a message end where it ends", () => {
  const messages = [{ sequence: 1, type: "shop/cart", id: "ada", valueType: "shop/Item", value: new Uint8Array([1]) }];
  const frame = PublishFrame.encode({ producer: "p", messages }).finish();
  expect(PublishFrame.decode(new KnownTextReader(frame)).toJSON()).toEqual(PublishFrame.decode(frame).toJSON());
  // The text claims more bytes than its message has, though the frame has them.
  const inner = new Uint8Array([18, 9, 0x73]);
  const broken = new Uint8Array([18, inner.length, ...inner, ...bytesOf("0123456789")]);
  expect(outcome(() => PublishFrame.decode(new KnownTextReader(broken)).producer)).toBe("refused");
});
