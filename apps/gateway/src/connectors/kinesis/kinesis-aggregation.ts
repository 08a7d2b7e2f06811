/**
 * unpacked: the user records inside one record of a stream. Amazon's producer library packs several into one: four magic bytes, a protobuf
 * message, and the MD5 of that message. Anything else is a record by itself. A user record whose hash key lies outside its shard is left
 * out, as Amazon's and Flink's readers do: after a resharding it came to the wrong shard, and its producer has sent it again to the right
 * one.
 */
import { createHash } from "node:crypto";
import { AggregatedRecord } from "@signalbox/proto";
import type { KinesisRecord, KinesisShard } from "./kinesis-wire.ts";

export interface UserRecord {
  readonly key: string;
  readonly data: Uint8Array;
}

const mark = Buffer.from([0xf3, 0x89, 0x9a, 0xc2]);
const digestBytes = 16;

export function unpacked(
  { key, data }: Pick<KinesisRecord, "key" | "data">,
  shard: Pick<KinesisShard, "firstHash" | "lastHash">,
): UserRecord[] {
  const plain = [{ key, data }];
  if (data.length < mark.length + digestBytes || mark.compare(data, 0, mark.length) !== 0) return plain;
  const message = data.subarray(mark.length, data.length - digestBytes);
  const digest = data.subarray(data.length - digestBytes);
  if (!createHash("md5").update(message).digest().equals(digest)) return plain;
  return userRecords(message, shard) ?? plain;
}

/** Undefined when the bytes are no such message. */
function userRecords(message: Uint8Array, { firstHash, lastHash }: Pick<KinesisShard, "firstHash" | "lastHash">): UserRecord[] | undefined {
  const packed = decoded(message);
  if (packed === undefined) return undefined;
  const hashes = new Map<string, bigint>();
  const inside = (hash: bigint): boolean => firstHash <= hash && hash <= lastHash;
  const found: UserRecord[] = [];
  for (const { partitionKeyIndex, explicitHashKeyIndex, data } of packed.records) {
    const key = packed.partitionKeyTable[partitionKeyIndex ?? 0];
    if (key === undefined) return undefined;
    const explicit = typeof explicitHashKeyIndex !== "number" ? undefined : packed.explicitHashKeyTable[explicitHashKeyIndex];
    const name = explicit === undefined ? `k${key}` : `h${explicit}`;
    const hash = hashes.get(name) ?? (explicit === undefined ? hashOfKey(key) : hashOfText(explicit));
    if (hash === undefined) return undefined;
    hashes.set(name, hash);
    // Copied, because one small record would keep the whole answer in memory.
    if (inside(hash)) found.push({ key, data: new Uint8Array(data ?? []) });
  }
  return found;
}

function decoded(message: Uint8Array): ReturnType<typeof AggregatedRecord.decode> | undefined {
  try {
    return AggregatedRecord.decode(message);
  } catch {
    return undefined;
  }
}

/** The hash key that Kinesis gives a partition key. */
function hashOfKey(key: string): bigint {
  return BigInt(`0x${createHash("md5").update(key).digest("hex")}`);
}

function hashOfText(text: string): bigint | undefined {
  return /^\d{1,39}$/.test(text) ? BigInt(text) : undefined;
}
