/**
 * Store keys: text whose UTF-8 order is the order of the console's pages, so that each page is one range scan.
 *   s type id name    state value            m type id sequence   message in a mailbox
 *   t due sequence    delayed message        k sender-id token    live cancellation token
 *   o egress sequence egress record          g egress             outbox depth
 *   e type id         paused or parked       f type               registered state specs
 *   w type            how many messages wait in mailboxes of the type
 *   j sequence        journal block          h type id sequence   blocks of the journal by address
 *   d sequence        directory of a block that tells of many entities
 *   l sequence        segment of directories, by its last block        q bucket sequence    its postings
 *   i key type id     idempotency key        x at key type id     idempotency keys by age (before format 10: without type and id)
 *   p producer        producer position      M                    meta
 *   a number               era, from the second on
 *   n partition sequence  outbox entry       r partition          last sequence received from it
 *   Q                     the erasure that the store came out of
 * Parts are separated by NUL; NUL and SOH inside a part are escaped so that order is kept and no part can forge another.
 */
import type { Address } from "@signalbox/runtime/model/address";
import { formatKey } from "../../model/format-key.ts";

const separator = "\u0000";
const afterSeparator = "\u0001";
const lastCharacter = "\u{10FFFF}";
const sequenceDigits = 11;
const needsEscape = /[\u0000\u0001]/;

function escapePart(part: string): string {
  if (!needsEscape.test(part)) return part;
  return part.replace(/[\u0000\u0001]/g, (character) => (character === separator ? "\u0001\u0001" : "\u0001\u0002"));
}

function unescapePart(part: string): string {
  if (!part.includes("\u0001")) return part;
  return part.replace(/\u0001([\u0001\u0002])/g, (_, code: string) => (code === "\u0001" ? separator : "\u0001"));
}

/** The last two digits. */
const tailsCount = 36 * 36;
const tails = Array.from({ length: tailsCount }, (_, tail) => tail.toString(36).padStart(2, "0"));
/** Sequences come one after the other, so the digits before the last two are mostly those of the previous call and are kept. */
let stem = -1;
let stemText = "";

export function encodeSequence(sequence: number): string {
  const high = Math.floor(sequence / tailsCount);
  const tail = tails[sequence - high * tailsCount];
  // A negative sequence is the bound before all sequences.
  if (tail === undefined || high < 0) return sequence.toString(36).padStart(sequenceDigits, "0");
  if (high !== stem) {
    stem = high;
    stemText = high.toString(36).padStart(sequenceDigits - 2, "0");
  }
  return stemText + tail;
}

export function decodeSequence(text: string): number {
  return Number.parseInt(text, 36);
}

export function splitKey(key: string): string[] {
  if (!key.includes(afterSeparator)) return key.split(separator);
  return key.split(separator).map(unescapePart);
}

export const metaKey = formatKey;
export const erasureKey = "Q";

/** `type NUL id` as it stands inside keys; made once per entity and kept. */
export function entityPart(type: string, id: string): string {
  return `${escapePart(type)}${separator}${escapePart(id)}`;
}

/** A key without a target is one that a format before 10 wrote. */
function keyWithTarget(key: string, target: Address | undefined): string {
  return target === undefined ? escapePart(key) : `${escapePart(key)}${separator}${entityPart(target.type, target.id)}`;
}

export const storeKey = {
  state: (entity: string, name: string): string => `s\u0000${entity}\u0000${escapePart(name)}`,
  message: (entity: string, sequence: number): string => `m\u0000${entity}\u0000${encodeSequence(sequence)}`,
  delayed: (dueMs: number, sequence: number): string => `t\u0000${encodeSequence(dueMs)}\u0000${encodeSequence(sequence)}`,
  token: (senderId: string, token: string): string => `k\u0000${escapePart(senderId)}\u0000${escapePart(token)}`,
  egressRecord: (egress: string, sequence: number): string => `o\u0000${escapePart(egress)}\u0000${encodeSequence(sequence)}`,
  egressDepth: (egress: string): string => `g\u0000${escapePart(egress)}`,
  entity: (entity: string): string => `e\u0000${entity}`,
  specs: (type: string): string => `f\u0000${escapePart(type)}`,
  waiting: (type: string): string => `w\u0000${escapePart(type)}`,
  journal: (sequence: number): string => `j\u0000${encodeSequence(sequence)}`,
  directory: (sequence: number): string => `d\u0000${encodeSequence(sequence)}`,
  segment: (last: number): string => `l\u0000${encodeSequence(last)}`,
  postings: (bucket: number, last: number): string => `q\u0000${encodeSequence(bucket)}\u0000${encodeSequence(last)}`,
  history: (entity: string, sequence: number): string => `h\u0000${entity}\u0000${encodeSequence(sequence)}`,
  idempotency: (key: string, target: Address | undefined): string => `i\u0000${keyWithTarget(key, target)}`,
  idempotencyAge: (atMs: number, key: string, target: Address | undefined): string =>
    `x\u0000${encodeSequence(atMs)}\u0000${keyWithTarget(key, target)}`,
  producer: (producer: string): string => `p\u0000${escapePart(producer)}`,
  era: (number: number): string => `a\u0000${encodeSequence(number)}`,
  outboxEntry: (to: number, sequence: number): string => `n\u0000${encodeSequence(to)}\u0000${encodeSequence(sequence)}`,
  outboxEnd: (to: number): string => `n\u0000${encodeSequence(to)}\u0001`,
  received: (from: number): string => `r\u0000${encodeSequence(from)}`,
};

/**
 * Whether the row is named by a sequence (message, delayed message, egress record or outbox entry) and that sequence is `from` or above.
 */
export function isNamedFrom(key: string, from: string): boolean {
  const table = key[0];
  return (table === "m" || table === "t" || table === "o" || table === "n") && key.slice(-sequenceDigits) >= from;
}

/** The entity's part of a mailbox row's key. */
export function entityPartOfMessage(key: string): string {
  return key.slice(2, key.lastIndexOf(separator));
}

export type KeyTable =
  | "s"
  | "m"
  | "t"
  | "k"
  | "o"
  | "g"
  | "e"
  | "f"
  | "w"
  | "j"
  | "d"
  | "l"
  | "q"
  | "h"
  | "i"
  | "x"
  | "p"
  | "n"
  | "r"
  | "a";

/** Everything of one table. */
export function tableRange(table: KeyTable): { gte: string; lt: string } {
  return { gte: `${table}${separator}`, lt: `${table}${afterSeparator}` };
}

/** All keys that begin with the given parts: all ids of a type, all names of an entity, all records of an egress. */
export function partsRange(table: KeyTable, ...parts: readonly string[]): { gte: string; lt: string } {
  const joined = [table, ...parts.map(escapePart)].join(separator);
  return { gte: joined + separator, lt: joined + afterSeparator };
}

/** All ids of a type that begin with a prefix. */
export function idPrefixRange(table: KeyTable, type: string, prefix: string): { gte: string; lt: string } {
  const base = `${table}${separator}${escapePart(type)}${separator}`;
  return prefix === ""
    ? { gte: base, lt: `${table}${separator}${escapePart(type)}${afterSeparator}` }
    : { gte: base + escapePart(prefix), lt: base + escapePart(prefix) + lastCharacter };
}

/** The first key behind all keys of one id, for skipping. */
export function afterEntity(table: KeyTable, type: string, id: string): string {
  return `${table}${separator}${entityPart(type, id)}${afterSeparator}`;
}

/** All rows of one entity. */
export function entityRange(table: KeyTable, entity: string): { gte: string; lt: string } {
  return { gte: `${table}${separator}${entity}${separator}`, lt: `${table}${separator}${entity}${afterSeparator}` };
}
