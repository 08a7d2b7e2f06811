/** EgressQueries: durable records of an egress that wait for their acknowledgement. */
import { encodeSequence, partsRange, storeKey } from "../../core/store/store-key.ts";
import { decodeRecord } from "../../core/store/store-record.ts";
import type { EgressRecord } from "@signalbox/runtime/model/message";
import type { Store } from "../../ports/store.ts";

/** In order of sequence. */
export async function readEgressRecords(
  store: Store,
  query: { egress: string; after?: number | undefined; limit: number },
): Promise<EgressRecord[]> {
  const range = partsRange("o", query.egress);
  const records: EgressRecord[] = [];
  const gt = `${range.gte}${encodeSequence(query.after ?? 0)}`;
  for await (const [, bytes] of store.scan({ gt, lt: range.lt, limit: query.limit })) records.push(decodeRecord.egressRecord(bytes));
  return records;
}

export async function waitingSequences(store: Store, egress: string, through: number): Promise<number[]> {
  const sequences: number[] = [];
  const range = { gte: partsRange("o", egress).gte, lt: storeKey.egressRecord(egress, through + 1) };
  for await (const [, bytes] of store.scan(range)) sequences.push(decodeRecord.egressRecord(bytes).sequence);
  return sequences;
}
