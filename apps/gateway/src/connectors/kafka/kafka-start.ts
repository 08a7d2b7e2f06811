/**
 * Where reading begins: the module's startupPosition becomes offsets, once, before the first record; from then on the committed position
 * counts. A partition that comes later begins at its first record, so nothing that was written to it before we saw it is missed.
 */
import { earliestOffset, latestOffset, type KafkaCalls } from "./kafka-client.ts";
import { KafkaError } from "./kafka-error.ts";
import type { TopicPartition } from "./kafka-wire.ts";

export type OffsetReset = "earliest" | "latest";

export type StartupPosition =
  | { readonly kind: "group-offsets" }
  | { readonly kind: "earliest" }
  | { readonly kind: "latest" }
  /** Offsets by `topic/partition`; for partitions that are not named, the group's offsets. */
  | { readonly kind: "specific-offsets"; readonly offsets: ReadonlyMap<string, bigint> }
  | { readonly kind: "date"; readonly atMs: number };

export interface StartRules {
  readonly startup: StartupPosition;
  readonly reset: OffsetReset;
  readonly groupId: string | undefined;
}

export interface StartedPartition extends TopicPartition {
  readonly topicId: string;
  readonly leader: number;
  readonly next: bigint;
}

type Waiting = Omit<StartedPartition, "next">;
type Asked = Waiting & { readonly timestamp: bigint };

/** `first`: true when this ingress has no position at all. */
export async function startOffsets(
  client: KafkaCalls,
  waiting: readonly Waiting[],
  { rules, first }: { rules: StartRules; first: boolean },
): Promise<StartedPartition[]> {
  if (!first) return resolved(client, waiting, earliestOffset);
  switch (rules.startup.kind) {
    case "earliest":
      return resolved(client, waiting, earliestOffset);
    case "latest":
      return resolved(client, waiting, latestOffset);
    case "date":
      return resolved(client, waiting, BigInt(rules.startup.atMs));
    case "group-offsets":
      return fromGroup(client, waiting, rules);
    case "specific-offsets": {
      const { offsets } = rules.startup;
      const named = waiting.flatMap((one) => {
        const next = offsets.get(`${one.topic}/${one.partition}`);
        return next === undefined ? [] : [{ ...one, next }];
      });
      const rest = waiting.filter(({ topic, partition }) => !offsets.has(`${topic}/${partition}`));
      return [...named, ...(await fromGroup(client, rest, rules))];
    }
  }
}

/** Where a partition goes on when the broker does not have its offset any more, or never had it. */
export async function resetOffset(client: KafkaCalls, partition: Waiting, reset: OffsetReset): Promise<StartedPartition | undefined> {
  return (await resolved(client, [partition], timestampOf(reset)))[0];
}

async function fromGroup(client: KafkaCalls, waiting: readonly Waiting[], { groupId, reset }: StartRules): Promise<StartedPartition[]> {
  const committed =
    groupId === undefined || waiting.length === 0 ? new Map<string, bigint>() : await client.committedOffsets(groupId, waiting);
  const known = waiting.flatMap((one) => {
    const next = committed.get(`${one.topic}/${one.partition}`);
    return next === undefined ? [] : [{ ...one, next }];
  });
  const rest = waiting.filter(({ topic, partition }) => !committed.has(`${topic}/${partition}`));
  return [...known, ...(await resolved(client, rest, timestampOf(reset)))];
}

async function resolved(client: KafkaCalls, waiting: readonly Waiting[], timestamp: bigint): Promise<StartedPartition[]> {
  const offsets = await list(
    client,
    waiting.map((one) => ({ ...one, timestamp })),
  );
  // These partitions have no record as new as the date, so they begin at their end.
  const past = waiting.filter(({ topic, partition }) => (offsets.get(`${topic}/${partition}`) ?? 0n) < 0n);
  for (const [place, offset] of await list(
    client,
    past.map((one) => ({ ...one, timestamp: latestOffset })),
  ))
    offsets.set(place, offset);
  return waiting.flatMap((one) => {
    const next = offsets.get(`${one.topic}/${one.partition}`);
    return next === undefined ? [] : [{ ...one, next }];
  });
}

async function list(client: KafkaCalls, asked: readonly Asked[]): Promise<Map<string, bigint>> {
  const found = new Map<string, bigint>();
  for (const [leader, of] of Map.groupBy(asked, (one) => one.leader)) {
    const { offsets, codes } = await client.listOffsets(leader, of);
    for (const [place, offset] of offsets) found.set(place, offset);
    const [refused] = codes;
    if (refused !== undefined) throw new KafkaError({ code: refused[1], where: refused[0] });
  }
  return found;
}

function timestampOf(reset: OffsetReset): bigint {
  return reset === "earliest" ? earliestOffset : latestOffset;
}
