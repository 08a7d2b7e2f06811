/**
 * PartitionPlace: which of how many partitions one is, and which of them owns an id. An entity lives in the home of its id, so that all
 * types of one id share a partition, as cancellation tokens require. An egress and a producer live in the home of their names. The hash is
 * part of the store's format: with another one, entities would be looked for where they are not.
 */
import { hashOfText } from "./hash-of-text.ts";

export interface PartitionPlace {
  readonly index: number;
  readonly count: number;
}

export const onlyPartition: PartitionPlace = { index: 0, count: 1 };

export const partitionsMax = 64;

export function homeOf(name: string, count: number): number {
  return count === 1 ? 0 : hashOfText(name) % count;
}
