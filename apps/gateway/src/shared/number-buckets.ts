/**
 * NumberBuckets: counts numbers of any size in few buckets, so that the browser can add up the counts of many steps. Each small whole
 * number has a bucket of its own; all others share 64 buckets to each doubling.
 * Guarantee: the middle of a bucket is the number itself for whole numbers up to 1 000, and within 1 % of it for all others.
 */
const wholeMax = 1_000;
const perDoubling = 64;
/**
 * Keeps the numbers below one apart from the negative ones (the smallest double is 2 ^ -1 074), and both apart from the small whole
 * numbers.
 */
const offset = 1_100 * perDoubling + wholeMax;

export function bucketOf(value: number): number {
  if (!Number.isFinite(value)) return 0;
  if (Number.isInteger(value) && Math.abs(value) <= wholeMax) return value;
  const place = Math.floor(Math.log2(Math.abs(value)) * perDoubling) + offset;
  return value < 0 ? -place : place;
}

export function middleOf(bucket: number): number {
  if (Math.abs(bucket) <= wholeMax) return bucket;
  const size = 2 ** ((Math.abs(bucket) - offset + 0.5) / perDoubling);
  return bucket < 0 ? -size : size;
}
