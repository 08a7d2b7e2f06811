/**
 * What crosses between kafka-client.ts and the rest of this folder, free of the library's types, so that tests can construct it and another
 * client could take its place.
 */
export interface Broker {
  readonly host: string;
  readonly port: number;
}

export interface TopicView {
  /** The topic's UUID: another one under the same name is another topic. */
  readonly id: string;
  /** Node id of the leader by partition; -1: none now. */
  readonly leaders: readonly number[];
}

export interface ClusterView {
  readonly brokers: ReadonlyMap<number, Broker>;
  readonly topics: ReadonlyMap<string, TopicView>;
  /** Topics that were asked for and are not usable, with the protocol's code. */
  readonly refused: ReadonlyMap<string, string>;
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export interface WireRecord {
  readonly offsetDelta: number;
  readonly timestampDelta: bigint;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly (readonly [Uint8Array | null, Uint8Array | null])[];
}

export interface WireBatch {
  readonly firstOffset: bigint;
  readonly lastOffsetDelta: number;
  /** Bit 4: transactional, bit 5: control. */
  readonly attributes: number;
  readonly producerId: bigint;
  /** Of the session that wrote it; of an end, of whoever ended it. */
  readonly producerEpoch: number;
  readonly firstTimestamp: bigint;
  readonly records: readonly WireRecord[];
  /** Then it has no records here; the bytes are as they came. */
  readonly unreadable?: { readonly reason: string; readonly bytes: Uint8Array } | undefined;
}

export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

export interface FetchedPartition extends TopicPartition {
  /** The protocol's code; undefined: it went well. */
  readonly error: string | undefined;
  readonly highWatermark: bigint;
  readonly lastStableOffset: bigint;
  readonly logStartOffset: bigint;
  readonly aborted: readonly AbortedTransaction[];
  readonly batches: readonly WireBatch[];
}

export interface OutgoingRecord extends TopicPartition {
  readonly key: Uint8Array | undefined;
  readonly value: Uint8Array;
  readonly headers: readonly (readonly [string, Uint8Array])[];
}

/** What one InitProducerId gave. A newer session with the same transactional id fences this one. */
export interface ProducerSession {
  readonly transactionalId: string;
  readonly producerId: bigint;
  readonly epoch: number;
}

/** By `topic/partition`; what was refused has a code instead. */
export interface PartitionOffsets {
  readonly offsets: ReadonlyMap<string, bigint>;
  readonly codes: ReadonlyMap<string, string>;
}

export interface FetchLimits {
  /** How long the broker waits for a first byte. */
  readonly maxWaitMs: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly partitionMaxBytes: number;
  readonly committedOnly: boolean;
}
