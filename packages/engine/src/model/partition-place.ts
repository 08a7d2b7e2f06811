/**
 * PartitionPlace: which of how many partitions one is, and which of them owns an id. An entity lives in the home of its id, so that all
 * types of one id share a partition, as cancellation tokens require. An egress and a producer live in the home of their names.
 */
export { homeOf } from "@signalbox/runtime/model/home-of";

export interface PartitionPlace {
  readonly index: number;
  readonly count: number;
}

export const onlyPartition: PartitionPlace = { index: 0, count: 1 };

export const partitionsMax = 64;
