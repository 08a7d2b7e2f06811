/**
 * KafkaPosition: how far an ingress has read, by topic and partition, and its text. It is committed in the epoch of the messages it stands
 * behind, so it is the only truth about what was taken; the consumer group is told for those who watch it.
 * A topic's UUID stands with it: offsets of a topic that was deleted and made again mean nothing.
 */
import { z } from "zod";

export interface TopicPosition {
  readonly id: string;
  /** The next offset to read, by partition. */
  readonly next: ReadonlyMap<number, bigint>;
}

export type KafkaPosition = ReadonlyMap<string, TopicPosition>;

export type ParsedPosition =
  | { readonly kind: "position"; readonly position: KafkaPosition }
  | { readonly kind: "unreadable"; readonly reason: string };

const offsetText = z.string().regex(/^\d{1,19}$/);
const positionJson = z.object({
  kafka: z.literal(1),
  topics: z.record(z.string(), z.object({ id: z.string(), next: z.record(z.string().regex(/^\d{1,10}$/), offsetText) })),
});

export function formatPosition(position: KafkaPosition): string {
  const topics: Record<string, { id: string; next: Record<string, string> }> = {};
  for (const [topic, { id, next }] of position) {
    const offsets = [...next].sort(([a], [b]) => a - b).map(([partition, offset]): [string, string] => [String(partition), String(offset)]);
    topics[topic] = { id, next: Object.fromEntries(offsets) };
  }
  return JSON.stringify({ kafka: 1, topics });
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
  const position = new Map<string, TopicPosition>();
  for (const [topic, { id, next }] of Object.entries(parsed.data.topics))
    position.set(topic, { id, next: new Map(Object.entries(next).map(([partition, offset]) => [Number(partition), BigInt(offset)])) });
  return { kind: "position", position };
}

export function nextOffset(position: KafkaPosition, topic: string, partition: number): bigint | undefined {
  return position.get(topic)?.next.get(partition);
}

/** A copy with these offsets in it. */
export function advanced(
  position: KafkaPosition,
  moved: readonly { readonly topic: string; readonly topicId: string; readonly partition: number; readonly next: bigint }[],
): KafkaPosition {
  const copy = new Map<string, { id: string; next: Map<number, bigint> }>();
  for (const [topic, { id, next }] of position) copy.set(topic, { id, next: new Map(next) });
  for (const { topic, topicId, partition, next } of moved) {
    const known = copy.get(topic);
    if (known?.id === topicId) known.next.set(partition, next);
    else copy.set(topic, { id: topicId, next: new Map([[partition, next]]) });
  }
  return copy;
}
