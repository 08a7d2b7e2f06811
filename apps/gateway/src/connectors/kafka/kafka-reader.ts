/**
 * KafkaReader: reads topics without a group. It looks at the cluster every few seconds (new partitions, moved leaders), fetches from each
 * leader in turn, filters by read_committed and hands over records with the position behind them, one hand-over at a time.
 * Guarantee: `take` sees each partition's records in order, once, from the position on; while it holds, no new fetch begins.
 * What goes wrong at a broker is reported and tried again; what `take` rejects with ends the run.
 */
import { setTimeout as delay } from "node:timers/promises";
import { readFetched, type ReadRecord } from "./committed-records.ts";
import type { FetchLimits, KafkaClient } from "./kafka-client.ts";
import { KafkaError } from "./kafka-error.ts";
import { advanced, type KafkaPosition } from "./kafka-position.ts";
import { resetOffset, startOffsets, withoutPosition, type StartedPartition, type StartRules } from "./kafka-start.ts";
import type { ClusterView, FetchedPartition } from "./kafka-wire.ts";

export interface ReadFromTopic {
  readonly topic: string;
  readonly partition: number;
  readonly record: ReadRecord;
}

export interface Taken {
  readonly records: readonly ReadFromTopic[];
  /** Behind these records. */
  readonly position: KafkaPosition;
}

export type ReaderReport =
  /** `refused`: topics that are not read, with the protocol's code. */
  | { readonly kind: "reading"; readonly lags: readonly PartitionLag[]; readonly refused: ReadonlyMap<string, string> }
  | { readonly kind: "failing"; readonly error: KafkaError }
  /** Offsets that are gone; reading went on elsewhere. */
  | { readonly kind: "reset"; readonly topic: string; readonly partition: number; readonly from: bigint; readonly to: bigint };

export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  readonly next: bigint;
  readonly end: bigint;
}

export interface ReaderOptions {
  readonly topics: readonly string[];
  readonly rules: StartRules;
  readonly limits: FetchLimits;
  /** New partitions and topics are seen within it. */
  readonly refreshMs: number;
  /** Of one hand-over. */
  readonly recordsMax: number;
  readonly take: (taken: Taken) => Promise<void>;
  readonly report: (report: ReaderReport) => void;
}

const pauseMsLeast = 100;
const pauseMsMax = 5000;
/** Leaders moved, or a topic was made again: look at the cluster, then go on. */
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

interface Round {
  readonly endsMs: number;
  over: boolean;
}

export class KafkaReader {
  readonly #client: KafkaClient;
  readonly #options: ReaderOptions;
  readonly #lags = new Map<string, PartitionLag>();
  #position: KafkaPosition;
  #first: boolean;
  #turn: Promise<void> = Promise.resolve();
  #pauseMs = pauseMsLeast;

  /** `position` undefined: this ingress never read. */
  constructor(client: KafkaClient, position: KafkaPosition | undefined, options: ReaderOptions) {
    this.#client = client;
    this.#options = options;
    this.#position = position ?? new Map();
    this.#first = position === undefined;
  }

  /** Resolves when the signal says so. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#round(signal);
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof KafkaError)) throw error;
        this.#options.report({ kind: "failing", error });
        await this.#pause(signal);
      }
    }
  }

  async #round(signal: AbortSignal): Promise<void> {
    const { topics, refreshMs } = this.#options;
    const view = await this.#client.metadata(topics, { create: false });
    await this.#start(view);
    this.#report(view);
    const led = partitionsByLeader(view);
    if (led.size === 0) {
      await this.#pause(signal);
      return;
    }
    const round: Round = { endsMs: performance.now() + refreshMs, over: false };
    const ended = await Promise.allSettled([...led].map(([leader, list]) => this.#readFrom({ leader, list, round, view }, signal)));
    const failed = ended.find((one) => one.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }

  #report({ refused }: ClusterView): void {
    this.#options.report({ kind: "reading", lags: [...this.#lags.values()], refused });
  }

  /**
   * The first position is committed before anything is read: `latest` means the end as it was then, also after a crash. A topic that is not
   * there yet has no records that could be skipped: it begins with its first.
   */
  async #start(view: ClusterView): Promise<void> {
    const waiting = withoutPosition(view, this.#position);
    if (waiting.length === 0 && !this.#first) return;
    const leaderless = [...view.topics].find(([, { leaders }]) => leaders.some((leader) => leader < 0));
    if (this.#first && leaderless !== undefined) throw new KafkaError({ code: "LEADER_NOT_AVAILABLE", where: leaderless[0] });
    const started = await startOffsets(this.#client, waiting, { rules: this.#options.rules, first: this.#first });
    await this.#hand([], started);
    this.#first = false;
  }

  async #readFrom(
    { leader, list, round, view }: { leader: number; list: readonly Led[]; round: Round; view: ClusterView },
    signal: AbortSignal,
  ): Promise<void> {
    try {
      while (!round.over && !signal.aborted && performance.now() < round.endsMs) {
        const asked = list.flatMap(({ topic, topicId, partition }) => {
          const at = this.#position.get(topic);
          const offset = at?.id === topicId ? at.next.get(partition) : undefined;
          return offset === undefined ? [] : [{ topic, topicId, partition, offset }];
        });
        if (asked.length === 0) {
          await this.#pause(signal);
          return;
        }
        const fetched = await this.#client.fetch(leader, asked, this.#options.limits);
        for (const part of fetched) await this.#takePart(part, { leader, asked, round });
        this.#pauseMs = pauseMsLeast;
        if (!round.over) this.#report(view);
      }
    } catch (error) {
      // The others end this round soon, and the cluster is looked at again.
      round.over = true;
      throw error;
    }
  }

  async #takePart(
    part: FetchedPartition,
    { leader, asked, round }: { leader: number; asked: readonly Asked[]; round: Round },
  ): Promise<void> {
    const { topic, partition } = part;
    const at = asked.find((one) => one.topic === topic && one.partition === partition);
    if (at === undefined) return;
    if (part.error === "OFFSET_OUT_OF_RANGE") {
      const reset = await resetOffset(this.#client, { topic, partition, topicId: at.topicId, leader }, this.#options.rules.reset);
      if (reset === undefined) return;
      this.#options.report({ kind: "reset", topic, partition, from: at.offset, to: reset.next });
      return this.#hand([], [reset]);
    }
    if (part.error !== undefined) {
      if (!staleCodes.has(part.error)) throw new KafkaError({ code: part.error, where: `${topic}/${partition}` });
      round.over = true;
      throw new KafkaError({ code: part.error, where: `${topic}/${partition}` });
    }
    const { records, next } = readFetched(part, at.offset);
    this.#lags.set(`${topic}/${partition}`, { topic, partition, next, end: part.highWatermark });
    const { recordsMax } = this.#options;
    for (let from = 0; from < records.length; from += recordsMax) {
      const some = records.slice(from, from + recordsMax);
      const last = some.at(-1);
      const isEnd = from + recordsMax >= records.length;
      const moved = { topic, partition, topicId: at.topicId, next: isEnd || last === undefined ? next : last.offset + 1n };
      await this.#hand(
        some.map((record) => ({ topic, partition, record })),
        [moved],
      );
    }
    if (records.length === 0 && next !== at.offset) await this.#hand([], [{ topic, partition, topicId: at.topicId, next }]);
  }

  /** One after the other, over all leaders: each position holds all that were handed over before it. */
  #hand(
    records: readonly ReadFromTopic[],
    moved: readonly Pick<StartedPartition, "topic" | "topicId" | "partition" | "next">[],
  ): Promise<void> {
    const turn = this.#turn.then(async () => {
      const position = advanced(this.#position, moved);
      await this.#options.take({ records, position });
      this.#position = position;
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #pause(signal: AbortSignal): Promise<void> {
    const ms = this.#pauseMs;
    this.#pauseMs = Math.min(ms * 2, pauseMsMax);
    await delay(ms, undefined, { signal }).catch(() => undefined);
  }
}

interface Led {
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
}

interface Asked extends Led {
  readonly offset: bigint;
}

function partitionsByLeader(view: ClusterView): Map<number, Led[]> {
  const led = new Map<number, Led[]>();
  for (const [topic, { id, leaders }] of view.topics)
    for (const [partition, leader] of leaders.entries()) {
      if (leader < 0) continue;
      const list = led.get(leader) ?? [];
      list.push({ topic, topicId: id, partition });
      led.set(leader, list);
    }
  return led;
}
