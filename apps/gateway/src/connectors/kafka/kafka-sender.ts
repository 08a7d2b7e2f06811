/**
 * KafkaSender: puts outgoing rows into partitions and sends them in as few requests as the broker's size limits allow. A failed send is
 * thrown; kafka-transactions.ts and the egress decide what it means. Guarantee: the records of one partition go in the order of the rows,
 * one request at a time.
 */
import type { KafkaCalls, ProduceOptions } from "./kafka-client.ts";
import { KafkaError } from "./kafka-error.ts";
import type { ClusterView, OutgoingRecord, TopicPartition } from "./kafka-wire.ts";
import { partitionOf } from "./record-partition.ts";

export interface OutgoingRow {
  /** The row's sequence in the outbox, which rises from row to row. */
  readonly sequence: number;
  readonly topic: string;
  readonly key: Uint8Array | undefined;
  readonly value: Uint8Array;
  readonly headers: readonly (readonly [string, Uint8Array])[];
}

export interface SenderOptions {
  readonly compression: ProduceOptions["compression"];
  /** The size of one request's batch to a partition, before compression. */
  readonly requestBytesMax: number;
  readonly metadataAgeMs: number;
  readonly nowMs: () => number;
}

/** The most bytes that a record takes beside key, value and headers. */
const recordOverheadBytes = 64;

export class KafkaSender {
  readonly #client: KafkaCalls;
  readonly #options: SenderOptions;
  #view: { readonly cluster: ClusterView; readonly atMs: number } | undefined;
  #turn = 0;

  constructor(client: KafkaCalls, options: SenderOptions) {
    this.#client = client;
    this.#options = options;
  }

  /** Rejects with codes such as UNKNOWN_TOPIC_OR_PARTITION that name the topic. */
  async place(rows: readonly OutgoingRow[]): Promise<PlacedRecord[]> {
    const cluster = await this.#clusterWith([...new Set(rows.map(({ topic }) => topic))]);
    this.#turn++;
    return rows.map(({ topic, key, value, headers }) => {
      const view = cluster.topics.get(topic);
      if (view === undefined) throw new KafkaError({ code: cluster.refused.get(topic) ?? "UNKNOWN_TOPIC_OR_PARTITION", where: topic });
      const partition = partitionOf(key, view.leaders.length, this.#turn);
      return { topic, partition, key, value, headers, leader: view.leaders[partition] ?? -1 };
    });
  }

  /** The `sequences` of a transactional producer advance as batches are accepted. */
  async send(records: readonly PlacedRecord[], options: Pick<ProduceOptions, "acks" | "session">): Promise<void> {
    const byLeader = [...Map.groupBy(records, ({ leader }) => leader)];
    const sent = await Promise.allSettled(byLeader.map(([leader, list]) => this.#sendTo(leader, list, options)));
    const failed = sent.find((one) => one.status === "rejected");
    if (failed === undefined) return;
    // Any failure may mean that leaders have moved, so they are looked up again.
    this.#view = undefined;
    throw failed.reason;
  }

  async #sendTo(leader: number, records: readonly PlacedRecord[], options: Pick<ProduceOptions, "acks" | "session">): Promise<void> {
    const { requestBytesMax, compression } = this.#options;
    for (const request of inRequests(records, requestBytesMax)) {
      await this.#client.produce(leader, request, { ...options, compression });
      const sequences = options.session?.sequences;
      if (sequences === undefined) continue;
      for (const { topic, partition } of request) sequences.set(`${topic}:${partition}`, (sequences.get(`${topic}:${partition}`) ?? 0) + 1);
    }
  }

  async #clusterWith(topics: readonly string[]): Promise<ClusterView> {
    const { nowMs, metadataAgeMs } = this.#options;
    const known = this.#view;
    if (known !== undefined && known.atMs + metadataAgeMs > nowMs() && topics.every((topic) => known.cluster.topics.has(topic)))
      return known.cluster;
    const all = [...new Set([...topics, ...(known?.cluster.topics.keys() ?? [])])];
    const cluster = await this.#client.metadata(all.slice(0, topicsKnownMax), { create: true });
    this.#view = { cluster, atMs: nowMs() };
    return cluster;
  }
}

/** How many topics are looked up at once; those of the rows come first. */
const topicsKnownMax = 1000;

export interface PlacedRecord extends OutgoingRecord {
  readonly leader: number;
}

/** Cuts the records into requests before a partition's batch gets too large; a record that is too large by itself goes alone. */
function inRequests(records: readonly PlacedRecord[], requestBytesMax: number): PlacedRecord[][] {
  const requests: PlacedRecord[][] = [];
  let current: PlacedRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = sizeOf(record);
    if (current.length > 0 && bytes + size > requestBytesMax) {
      requests.push(current);
      current = [];
      bytes = 0;
    }
    current.push(record);
    bytes += size;
  }
  if (current.length > 0) requests.push(current);
  return requests;
}

export function partitionsOf(records: readonly PlacedRecord[]): TopicPartition[] {
  const found = new Map(records.map(({ topic, partition }) => [`${topic}/${partition}`, { topic, partition }]));
  return [...found.values()];
}

function sizeOf({ key, value, headers }: PlacedRecord): number {
  const inHeaders = headers.reduce((sum, [name, text]) => sum + name.length * 3 + text.length + 10, 0);
  return (key?.length ?? 0) + value.length + inHeaders + recordOverheadBytes;
}
