/**
 * KafkaReader: reads topics without a group. Every few seconds it asks the cluster for new partitions and moved leaders. It fetches from
 * each leader independently, filters by read_committed, and hands over each partition's records with the position after them. Guarantee:
 * `take` gets each partition's records in order, once, from the position on; while `take` holds a partition, nothing of it is fetched. A
 * leader that does not answer is tried again while the others go on; when none answers, the run ends with the reason.
 */
import { backoffMs, type BackoffBounds } from "../backoff.ts";
import { readFetched, type ReadRecord } from "./committed-records.ts";
import type { KafkaCalls } from "./kafka-client.ts";
import { KafkaError } from "./kafka-error.ts";
import type { PartitionPosition } from "./kafka-position.ts";
import { resetOffset, startOffsets, type StartRules } from "./kafka-start.ts";
import type { ClusterView, FetchedPartition, FetchLimits, TopicPartition } from "./kafka-wire.ts";

export interface Taken extends TopicPartition {
  readonly records: readonly ReadRecord[];
  /** The position after these records. */
  readonly position: PartitionPosition;
}

/** What the reader needs from its ingress. */
export interface ReaderPorts {
  /** Resolves with false when this ingress has never read, so that startupPosition counts. */
  hasBegun(): Promise<boolean>;
  /** Called when the first positions are durable. */
  begun(): Promise<void>;
  position(of: TopicPartition): Promise<PartitionPosition | undefined>;
  /** Resolves when there is room for more of this partition. */
  take(taken: Taken): Promise<void>;
  /** Reports what does not work now while the rest goes on; an empty list when everything works. */
  trouble(troubles: readonly KafkaError[]): void;
  /** Reports that offsets are gone and reading goes on elsewhere. */
  reset(of: TopicPartition, moved: { readonly from: bigint; readonly to: bigint }): void;
  wait(ms: number, until?: AbortSignal): Promise<void>;
  draw(): number;
}

export interface PartitionLag extends TopicPartition {
  /** The offset after the last record that was handed over. */
  readonly next: bigint;
  /** undefined when nothing was fetched yet. */
  readonly end: bigint | undefined;
}

export interface ReaderOptions {
  readonly topics: readonly string[];
  readonly rules: StartRules;
  readonly limits: FetchLimits;
  /** New partitions and topics are noticed within this time. */
  readonly refreshMs: number;
  /** The most records of one call of take(). */
  readonly recordsMax: number;
}

/**
 * While a partition is held, fetches of the others wait at most this long at the broker, so that the held one is fetched soon after it has
 * room.
 */
const waitWhileHeldMsMax = 50;
/**
 * The bytes of all partitions that were fetched and not handed over yet. With more, nothing is fetched; one answer per leader may come on
 * top.
 */
const heldBytesMax = 64 * 1024 * 1024;
/** About what a record takes in memory beside key and value. */
const recordBytes = 200;
const troubleBackoff: BackoffBounds = { firstMs: 200, mostMs: 5_000 };
/** A moving leader is reported only when it takes more than this many looks at the cluster. */
const staleLooksMax = 8;
/** Codes that mean that leaders moved or a topic was created again: look at the cluster, then go on. */
const staleCodes = new Set([
  "NOT_LEADER_OR_FOLLOWER",
  "LEADER_NOT_AVAILABLE",
  "FENCED_LEADER_EPOCH",
  "UNKNOWN_LEADER_EPOCH",
  "UNKNOWN_TOPIC_OR_PARTITION",
  "UNKNOWN_TOPIC_ID",
  "INCONSISTENT_TOPIC_ID",
  "REPLICA_NOT_AVAILABLE",
  "OFFSET_NOT_AVAILABLE",
  "KAFKA_STORAGE_ERROR",
]);

/** A partition that is read. */
interface Place extends TopicPartition {
  readonly topicId: string;
  leader: number;
  /** The offset to fetch from. */
  next: bigint;
  /** The offset after the last record that was handed over. */
  taken: bigint;
  end: bigint | undefined;
  /** The current request for this partition; an answer to another request is late and does not count. */
  asked: object | undefined;
  /** Settles when what was fetched is handed over; until then nothing of this partition is fetched. */
  held: Promise<void> | undefined;
  /** Set when the leader answers but refuses this partition: it is asked again after each look at the cluster. */
  refused: { readonly error: KafkaError; again: boolean } | undefined;
}

export class KafkaReader {
  readonly #client: KafkaCalls;
  readonly #options: ReaderOptions;
  readonly #ports: ReaderPorts;
  readonly #places = new Map<string, Place>();
  /** One loop per leader. */
  readonly #loops = new Map<number, Promise<void>>();
  /** Leaders that did not answer the last request. */
  readonly #failing = new Map<number, { readonly error: KafkaError; readonly times: number }>();
  #heldBytes = 0;
  #fetches = 0;
  #isFirst = false;
  #looksInVain = 0;
  #lookNow = new AbortController();
  #ending: { readonly error: unknown } | undefined;

  constructor(client: KafkaCalls, options: ReaderOptions, ports: ReaderPorts) {
    this.#client = client;
    this.#options = options;
    this.#ports = ports;
  }

  lags(): readonly PartitionLag[] {
    return [...this.#places.values()].map(({ topic, partition, taken, end }) => ({ topic, partition, next: taken, end }));
  }

  /** Resolves when the cluster was asked, the first positions are durable and reading can begin. */
  async begin(signal: AbortSignal): Promise<void> {
    this.#isFirst = !(await this.#ports.hasBegun());
    await this.#look(signal);
  }

  /** Call it after begin(). Resolves when the signal is aborted. Rejects when nothing can be read, or with the error of `take`. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { refreshMs } = this.#options;
      const soonMs = backoffMs(this.#looksInVain, this.#ports.draw(), troubleBackoff);
      await this.#ports.wait(this.#looksInVain === 0 ? refreshMs : Math.min(soonMs, refreshMs), this.#lookNow.signal);
      if (this.#ending !== undefined) throw this.#ending.error;
      if (signal.aborted) return;
      this.#lookNow = new AbortController();
      await this.#look(signal);
    }
  }

  /** Resolves once nothing is under way any more. Close the client before, or it takes a while. */
  async ended(): Promise<void> {
    await Promise.allSettled([...this.#loops.values(), ...[...this.#places.values()].flatMap(({ held }) => held ?? [])]);
  }

  async #look(signal: AbortSignal): Promise<void> {
    const view = await this.#client.metadata(this.#options.topics, { create: false });
    await this.#start(view);
    // Nothing is fetched of a topic that is gone, until it is there again.
    for (const place of this.#places.values()) {
      if (!view.topics.has(place.topic)) place.leader = -1;
      if (place.refused !== undefined) place.refused.again = true;
    }
    const leaders = new Set([...this.#places.values()].map(({ leader }) => leader).filter((leader) => leader >= 0));
    for (const leader of this.#failing.keys()) if (!leaders.has(leader)) this.#failing.delete(leader);
    this.#looksInVain = this.#tellTroubles(view) ? 0 : this.#looksInVain + 1;
    for (const leader of leaders) {
      if (this.#loops.has(leader)) continue;
      const loop = this.#readFrom(leader, signal).then(
        () => void this.#loops.delete(leader),
        (error: unknown) => this.#end(error),
      );
      this.#loops.set(leader, loop);
    }
  }

  #end(error: unknown): void {
    this.#ending ??= { error };
    this.#lookNow.abort();
  }

  /** Reports what does not work. Returns true when every topic exists, each partition has a leader, and each leader answers. */
  #tellTroubles({ refused, topics }: ClusterView): boolean {
    const leaderless = [...topics].flatMap(([topic, { leaders }]) =>
      leaders.flatMap((leader, partition) => (leader < 0 ? [{ where: `${topic}/${partition}`, code: "LEADER_NOT_AVAILABLE" }] : [])),
    );
    const absent = [...refused].map(([where, code]) => ({ where, code }));
    const troubles = [...absent, ...leaderless].map(({ where, code }) => new KafkaError({ code, where }));
    for (const { error, times } of this.#failing.values()) if (!isPassing(error, times)) troubles.push(error);
    for (const { refused: of } of this.#places.values()) if (of !== undefined) troubles.push(of.error);
    this.#ports.trouble(troubles);
    return troubles.length === 0 && this.#failing.size === 0;
  }

  /**
   * The first positions are committed before anything is read, so that `latest` means the end at that time, also after a crash. A topic
   * that does not exist yet has no records to skip, so it begins with its first one.
   */
  async #start({ topics }: ClusterView): Promise<void> {
    const waiting: (TopicPartition & { topicId: string; leader: number })[] = [];
    for (const [topic, { id, leaders }] of topics)
      for (const [partition, leader] of leaders.entries()) {
        if (await this.#goOn({ topic, partition, topicId: id, leader })) continue;
        if (leader >= 0) waiting.push({ topic, partition, topicId: id, leader });
        else if (this.#isFirst) throw new KafkaError({ code: "LEADER_NOT_AVAILABLE", where: `${topic}/${partition}` });
      }
    for (const one of await startOffsets(this.#client, waiting, { rules: this.#options.rules, first: this.#isFirst })) {
      const { topic, partition, topicId, next } = one;
      await this.#ports.take({ topic, partition, records: [], position: { topicId, next } });
      this.#places.set(`${topic}/${partition}`, placeAt(one));
    }
    if (!this.#isFirst) return;
    await this.#ports.begun();
    this.#isFirst = false;
  }

  /** Returns false when the partition has no position. */
  async #goOn({ leader, ...of }: TopicPartition & { topicId: string; leader: number }): Promise<boolean> {
    const key = `${of.topic}/${of.partition}`;
    const known = this.#places.get(key);
    if (known?.topicId === of.topicId) {
      if (known.leader !== leader) known.asked = undefined;
      known.leader = leader;
      return true;
    }
    // What was fetched of the earlier topic of the same name is still handed over; later answers for it do not count.
    if (known !== undefined) known.asked = undefined;
    await known?.held;
    this.#places.delete(key);
    const kept = await this.#ports.position(of);
    if (kept?.topicId !== of.topicId) return false;
    this.#places.set(key, placeAt({ ...of, leader, next: kept.next }));
    return true;
  }

  /** The loop of one leader; ends when it leads no partition any more. */
  async #readFrom(leader: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.#ending === undefined) {
      const places = [...this.#places.values()].filter((place) => place.leader === leader);
      if (places.length === 0) return;
      const free = places.filter(({ held, refused }) => held === undefined && refused?.again !== false);
      if (free.length === 0 || this.#heldBytes > heldBytesMax) {
        await this.#room(free.length === 0 ? places : [...this.#places.values()]);
        continue;
      }
      try {
        await this.#fetch(leader, free, free.length < places.length);
        this.#failing.delete(leader);
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof KafkaError)) throw error;
        await this.#failed(leader, error);
      }
    }
  }

  /** Waits until one of the partitions has room; refused ones are asked again after a look at the cluster. */
  async #room(places: readonly Place[]): Promise<void> {
    const held = places.flatMap((place) => place.held ?? []);
    await (held.length === 0 ? this.#ports.wait(troubleBackoff.firstMs) : Promise.race(held));
  }

  /** Handles the failure of one leader: the others go on, and the cluster is asked. */
  async #failed(leader: number, error: KafkaError): Promise<void> {
    const times = (this.#failing.get(leader)?.times ?? 0) + 1;
    this.#failing.set(leader, { error, times });
    const leaders = new Set([...this.#places.values()].map((place) => place.leader).filter((one) => one >= 0));
    if (!isPassing(error, times) && this.#failing.size >= leaders.size) throw error;
    await this.#ports.wait(backoffMs(times - 1, this.#ports.draw(), troubleBackoff));
    this.#lookNow.abort();
    // Mostly long enough for that look at the cluster.
    await this.#ports.wait(troubleBackoff.firstMs);
  }

  async #fetch(leader: number, free: readonly Place[], someAreHeld: boolean): Promise<void> {
    const { limits } = this.#options;
    const request = {};
    for (const place of free) place.asked = request;
    // The partitions come first in turn, because one answer has room for only some of them.
    const first = this.#fetches++ % free.length;
    const asked = [...free.slice(first), ...free.slice(0, first)].map(({ topic, topicId, partition, next }) => ({
      ...{ topic, topicId, partition },
      offset: next,
    }));
    const maxWaitMs = someAreHeld ? Math.min(limits.maxWaitMs, waitWhileHeldMsMax) : limits.maxWaitMs;
    const fetched = await this.#client.fetch(leader, asked, { ...limits, maxWaitMs });
    const refused: KafkaError[] = [];
    for (const part of fetched) {
      const place = free.find(({ topic, partition }) => topic === part.topic && partition === part.partition);
      if (place?.asked !== request) continue;
      place.refused = undefined;
      if (part.error === undefined) this.#takePart(place, part);
      else if (part.error === "OFFSET_OUT_OF_RANGE") await this.#reset(place);
      else {
        const error = new KafkaError({ code: part.error, where: `${part.topic}/${part.partition}` });
        refused.push(error);
        if (!staleCodes.has(error.code)) place.refused = { error, again: false };
      }
    }
    const stale = refused.find(({ code }) => staleCodes.has(code));
    if (stale !== undefined) throw stale;
    // A partition that is refused for a reason of its own holds up only itself. When all are refused, nothing can be read from this leader.
    const [why] = refused;
    const isAll = [...this.#places.values()].every((place) => place.leader !== leader || place.refused !== undefined);
    if (why !== undefined && isAll) throw why;
  }

  async #reset(place: Place): Promise<void> {
    const { topic, partition, topicId, next: from } = place;
    const found = await resetOffset(this.#client, place, this.#options.rules.reset);
    if (found === undefined) return;
    place.next = found.next;
    this.#ports.reset(place, { from, to: found.next });
    await this.#ports.take({ topic, partition, records: [], position: { topicId, next: found.next } });
    place.taken = found.next;
  }

  #takePart(place: Place, part: FetchedPartition): void {
    const { records, next } = readFetched(part, place.next);
    place.end = part.highWatermark;
    if (next === place.next) return;
    place.next = next;
    const bytes = records.reduce((sum, { key, value }) => sum + recordBytes + (key?.length ?? 0) + (value?.length ?? 0), 0);
    this.#heldBytes += bytes;
    place.held = this.#hand(place, records).then(
      () => {
        this.#heldBytes -= bytes;
        place.held = undefined;
      },
      (error: unknown) => this.#end(error),
    );
  }

  /** The position after the last piece also skips what are no records: control batches, aborted transactions and compacted offsets. */
  async #hand(place: Place, records: readonly ReadRecord[]): Promise<void> {
    const { topic, partition, topicId, next: end } = place;
    const { recordsMax } = this.#options;
    for (let from = 0; from === 0 || from < records.length; from += recordsMax) {
      const some = records.slice(from, from + recordsMax);
      const last = some.at(-1);
      const next = from + recordsMax >= records.length || last === undefined ? end : last.offset + 1n;
      await this.#ports.take({ topic, partition, records: some, position: { topicId, next } });
      place.taken = next;
    }
  }
}

function placeAt({ topic, partition, topicId, leader, next }: Pick<Place, "topic" | "partition" | "topicId" | "leader" | "next">): Place {
  return { topic, partition, topicId, leader, next, taken: next, end: undefined, asked: undefined, held: undefined, refused: undefined };
}

/** Whether the error may just be a leader that moves. */
function isPassing({ code }: KafkaError, times: number): boolean {
  return staleCodes.has(code) && times <= staleLooksMax;
}
