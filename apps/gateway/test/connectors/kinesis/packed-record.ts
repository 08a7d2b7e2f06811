/** packedRecord: user records in one, as Amazon's producer library writes them. */
import { createHash } from "node:crypto";
import { AggregatedRecord } from "@signalbox/proto";

export function packedRecord(users: readonly { readonly key: string; readonly hashKey?: string; readonly data: string }[]): Buffer {
  const keys = [...new Set(users.map(({ key }) => key))];
  const hashKeys = [...new Set(users.flatMap(({ hashKey }) => (hashKey === undefined ? [] : [hashKey])))];
  const message = AggregatedRecord.encode({
    partitionKeyTable: keys,
    explicitHashKeyTable: hashKeys,
    records: users.map(({ key, hashKey, data }) => ({
      partitionKeyIndex: keys.indexOf(key),
      ...(hashKey === undefined ? {} : { explicitHashKeyIndex: hashKeys.indexOf(hashKey) }),
      data: Buffer.from(data),
    })),
  }).finish();
  return Buffer.concat([Buffer.from([0xf3, 0x89, 0x9a, 0xc2]), message, createHash("md5").update(message).digest()]);
}
