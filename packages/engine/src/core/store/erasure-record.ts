/**
 * ErasureRecord: which erasure made a store, and what it removed there, so that the same erasure gets the same answer when it is asked for
 * again.
 * Neighbour: store-record.ts.
 */
import type { ErasureCounts } from "@signalbox/runtime/model/erasure";
import type { BytesReader, BytesWriter } from "./bytes-writer.ts";

export interface ErasureRecord {
  readonly id: string;
  readonly counts: ErasureCounts;
}

export function writeErasure(writer: BytesWriter, { id, counts }: ErasureRecord): void {
  writer.text(id);
  writer.number(counts.states);
  writer.number(counts.messages);
  writer.number(counts.delayedMessages);
  writer.number(counts.egressRecords);
  writer.number(counts.journalRecords);
  writer.number(counts.keyDigests);
}

export function readErasure(reader: BytesReader): ErasureRecord {
  const id = reader.text();
  const states = reader.number();
  const messages = reader.number();
  const delayedMessages = reader.number();
  const egressRecords = reader.number();
  const journalRecords = reader.number();
  return { id, counts: { states, messages, delayedMessages, egressRecords, journalRecords, keyDigests: reader.number() } };
}
