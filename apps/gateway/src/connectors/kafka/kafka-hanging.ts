/**
 * fateOfLast: finds out from the topics how a producer's last transaction ended. A broker that dies while it writes the end markers of a
 * transaction may leave one out for ever. Then the coordinator says that everything has ended, while the marker of an egress stays pending,
 * and only the end markers in the topics tell the truth. Neighbour: kafka-transactions.ts asks, and ends the hanging marker the same way.
 * Guarantee: "unknown" whenever the topics leave a doubt.
 */
import { isControl, isTransactional, endsCommitted } from "./committed-records.ts";
import { earliestOffset, latestOffset, type KafkaCalls } from "./kafka-client.ts";
import type { FetchLimits, TopicPartition, WireBatch } from "./kafka-wire.ts";

export type Fate = "committed" | "given up" | "unknown";

/** The last batch of a producer in one partition. */
type Last =
  | { readonly kind: "none" }
  /** Its end marker is missing here, so it hangs here too. */
  | { readonly kind: "open" }
  | { readonly kind: "ended"; readonly committed: boolean; readonly epoch: number; readonly atMs: bigint };

interface Searched extends TopicPartition {
  readonly topicId: string;
  readonly leader: number;
  readonly earliest: bigint;
  readonly latest: bigint;
}

/** How many offsets before the end are searched first; each further step doubles the window. */
const firstWindowOffsets = 1_000n;
const windowsMax = 10;
const limits: FetchLimits = { maxWaitMs: 200, minBytes: 1, maxBytes: 1 << 22, partitionMaxBytes: 1 << 20, committedOnly: false };

export async function fateOfLast(client: KafkaCalls, topics: readonly string[], producerId: bigint): Promise<Fate> {
  let newest: (Last & { readonly kind: "ended" }) | undefined;
  for (const partition of await partitionsOf(client, topics)) {
    const last = await lastIn(client, partition, producerId);
    if (last.kind === "open") return "unknown";
    if (last.kind === "ended" && (newest === undefined || isNewer(last, newest))) newest = last;
  }
  if (newest === undefined) return "unknown";
  return newest.committed ? "committed" : "given up";
}

/** An aborted transaction raises the epoch, so two ends in one epoch are both commits. */
function isNewer(one: Last & { readonly kind: "ended" }, than: Last & { readonly kind: "ended" }): boolean {
  return one.epoch === than.epoch ? one.atMs > than.atMs : one.epoch > than.epoch;
}

async function partitionsOf(client: KafkaCalls, topics: readonly string[]): Promise<Searched[]> {
  const view = await client.metadata(topics, { create: false });
  const places = [...view.topics].flatMap(([topic, { id, leaders }]) =>
    leaders.map((leader, partition) => ({ topic, partition, topicId: id, leader })),
  );
  const found: Searched[] = [];
  for (const [leader, of] of Map.groupBy(places, (place) => place.leader)) {
    const earliest = await client.listOffsets(leader, at(of, earliestOffset));
    const latest = await client.listOffsets(leader, at(of, latestOffset));
    for (const place of of) {
      const key = `${place.topic}/${place.partition}`;
      found.push({ ...place, earliest: earliest.offsets.get(key) ?? 0n, latest: latest.offsets.get(key) ?? 0n });
    }
  }
  return found;
}

function at<Place extends TopicPartition>(places: readonly Place[], timestamp: bigint): (Place & { readonly timestamp: bigint })[] {
  return places.map((place) => ({ ...place, timestamp }));
}

/** Searches backwards from the end in growing windows until it finds one. */
async function lastIn(client: KafkaCalls, place: Searched, producerId: bigint): Promise<Last> {
  let before: bigint | undefined;
  for (let window = 0, offsets = firstWindowOffsets; window < windowsMax; window++, offsets *= 2n) {
    const end = before ?? place.latest;
    const from = end - offsets > place.earliest ? end - offsets : place.earliest;
    const last = await lastBetween(client, place, { from, before, producerId });
    if (last.kind !== "none" || from === place.earliest) return last;
    before = from;
  }
  return { kind: "none" };
}

/** With `before` undefined it reads to the end, also past undecided transactions. */
async function lastBetween(
  client: KafkaCalls,
  { topic, partition, topicId, leader }: Searched,
  { from, before, producerId }: { readonly from: bigint; readonly before: bigint | undefined; readonly producerId: bigint },
): Promise<Last> {
  let last: Last = { kind: "none" };
  for (let next = from; before === undefined || next < before; ) {
    const [part] = await client.fetch(leader, [{ topic, partition, topicId, offset: next }], limits);
    const batches = part?.batches ?? [];
    for (const batch of batches) {
      if (batch.producerId === producerId && isTransactional(batch)) last = lastOf(batch);
      const behind = batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n;
      if (behind > next) next = behind;
    }
    if (part === undefined || part.error !== undefined) return { kind: "open" };
    if (batches.length === 0 || next >= part.highWatermark) break;
  }
  return last;
}

function lastOf(batch: WireBatch): Last {
  if (!isControl(batch)) return { kind: "open" };
  return { kind: "ended", committed: endsCommitted(batch), epoch: batch.producerEpoch, atMs: batch.firstTimestamp };
}
