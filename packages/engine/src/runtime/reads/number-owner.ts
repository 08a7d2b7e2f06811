/**
 * Numbered: what a sequence number belongs to when the journal has no trace of that number: the messages of the trace that still wait, or
 * the record, message or effect that has the number. Both reads are bounded and say when they did not see everything.
 */
import { decodeRecord } from "../../core/store/store-record.ts";
import { splitKey, tableRange } from "../../core/store/store-key.ts";
import type { JournalRecord } from "@signalbox/runtime/model/journal-record";
import { messageId } from "@signalbox/runtime/model/message";
import type { NumberOwner, WaitingMessage, WaitingOfTrace } from "@signalbox/runtime/model/views";
import type { Store } from "../../ports/store.ts";
import type { JournalSource } from "./journal-queries.ts";

const waitingShownMax = 100;
/** How far below the number to look: an effect has a number near that of the record that tells of it. */
const sequencesBackMax = 1_000;
const nearbyRecordsMax = 2_000;

/** The messages of this trace that wait in mailboxes here, in the order of the keys; looks at no more than `rowsMax` rows. */
export async function waitingOfTrace(store: Store, trace: number, rowsMax: number): Promise<WaitingOfTrace> {
  const messages: WaitingMessage[] = [];
  let looked = 0;
  for await (const [key, bytes] of store.scan({ ...tableRange("m"), limit: rowsMax })) {
    looked++;
    const [, type = "", id = ""] = splitKey(key);
    const message = decodeRecord.message(bytes, { type, id });
    if (message.trace !== trace) continue;
    const { origin: _origin, ...shown } = message;
    messages.push({ ...shown, sequence: messageId(message) });
    if (messages.length >= waitingShownMax) break;
  }
  return { messages, looked, complete: looked < rowsMax && messages.length < waitingShownMax };
}

export function mergeWaiting(parts: readonly WaitingOfTrace[]): WaitingOfTrace {
  return {
    messages: parts.flatMap(({ messages }) => messages).slice(0, waitingShownMax),
    looked: parts.reduce((sum, part) => sum + part.looked, 0),
    complete: parts.every(({ complete }) => complete),
  };
}

/** What the number belongs to, as far as the records near it tell. */
export async function ownerOf(source: JournalSource, sequence: number): Promise<NumberOwner | undefined> {
  let read = 0;
  for await (const record of source({ kind: "from", sequence: Math.max(0, sequence - sequencesBackMax) })) {
    const owner = ownerIn(record, sequence);
    if (owner !== undefined || ++read > nearbyRecordsMax) return owner;
  }
  return undefined;
}

function ownerIn(record: JournalRecord, sequence: number): NumberOwner | undefined {
  const trace = record.messages[0]?.trace;
  if (record.sequence === sequence) return { kind: "record", record: record.sequence, trace, address: record.address };
  const message = [...record.messages, ...record.sent].find((one) => one.sequence === sequence);
  if (message !== undefined) return { kind: "message", record: record.sequence, trace: message.trace, address: message.target };
  if (record.delayed.some((one) => one.kind === "send-after" && one.sequence === sequence))
    return { kind: "delayed", record: record.sequence, trace, address: record.address };
  if (record.egress.some((one) => one.sequence === sequence))
    return { kind: "egress", record: record.sequence, trace, address: record.address };
  return undefined;
}
