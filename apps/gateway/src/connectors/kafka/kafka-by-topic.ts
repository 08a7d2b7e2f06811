/** byTopic: groups partitions as requests need them: one entry per topic. */
import type { TopicPartition } from "./kafka-wire.ts";

export function byTopic<Asked extends TopicPartition, Part>(
  asked: readonly Asked[],
  part: (one: Asked) => Part,
): { name: string; partitions: Part[] }[] {
  return [...Map.groupBy(asked, ({ topic }) => topic)].map(([name, list]) => ({ name, partitions: list.map(part) }));
}

export function committedOf(offsets: readonly (TopicPartition & { readonly offset: bigint })[]) {
  return byTopic(offsets, ({ partition, offset }) => ({
    partitionIndex: partition,
    committedOffset: offset,
    committedLeaderEpoch: -1,
    committedMetadata: "",
  }));
}
