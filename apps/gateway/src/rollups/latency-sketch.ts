/**
 * LatencySketch: how often each latency was seen, in logarithmic buckets: any percentile of it is within ±2 % (and the 10 µs of a unit),
 * and two sketches add up without losing anything. Each of its buckets is four of those of flow/latency-counter.ts, so that what was
 * counted there fits exactly. It is pure, and plain data that structured clone copies.
 */
import { latencyUnitsPerMs } from "../flow/latency-counter.ts";
import type { LatencyCounts } from "../flow/flow-digest.ts";

/** The count of each bucket. */
export type LatencySketch = ReadonlyMap<number, number>;

/**
 * Below this each unit has a bucket of its own. Above, each doubling has half as many buckets: half of a bucket's width is 1/64 of its
 * least.
 */
const singleUnits = 64;
const half = singleUnits / 2;
const bytesMax = 8_192;

function bucketOf(units: number): number {
  if (units < singleUnits) return Math.max(0, Math.floor(units));
  const shift = 26 - Math.clz32(units);
  return singleUnits + (shift - 1) * half + (units >>> shift) - half;
}

function middleOf(bucket: number): number {
  if (bucket < singleUnits) return bucket;
  const shift = Math.floor((bucket - singleUnits) / half) + 1;
  const least = (((bucket - singleUnits) % half) + half) * 2 ** shift;
  return least + (2 ** shift - 1) / 2;
}

export function addCounts(sketch: Map<number, number>, counts: LatencyCounts): void {
  for (let at = 0; at < counts.length; at += 2) {
    const bucket = bucketOf(counts[at] ?? 0);
    sketch.set(bucket, (sketch.get(bucket) ?? 0) + (counts[at + 1] ?? 0));
  }
}

export function addSketch(sketch: Map<number, number>, other: LatencySketch): void {
  for (const [bucket, count] of other) sketch.set(bucket, (sketch.get(bucket) ?? 0) + count);
}

/** Returns milliseconds; null when nothing was seen. */
export function percentilesOf(sketch: LatencySketch, percents: readonly number[]): (number | null)[] {
  const buckets = [...sketch].sort(([left], [right]) => left - right);
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return percents.map(() => null);
  return percents.map((percent) => {
    let left = Math.max(1, Math.ceil((percent / 100) * total));
    for (const [bucket, count] of buckets) {
      left -= count;
      if (left <= 0) return middleOf(bucket) / latencyUnitsPerMs;
    }
    return null;
  });
}

/** Writes pairs of varints: the distance from the bucket before, and the count. */
export function encodeSketch(sketch: LatencySketch): Uint8Array {
  const bytes: number[] = [];
  let before = 0;
  for (const [bucket, count] of [...sketch].sort(([left], [right]) => left - right)) {
    varint(bytes, bucket - before);
    varint(bytes, count);
    before = bucket;
  }
  return Uint8Array.from(bytes);
}

/** Returns an empty sketch for bytes that are none, because a sketch is only a memory of what was counted. */
export function decodeSketch(bytes: Uint8Array): Map<number, number> {
  const sketch = new Map<number, number>();
  if (bytes.length > bytesMax) return sketch;
  let bucket = 0;
  let at = 0;
  const next = (): number => {
    let value = 0;
    for (let scale = 1; at < bytes.length; scale *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    return value;
  };
  while (at < bytes.length) {
    bucket += next();
    sketch.set(bucket, next());
  }
  return sketch;
}

function varint(bytes: number[], value: number): void {
  let left = value;
  while (left >= 128) {
    bytes.push((left % 128) | 128);
    left = Math.floor(left / 128);
  }
  bytes.push(left);
}
