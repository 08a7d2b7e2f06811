/** Sequences inside keys have eleven digits to the base 36, whatever sequence was written before. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeSequence, encodeSequence } from "../src/core/store/store-key.ts";

const edges = [0, 35, 36, 36 ** 2 - 1, 36 ** 2, 36 ** 3 - 1, 36 ** 3, 2 ** 31, 2 ** 32, 2 ** 52 - 1, Number.MAX_SAFE_INTEGER];
const sequence = fc.oneof(
  fc.maxSafeNat(),
  fc.nat(3000),
  fc
    .tuple(fc.constantFrom(...edges), fc.integer({ min: -2, max: 2 }))
    .map(([edge, by]) => Math.min(Math.max(0, edge + by), Number.MAX_SAFE_INTEGER)),
);

test("a sequence has the same text each time, of eleven digits, and reads back as itself", () => {
  fc.assert(
    fc.property(fc.array(sequence), (sequences) => {
      for (const one of sequences) {
        const text = encodeSequence(one);
        expect(text).toBe(one.toString(36).padStart(11, "0"));
        expect(decodeSequence(text)).toBe(one);
      }
    }),
  );
});

test.each([-1, -1297, 0.5, 1296.5])("%d, which is not a sequence, keeps its text too", (bound) => {
  expect(encodeSequence(bound)).toBe(bound.toString(36).padStart(11, "0"));
});

test("texts sort as their sequences do", () => {
  fc.assert(
    fc.property(sequence, sequence, (one, two) => {
      expect(encodeSequence(one) < encodeSequence(two)).toBe(one < two);
    }),
  );
});
