/**
 * The types between kafka-client.ts and the rest of this folder, without the library's types, so that tests can construct them and the
 * client could be replaced.
 */
export interface Broker {
  readonly host: string;
  readonly port: number;
}

export interface TopicView {
  /** The topic's UUID; a topic of the same name with another UUID is another topic. */
  readonly id: string;
  /** The node id of the leader by partition; -1 when there is none now. */
  readonly leaders: readonly number[];
}

export interface ClusterView {
  readonly brokers: ReadonlyMap<number, Broker>;
  readonly topics: ReadonlyMap<string, TopicView>;
  /** Requested topics that cannot be used, with the protocol's code. */
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
  /** The epoch of the producer that wrote the batch; for an end marker, of the one that ended the transaction. */
  readonly producerEpoch: number;
  readonly firstTimestamp: bigint;
  readonly records: readonly WireRecord[];
  /** Set when the batch cannot be read: it has no records then, and `bytes` are the raw batch. */
  readonly unreadable?: { readonly reason: string; readonly bytes: Uint8Array } | undefined;
}

export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

export interface FetchedPartition extends TopicPartition {
  /** The protocol's code; undefined on success. */
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

/** The result of an InitProducerId. A newer session with the same transactional id fences this one. */
export interface ProducerSession {
  readonly transactionalId: string;
  readonly producerId: bigint;
  readonly epoch: number;
}

/** Offsets by `topic/partition`; refused ones have a code instead. */
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
