/**
 * ColdReads: mailboxes of entities that wait on disk only, read in order of key, each whole: the first messages with their values, up to a
 * bound by rows and bytes, the rest counted by key. Rows that are too new are skipped, because the core counts those itself
 * (core/scheduling/cold-types.ts).
 */
import type { Action } from "../../core/action.ts";
import type { ColdMailbox, Command } from "../../core/command.ts";
import { decodeSequence, entityPartOfMessage, entityRange, splitKey } from "../../core/store/store-key.ts";
import { decodeRecord } from "../../core/store/store-record.ts";
import type { Message } from "@signalbox/runtime/model/message";
import type { Store } from "../../ports/store.ts";
import type { RowReads } from "./row-reads.ts";

type ReadCold = Extract<Action, { kind: "read-cold" }>;
type Mailbox = { -readonly [Name in keyof ColdMailbox]: Name extends "messages" ? Message[] : ColdMailbox[Name] };

export async function readCold({ store, bytesMax, clock }: RowReads, action: ReadCold): Promise<Command> {
  const { scan, type, held, gte, lt, sequenceEnd, rowsMax } = action;
  const mailboxes: Mailbox[] = [];
  let rows = 0;
  let bytes = 0;
  let first = "";
  let current = "";
  let reached: string | undefined;
  for await (const [key, value] of store.scan({ gte, lt, limit: rowsMax + 1 })) {
    const keyPart = entityPartOfMessage(key);
    if (first === "") first = keyPart;
    if (rows >= rowsMax || bytes > bytesMax) {
      reached = await cutAt(store, { mailboxes, key, isFirst: keyPart === first, isBegun: keyPart === current, sequenceEnd });
      break;
    }
    rows++;
    bytes += value.length;
    if (keyPart !== current) current = keyPart;
    if (sequenceOf(key) >= sequenceEnd) continue;
    mailboxOf(mailboxes, keyPart, key).messages.push(decodeRecord.message(value, addressOf(key)));
  }
  return { kind: "cold-read", nowMs: clock.nowMs(), scan, type, held, mailboxes, reached };
}

interface Cut {
  readonly mailboxes: Mailbox[];
  /** The first row that is not taken. */
  readonly key: string;
  /** Whether the entity of `key` is the first of the read. */
  readonly isFirst: boolean;
  readonly isBegun: boolean;
  readonly sequenceEnd: number;
}

/**
 * Where the next read begins. A mailbox that is larger than a whole read is counted to its end. Any other that does not fit is left for the
 * next read.
 */
async function cutAt(store: Store, { mailboxes, key, isFirst, isBegun, sequenceEnd }: Cut): Promise<string> {
  const keyPart = entityPartOfMessage(key);
  const range = entityRange("m", keyPart);
  if (!isFirst) {
    if (isBegun && mailboxes.at(-1)?.keyPart === keyPart) mailboxes.pop();
    return range.gte;
  }
  for await (const row of store.scanKeys({ gte: key, lt: range.lt }))
    if (sequenceOf(row) < sequenceEnd) mailboxOf(mailboxes, keyPart, row).more++;
  return range.lt;
}

function mailboxOf(mailboxes: Mailbox[], keyPart: string, key: string): Mailbox {
  const last = mailboxes.at(-1);
  if (last?.keyPart === keyPart) return last;
  const made: Mailbox = { address: addressOf(key), keyPart, messages: [], more: 0 };
  mailboxes.push(made);
  return made;
}

function addressOf(key: string): { type: string; id: string } {
  const [, type = "", id = ""] = splitKey(key);
  return { type, id };
}

function sequenceOf(key: string): number {
  return decodeSequence(key.slice(key.lastIndexOf("\u0000") + 1));
}
