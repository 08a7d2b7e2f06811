/**
 * TallySum: adds up the steps of a count, and the bars of their distribution. Pure. Neighbour: use-tally.ts takes the steps.
 */
import { middleOf } from "@signalbox/gateway/shared";
import type { EntityTally } from "../../trpc/views.ts";

export type TallySum = Omit<EntityTally, "cursor">;

export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

export function sumOf(left: TallySum | undefined, right: TallySum): TallySum {
  if (left === undefined) return right;
  return {
    looked: {
      rows: left.looked.rows + right.looked.rows,
      complete: right.looked.complete,
      unclear: left.looked.unclear + right.looked.unclear,
      unclearWhy: left.looked.unclearWhy ?? right.looked.unclearWhy,
    },
    matched: left.matched + right.matched,
    waiting: left.waiting + right.waiting,
    byStatus: added(left.byStatus, right.byStatus, "status", "entities"),
    sample: left.sample.length > 0 ? left.sample : right.sample,
    numbers: numbersOf(left.numbers, right.numbers),
    texts: added(left.texts, right.texts, "text", "count").toSorted((one, other) => other.count - one.count),
  };
}

function added<Key extends string, Count extends string, Row extends Record<Key, string> & Record<Count, number>>(
  left: readonly Row[],
  right: readonly Row[],
  ...[key, count]: readonly [Key, Count]
): Row[] {
  const rows = new Map(left.map((row): [string, Row] => [row[key], row]));
  for (const row of right) {
    const before = rows.get(row[key]);
    rows.set(row[key], before === undefined ? row : { ...row, [count]: before[count] + row[count] });
  }
  return [...rows.values()];
}

function numbersOf(left: TallySum["numbers"], right: TallySum["numbers"]): TallySum["numbers"] {
  if (left === null || right === null) return left ?? right;
  const buckets = new Map(left.buckets);
  for (const [bucket, count] of right.buckets) buckets.set(bucket, (buckets.get(bucket) ?? 0) + count);
  return {
    count: left.count + right.count,
    min: Math.min(left.min, right.min),
    max: Math.max(left.max, right.max),
    buckets: [...buckets],
  };
}

/** Makes equal steps from the least to the greatest value; the count of a bucket goes to the bar that holds its middle. */
export function barsOf(numbers: NonNullable<TallySum["numbers"]>, barsMax: number): Bar[] {
  const { min, max, buckets } = numbers;
  // This also covers doubles with no values between them, or none so far apart.
  const fraction = (max - min) / barsMax;
  if (min + fraction === min || max - fraction === max || !Number.isFinite(fraction)) return [{ from: min, to: max, count: numbers.count }];
  const whole = Number.isInteger(min) && Number.isInteger(max);
  const step = whole ? Math.max(1, Math.ceil((max - min) / barsMax)) : fraction;
  const count = whole ? Math.floor((max - min) / step) + 1 : barsMax;
  const bars = Array.from({ length: count }, (_none, at) => ({ from: min + at * step, to: min + (at + 1) * step, count: 0 }));
  for (const [bucket, entities] of buckets) {
    const middle = Math.min(max, Math.max(min, middleOf(bucket)));
    const bar = bars[Math.min(count - 1, Math.floor((middle - min) / step))];
    if (bar !== undefined) bar.count += entities;
  }
  // Fractional steps do not add up to the last digit, so the end is set exactly.
  return whole ? bars : bars.with(-1, { from: min + (count - 1) * step, to: max, count: bars.at(-1)?.count ?? 0 });
}
