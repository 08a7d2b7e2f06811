/**
 * fetchAnswer: reads a broker's answer to a fetch (version 13) and leaves the records as bytes, because record-batches.ts unpacks them
 * within bounds. Neighbour: kafka-client.ts passes the library's reader, of which only a few methods are used.
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
  /** The batches one after the other; the last one may be incomplete. */
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
  // A replica that would be nearer; ignored, because the leader is asked.
  reader.readInt32();
  const length = countOf(reader);
  const records = length === 0 ? new Uint8Array() : reader.buffer.slice(reader.position, reader.position + length);
  reader.position += length;
  reader.readTaggedFields();
  return { ...head, aborted, records };
}

/** The length of a compact array or bytes, which is written plus one; 0 means none. */
function countOf(reader: AnswerReader): number {
  return Math.max(0, reader.readUnsignedVarInt() - 1);
}
