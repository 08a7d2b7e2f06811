import { bucketOf, middleOf } from "@signalbox/gateway/shared";
import fc from "fast-check";
import { expect, it } from "vitest";
import { barsOf, sumOf, type TallySum } from "./tally-sum.ts";

function step(values: readonly number[]): TallySum {
  const buckets = new Map<number, number>();
  for (const value of values) buckets.set(bucketOf(value), (buckets.get(bucketOf(value)) ?? 0) + 1);
  const numbers = { count: values.length, min: Math.min(...values), max: Math.max(...values), buckets: [...buckets] };
  return {
    looked: { rows: values.length, complete: true, unclear: 0, unclearWhy: null },
    matched: values.length,
    waiting: 0,
    byStatus: [{ status: "idle", entities: values.length }],
    sample: [],
    numbers: values.length === 0 ? null : numbers,
    texts: [{ text: "gold", count: values.length }],
  };
}

const numbers = fc.array(fc.oneof(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.double({ min: -1e9, max: 1e9, noNaN: true })), {
  maxLength: 40,
});

it("adds steps up to the sum of one step", () => {
  fc.assert(
    fc.property(numbers, numbers, (left, right) => {
      const sum = sumOf(step(left), step(right));
      const whole = step([...left, ...right]);
      expect(sum).toMatchObject({ matched: whole.matched, byStatus: whole.byStatus, texts: whole.texts, looked: whole.looked });
      expect(sum.numbers?.min).toBe(whole.numbers?.min);
      expect(new Map(sum.numbers?.buckets)).toEqual(new Map(whole.numbers?.buckets));
    }),
  );
});

it("gives every number to a bar, within its least and its greatest", () => {
  fc.assert(
    fc.property(
      numbers.filter((list) => list.length > 0),
      (list) => {
        const counted = step(list).numbers;
        if (counted === null) throw new Error("numbers were counted");
        const bars = barsOf(counted, 24);
        expect(bars.reduce((sum, { count }) => sum + count, 0)).toBe(list.length);
        expect(bars.length).toBeLessThanOrEqual(25);
        expect(bars[0]?.from).toBe(counted.min);
        expect(bars.at(-1)?.to).toBeGreaterThanOrEqual(counted.max);
      },
    ),
  );
});

it.each([
  [0, 5e-324],
  [1, 1 + Number.EPSILON],
  [-1e308, 1e308],
])("is one bar where there is no room or no measure for more: %s to %s", (min, max) => {
  const counted = step([min, max]).numbers;
  expect(counted && barsOf(counted, 24)).toEqual([{ from: min, to: max, count: 2 }]);
});

it("counts whole numbers to 1 000 exactly, and others within 1 %", () => {
  fc.assert(
    fc.property(fc.oneof(fc.integer({ min: -1_000, max: 1_000 }), fc.double({ min: -1e300, max: 1e300, noNaN: true })), (value) => {
      const middle = middleOf(bucketOf(value));
      if (Number.isInteger(value) && Math.abs(value) <= 1_000) expect(middle).toBe(value);
      else expect(Math.abs(middle - value)).toBeLessThanOrEqual(Math.abs(value) * 0.01 + Number.MIN_VALUE);
    }),
  );
});
