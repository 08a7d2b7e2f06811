/**
 * NumberBuckets: numbers of any size counted in few buckets, sixteen to each doubling, so that counts of many steps add up in the browser.
 * Guarantee: the middle of a number's bucket is within 4 % of it.
 */
const perDoubling = 16;
const zero = 0;
/** Keeps what is below one apart from what is negative: the smallest double's exponent is −1 074. */
const offset = 1_100 * perDoubling;

export function bucketOf(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return zero;
  const place = Math.floor(Math.log2(Math.abs(value)) * perDoubling) + offset;
  return value < 0 ? -place : place;
}

export function middleOf(bucket: number): number {
  if (bucket === zero) return 0;
  const size = 2 ** ((Math.abs(bucket) - offset + 0.5) / perDoubling);
  return bucket < 0 ? -size : size;
}
