/**
 * fetchAnswer: a broker's answer to a fetch (version 13) with the records still as bytes, because what they become is bounded and unpacked by
 * record-batches.ts. Neighbour: kafka-client.ts hands in the library's reader, which stands here by the few calls that are used.
 */
import type { AbortedTransaction } from "./kafka-wire.ts";

export interface AnswerReader {
  position: number;
  readonly buffer: { slice(from: number, to: number): Uint8Array };
  readInt16(): number;
  readInt32(): number;
  readInt64(): bigint;
  readUUID(): string;
  readUnsignedVarInt(): number;
  readTaggedFields(): void;
}

export interface FetchAnswer {
  readonly errorCode: number;
  readonly partitions: readonly AnsweredPartition[];
}

export interface AnsweredPartition {
  readonly topicId: string;
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: bigint;
  readonly lastStableOffset: bigint;
  readonly logStartOffset: bigint;
  readonly aborted: readonly AbortedTransaction[];
  /** Batches one after the other; the last may be cut. */
  readonly records: Uint8Array;
}

export function fetchAnswer(reader: AnswerReader): FetchAnswer {
  reader.readInt32();
  const errorCode = reader.readInt16();
  reader.readInt32();
  const partitions: AnsweredPartition[] = [];
  for (let topics = countOf(reader); topics > 0; topics--) {
    const topicId = reader.readUUID();
    for (let left = countOf(reader); left > 0; left--) partitions.push(partitionOf(reader, topicId));
    reader.readTaggedFields();
  }
  return { errorCode, partitions };
}

function partitionOf(reader: AnswerReader, topicId: string): AnsweredPartition {
  const head = {
    topicId,
    partition: reader.readInt32(),
    errorCode: reader.readInt16(),
    highWatermark: reader.readInt64(),
    lastStableOffset: reader.readInt64(),
    logStartOffset: reader.readInt64(),
  };
  const aborted: AbortedTransaction[] = [];
  for (let left = countOf(reader); left > 0; left--) {
    aborted.push({ producerId: reader.readInt64(), firstOffset: reader.readInt64() });
    reader.readTaggedFields();
  }
  // Another replica that would be nearer; the leader is asked.
  reader.readInt32();
  const length = countOf(reader);
  const records = length === 0 ? new Uint8Array() : reader.buffer.slice(reader.position, reader.position + length);
  reader.position += length;
  reader.readTaggedFields();
  return { ...head, aborted, records };
}

/** Of a compact array or bytes: one more than there are, none: 0. */
function countOf(reader: AnswerReader): number {
  return Math.max(0, reader.readUnsignedVarInt() - 1);
}
