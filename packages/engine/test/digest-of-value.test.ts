/** The digest beside an idempotency key is equal for equal values and differs for others. */
import { expect, test } from "vitest";
import { digestOfValue } from "../src/model/digest-of-value.ts";
import { absentValue } from "@signalbox/runtime/model/typed-value";

const digest = (typename: string, ...bytes: number[]): number => digestOfValue({ typename, bytes: Uint8Array.from(bytes) });

test("tells types, bytes and absence apart, and the end of a type from the beginning of the bytes", () => {
  const digests = [
    digest("n/v"),
    digest("n/v", 0),
    digest("n/v", 0, 0),
    digest("n/v", 1),
    digest("n/w"),
    digest("n/va"),
    digest("n/v", 97),
    digestOfValue(absentValue("n/v")),
  ];
  expect(new Set(digests).size).toBe(digests.length);
  for (const one of digests) expect(Number.isSafeInteger(one) && one >= 0).toBe(true);
  expect(digest("n/v", 1)).toBe(digests[3]);
});

test("spreads over its 53 bits: ten thousand small values have ten thousand digests", () => {
  const digests = new Set(Array.from({ length: 10_000 }, (_, number) => digest("n/v", number & 255, number >> 8)));
  expect(digests.size).toBe(10_000);
});
