/**
 * PartitionPosition: how far one partition was read, and its text. It is committed in the epoch of its messages, so it is the only truth
 * about what was taken; the consumer group is only informed. It includes the topic's UUID, because the offsets of a topic that was deleted
 * and created again mean nothing.
 */
import { z } from "zod";
import type { TopicPartition } from "./kafka-wire.ts";

export interface PartitionPosition {
  readonly topicId: string;
  /** The next offset to read. */
  readonly next: bigint;
}

export type ParsedPosition =
  | { readonly kind: "position"; readonly position: PartitionPosition }
  | { readonly kind: "unreadable"; readonly reason: string };

const positionJson = z.strictObject({ kafka: z.literal(1), topicId: z.string(), next: z.string().regex(/^\d{1,19}$/) });

/** The name of a partition's part in an ingress. */
export function partOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}

export function formatPosition({ topicId, next }: PartitionPosition): string {
  return JSON.stringify({ kafka: 1, topicId, next: String(next) });
}

export function parsePosition(text: string): ParsedPosition {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: "unreadable", reason: "it is no JSON" };
  }
  const parsed = positionJson.safeParse(json);
  if (!parsed.success) return { kind: "unreadable", reason: parsed.error.issues[0]?.message ?? "it has another shape" };
  return { kind: "position", position: { topicId: parsed.data.topicId, next: BigInt(parsed.data.next) } };
}
