/**
 * PartitionPlace: which of how many partitions one is, and which of them owns an id. An entity lives in the home of its id (so all types
 * of one id share a partition, as cancellation tokens want it), an egress in the home of its name, a producer in the home of its name.
 * The hash is part of the store's format: another one would look for entities where they are not.
 */
export interface PartitionPlace {
  readonly index: number;
  readonly count: number;
}

export const onlyPartition: PartitionPlace = { index: 0, count: 1 };

export const partitionsMax = 64;

/** FNV-1a over UTF-16 units, mixed once more at the end: short ids that differ in one digit spread evenly. */
export function homeOf(name: string, count: number): number {
  if (count === 1) return 0;
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash ^= hash >>> 13;
  return (hash >>> 0) % count;
}
