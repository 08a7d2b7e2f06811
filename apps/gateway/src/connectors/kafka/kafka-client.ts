/**
 * KafkaClient: one cluster over @platformatic/kafka, of which this and kafka-library.ts are the only importers. It uses only the library's
 * connections and codecs: each call is one request, tried once, and fails with a KafkaError; callers repeat. It speaks the versions that
 * Kafka 3.1 and newer have, and reports an older broker. Fetches wait at the broker, so they have connections of their own.
 */
import type { ConnectionOptions as TlsConnectionOptions } from "node:tls";
import * as library from "@platformatic/kafka";
import type { Secret } from "../../shape/secret.ts";
import { boundAnswers } from "./bound-answers.ts";
import { byTopic, committedOf } from "./kafka-by-topic.ts";
import { codesByPath, kafkaErrorOf } from "./kafka-client-error.ts";
import { KafkaError } from "./kafka-error.ts";
import { fetchApi } from "./kafka-library.ts";
import type {
  Broker,
  ClusterView,
  FetchedPartition,
  FetchLimits,
  OutgoingRecord,
  PartitionOffsets,
  ProducerSession,
  TopicPartition,
} from "./kafka-wire.ts";
import { answerRoom, readBatches } from "./record-batches.ts";

export interface KafkaConnectionOptions {
  readonly bootstrap: readonly Broker[];
  readonly clientId: string;
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly tls: TlsConnectionOptions | undefined;
  readonly sasl: KafkaSasl | undefined;
  /** Why no connection may be opened to a broker (of the module or the cluster); undefined when it may. */
  readonly refusal: (broker: Broker) => Promise<string | undefined>;
}

export type KafkaSasl =
  | { readonly mechanism: "PLAIN" | "SCRAM-SHA-256" | "SCRAM-SHA-512"; readonly username: string; readonly password: Secret }
  | { readonly mechanism: "OAUTHBEARER"; readonly token: () => Promise<string>; readonly extensions: Readonly<Record<string, string>> };

export interface ProduceOptions {
  /** Who must confirm: 0 nobody, 1 the leader, -1 all replicas in sync. */
  readonly acks: 0 | 1 | -1;
  readonly compression: "none" | "gzip" | "snappy" | "lz4" | "zstd";
  /** `sequences`: records written so far under this session, by `topic:partition`. */
  readonly session?: { readonly producer: ProducerSession; readonly sequences: Map<string, number> } | undefined;
}

export const earliestOffset = -2n;
export const latestOffset = -1n;

const readCommitted = 1;
const groupKey = 0;
const transactionKey = 1;
const spoken = {
  metadata: library.metadataV12.api,
  fetch: fetchApi,
  listOffsets: library.listOffsetsV7.api,
  offsetFetch: library.offsetFetchV8.api,
  offsetCommit: library.offsetCommitV8.api,
  findCoordinator: library.findCoordinatorV4.api,
  initProducerId: library.initProducerIdV4.api,
  // Versions from 4 on are for brokers and require the right ClusterAction.
  addPartitionsToTxn: library.addPartitionsToTxnV3.api,
  addOffsetsToTxn: library.addOffsetsToTxnV3.api,
  txnOffsetCommit: library.txnOffsetCommitV3.api,
  endTxn: library.endTxnV3.api,
  produce: library.produceV9.api,
};

export class KafkaClient {
  readonly #options: KafkaConnectionOptions;
  readonly #calls: library.ConnectionPool;
  readonly #fetches: library.ConnectionPool;
  #brokers: ReadonlyMap<number, Broker> = new Map();
  /** Coordinators by kind and key: one for each group and transactional id that this client uses. */
  readonly #coordinators = new Map<string, Broker>();
  #versionsChecked: Promise<void> | undefined;
  /** Brokers whose place was checked; there are as many as the cluster has brokers. */
  readonly #allowed = new Set<string>();

  constructor(options: KafkaConnectionOptions) {
    this.#options = options;
    this.#calls = poolOf(options);
    this.#fetches = poolOf(options);
  }

  /** Requests under way fail with CLIENT_CLOSED or CONNECTION_CLOSED. */
  async close(): Promise<void> {
    await Promise.allSettled([this.#calls.close(), this.#fetches.close()]);
  }

  /** `create`: the broker may create missing topics, if its configuration allows it. */
  async metadata(topics: readonly string[], { create }: { readonly create: boolean }): Promise<ClusterView> {
    const names = [...topics];
    const { answer, codes } = await this.#anyBroker((connection) => withErrors(spoken.metadata.async(connection, names, create, false)));
    this.#brokers = new Map(answer.brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }]));
    const refused = new Map<string, string>();
    const found = new Map<string, { id: string; leaders: number[] }>();
    for (const [index, { name, topicId, errorCode, partitions }] of answer.topics.entries()) {
      if (name === null || name === undefined) continue;
      if (errorCode !== 0) {
        refused.set(name, codes.get(`/topics/${index}`) ?? `ERROR_${errorCode}`);
        continue;
      }
      const leaders: number[] = [];
      for (const { partitionIndex, leaderId } of partitions) leaders[partitionIndex] = leaderId;
      found.set(name, { id: topicId, leaders });
    }
    return { brokers: this.#brokers, topics: found, refused };
  }

  /** By `topic/partition`; -1 for a time past the end. Refused partitions have no entry; `codes` says why. */
  async listOffsets(leader: number, asked: readonly (TopicPartition & { readonly timestamp: bigint })[]): Promise<PartitionOffsets> {
    const topics = byTopic(asked, ({ partition, timestamp }) => ({ partitionIndex: partition, currentLeaderEpoch: -1, timestamp }));
    const { answer } = await this.#node(leader, (connection) =>
      withErrors(spoken.listOffsets.async(connection, -1, readCommitted, topics)),
    );
    const offsets = new Map<string, bigint>();
    const codes = new Map<string, string>();
    for (const { name, partitions } of answer.topics)
      for (const { partitionIndex, offset, errorCode } of partitions)
        if (errorCode === 0) offsets.set(`${name}/${partitionIndex}`, offset);
        else codes.set(`${name}/${partitionIndex}`, codeName(errorCode));
    return { offsets, codes };
  }

  async fetch(
    leader: number,
    asked: readonly (TopicPartition & { readonly topicId: string; readonly offset: bigint })[],
    limits: FetchLimits,
  ): Promise<FetchedPartition[]> {
    const names = new Map(asked.map(({ topic, topicId }) => [topicId, topic]));
    const topics = [...Map.groupBy(asked, ({ topicId }) => topicId)].map(([topicId, list]) => ({
      topicId,
      partitions: list.map(({ partition, offset }) => ({
        partition,
        currentLeaderEpoch: -1,
        fetchOffset: offset,
        lastFetchedEpoch: -1,
        partitionMaxBytes: limits.partitionMaxBytes,
      })),
    }));
    const { maxWaitMs, minBytes, maxBytes, committedOnly } = limits;
    const isolation = committedOnly ? readCommitted : 0;
    const broker = this.#broker(leader);
    const connection = await this.#connect(this.#fetches, broker);
    const answer = await this.#named(broker, () =>
      spoken.fetch.async(connection, maxWaitMs, minBytes, maxBytes, isolation, 0, -1, topics, [], ""),
    );
    if (answer.errorCode !== 0) throw new KafkaError({ code: codeName(answer.errorCode), where: placeOf(broker) });
    const from = new Map(asked.map(({ topicId, partition, offset }) => [`${topicId}/${partition}`, offset]));
    const room = answerRoom();
    const fetched: FetchedPartition[] = [];
    for (const { topicId, errorCode, records, ...part } of answer.partitions) {
      const { batches, corrupt } = await readBatches(records, from.get(`${topicId}/${part.partition}`) ?? 0n, room);
      const error = errorCode === 0 ? (corrupt && batches.length === 0 ? "CORRUPT_MESSAGE" : undefined) : codeName(errorCode);
      fetched.push({ ...part, topic: names.get(topicId) ?? topicId, error, batches });
    }
    return fetched;
  }

  /**
   * Offsets that a group committed, by `topic/partition`, without entries where it committed nothing; `undefined` asks for everything that
   * it ever committed. Fails with UNSTABLE_OFFSET_COMMIT while a transaction with such an offset is open; `stable: false` gives what was
   * committed before it.
   */
  async committedOffsets(
    groupId: string,
    asked: readonly TopicPartition[] | undefined,
    { stable = true }: { readonly stable?: boolean } = {},
  ): Promise<ReadonlyMap<string, bigint>> {
    const named = (list: readonly TopicPartition[]) =>
      [...Map.groupBy(list, ({ topic }) => topic)].map(([name, of]) => ({ name, partitionIndexes: of.map(({ partition }) => partition) }));
    const topics = asked === undefined ? null : named(asked);
    const group = { groupId, memberEpoch: -1, topics };
    const answer = await this.#coordinator(groupKey, groupId, (connection) => spoken.offsetFetch.async(connection, [group], stable));
    const offsets = new Map<string, bigint>();
    for (const { topics: answered } of answer.groups)
      for (const { name, partitions } of answered)
        for (const { partitionIndex, committedOffset } of partitions)
          if (committedOffset >= 0n) offsets.set(`${name}/${partitionIndex}`, committedOffset);
    return offsets;
  }

  /** Commits as a group without members, which is never joined. */
  async commitOffsets(groupId: string, offsets: readonly (TopicPartition & { readonly offset: bigint })[]): Promise<void> {
    await this.#coordinator(groupKey, groupId, (connection) =>
      spoken.offsetCommit.async(connection, groupId, -1, "", null, committedOf(offsets)),
    );
  }

  /** Fences the producer that has the id and ends its transaction. Fails with CONCURRENT_TRANSACTIONS while that end is under way. */
  async initProducer(transactionalId: string, transactionTimeoutMs: number): Promise<ProducerSession> {
    const answer = await this.#coordinator(transactionKey, transactionalId, (connection) =>
      spoken.initProducerId.async(connection, transactionalId, transactionTimeoutMs, -1n, -1),
    );
    return { transactionalId, producerId: answer.producerId, epoch: answer.producerEpoch };
  }

  async addPartitions({ transactionalId, producerId, epoch }: ProducerSession, partitions: readonly TopicPartition[]): Promise<void> {
    const topics = [...Map.groupBy(partitions, ({ topic }) => topic)].map(([name, list]) => ({
      name,
      partitions: list.map(({ partition }) => partition),
    }));
    const transaction = { transactionalId, producerId, producerEpoch: epoch, verifyOnly: false, topics };
    await this.#coordinator(transactionKey, transactionalId, (connection) => spoken.addPartitionsToTxn.async(connection, [transaction]));
  }

  /** The offsets become visible with the transaction's records or not at all. Without any, the group only hears its end. */
  async addOffsets(
    { transactionalId, producerId, epoch }: ProducerSession,
    groupId: string,
    offsets: readonly (TopicPartition & { readonly offset: bigint })[],
  ): Promise<void> {
    await this.#coordinator(transactionKey, transactionalId, (connection) =>
      spoken.addOffsetsToTxn.async(connection, transactionalId, producerId, epoch, groupId),
    );
    if (offsets.length === 0) return;
    await this.#coordinator(groupKey, groupId, (connection) =>
      spoken.txnOffsetCommit.async(connection, transactionalId, groupId, producerId, epoch, -1, "", null, committedOf(offsets)),
    );
  }

  async endTransaction({ transactionalId, producerId, epoch }: ProducerSession, commit: boolean): Promise<void> {
    await this.#coordinator(transactionKey, transactionalId, (connection) =>
      spoken.endTxn.async(connection, transactionalId, producerId, epoch, commit),
    );
  }

  /** Sends to one leader. Each partition gets one batch, written completely or not at all. Rejects when any batch is refused. */
  async produce(leader: number, records: readonly OutgoingRecord[], { acks, compression, session }: ProduceOptions): Promise<void> {
    const messages = records.map(({ topic, partition, key, value, headers }) => ({
      topic,
      partition,
      value: Buffer.from(value),
      headers: new Map(headers.map(([name, text]) => [Buffer.from(name), Buffer.from(text)])),
      ...(key === undefined ? {} : { key: Buffer.from(key) }),
    }));
    const transaction =
      session === undefined
        ? {}
        : {
            transactionalId: session.producer.transactionalId,
            producerId: session.producer.producerId,
            producerEpoch: session.producer.epoch,
            sequences: numeric(session.sequences),
          };
    await this.#node(leader, (connection) =>
      spoken.produce.async(connection, acks, this.#options.requestTimeoutMs, messages, { compression, ...transaction }),
    );
  }

  async #anyBroker<Response>(work: (connection: library.Connection) => Promise<Response>): Promise<Response> {
    const known = [...this.#brokers.values()];
    const errors: KafkaError[] = [];
    // Known brokers first, then the bootstrap list when none of them answers.
    for (const broker of [...known, ...this.#options.bootstrap]) {
      try {
        return await this.#at(broker, work);
      } catch (error) {
        errors.push(kafkaErrorOf(error, placeOf(broker)));
      }
    }
    throw errors.at(-1) ?? new KafkaError({ code: "NO_BROKER", where: "the module", detail: "no bootstrap server is named" });
  }

  #node<Response>(node: number, work: (connection: library.Connection) => Promise<Response>): Promise<Response> {
    return this.#at(this.#broker(node), work);
  }

  async #coordinator<Response>(
    keyType: number,
    key: string,
    work: (connection: library.Connection) => Promise<Response>,
  ): Promise<Response> {
    const place = `${keyType} ${key}`;
    const coordinator = this.#coordinators.get(place) ?? (await this.#findCoordinator(keyType, key));
    this.#coordinators.set(place, coordinator);
    try {
      return await this.#at(coordinator, work);
    } catch (error) {
      this.#coordinators.delete(place);
      throw error;
    }
  }

  async #findCoordinator(keyType: number, key: string): Promise<Broker> {
    const answer = await this.#anyBroker((connection) => spoken.findCoordinator.async(connection, keyType, [key]));
    const found = answer.coordinators.find((one) => one.key === key);
    if (found === undefined) throw new KafkaError({ code: "COORDINATOR_NOT_AVAILABLE", where: key });
    return { host: found.host, port: found.port };
  }

  #broker(node: number): Broker {
    const broker = this.#brokers.get(node);
    if (broker === undefined) throw new KafkaError({ code: "LEADER_NOT_AVAILABLE", where: `node ${node}` });
    return broker;
  }

  async #at<Response>(broker: Broker, work: (connection: library.Connection) => Promise<Response>): Promise<Response> {
    const connection = await this.#connect(this.#calls, broker);
    this.#versionsChecked ??= checkVersions(connection, placeOf(broker));
    try {
      await this.#versionsChecked;
    } catch (error) {
      this.#versionsChecked = undefined;
      throw error;
    }
    return this.#named(broker, () => work(connection));
  }

  async #connect(pool: library.ConnectionPool, broker: Broker): Promise<library.Connection> {
    const where = placeOf(broker);
    if (!this.#allowed.has(where)) {
      const refusal = await this.#options.refusal(broker);
      if (refusal !== undefined) throw new KafkaError({ code: "FORBIDDEN_PLACE", where, detail: refusal });
      this.#allowed.add(where);
    }
    return this.#named(broker, () => pool.get(broker));
  }

  async #named<Response>(broker: Broker, work: () => Promise<Response>): Promise<Response> {
    try {
      return await work();
    } catch (error) {
      throw kafkaErrorOf(error, placeOf(broker));
    }
  }
}

/** The part that the rest of this folder uses; in tests a cluster in memory implements it. */
export type KafkaCalls = Pick<KafkaClient, keyof KafkaClient>;

function poolOf({ clientId, connectTimeoutMs, requestTimeoutMs, tls, sasl }: KafkaConnectionOptions): library.ConnectionPool {
  const pool = new library.ConnectionPool(clientId, {
    connectTimeout: connectTimeoutMs,
    requestTimeout: requestTimeoutMs,
    ...(tls === undefined ? {} : { tls }),
    ...(sasl === undefined ? {} : { sasl: saslOf(sasl) }),
  });
  pool.on("connecting", ({ connection }) => boundAnswers(connection));
  return pool;
}

function saslOf(sasl: KafkaSasl): library.SASLOptions {
  if (sasl.mechanism !== "OAUTHBEARER") return { ...sasl, password: sasl.password.reveal() };
  return {
    mechanism: sasl.mechanism,
    token: sasl.token,
    oauthBearerExtensions: { ...sasl.extensions },
    // A broker refuses a token in the bytes of a successful answer.
    authBytesValidator: (bytes, callback) =>
      bytes.length === 0
        ? callback(null, bytes)
        : callback(new library.AuthenticationError(`The broker refused the token: ${bytes.toString("utf8").slice(0, 200)}`)),
  };
}

async function checkVersions(connection: library.Connection, where: string): Promise<void> {
  let answer: Awaited<ReturnType<typeof library.apiVersionsV3.api.async>>;
  try {
    answer = await library.apiVersionsV3.api.async(connection, "signalbox", "1");
  } catch (error) {
    throw kafkaErrorOf(error, where);
  }
  for (const [name, { key, version }] of Object.entries(spoken)) {
    const range = answer.apiKeys.find(({ apiKey }) => apiKey === key);
    if (range !== undefined && range.minVersion <= version && version <= range.maxVersion) continue;
    const offered = range === undefined ? "does not know it" : `offers ${range.minVersion} to ${range.maxVersion}`;
    throw new KafkaError({ code: "BROKER_TOO_OLD", where, detail: `${name} is spoken in version ${version}, the broker ${offered}` });
  }
}

/** An answer in which only single parts failed counts as an answer. */
async function withErrors<Response>(
  answered: Promise<Response>,
): Promise<{ readonly answer: Response; readonly codes: ReadonlyMap<string, string> }> {
  try {
    return { answer: await answered, codes: new Map() };
  } catch (error) {
    if (!(error instanceof library.ResponseError)) throw error;
    // The response comes from the parser of the same request, so it has the same type.
    return { answer: error["response"] as Response, codes: codesByPath(error) };
  }
}

function numeric(sequences: ReadonlyMap<string, number>): library.NumericMap {
  return new library.NumericMap(sequences);
}

function codeName(code: number): string {
  return library.protocolErrorsCodesById[code] ?? `ERROR_${code}`;
}

function placeOf({ host, port }: Broker): string {
  return `${host}:${port}`;
}
