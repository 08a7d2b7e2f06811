/**
 * StoredRow: what the engine wrote must read back as itself: the bytes decode, encode to the same bytes, belong under their key, and hold
 * only numbers that a savepoint can hold. A row that breaks this would fail at the next start, not in this one.
 */
import { BytesWriter } from "../../packages/engine/src/core/store/bytes-writer.ts";
import { entityPart, splitKey, storeKey } from "../../packages/engine/src/core/store/store-key.ts";
import { decodeRecord, encodeRecord, type StoreRecord } from "../../packages/engine/src/core/store/store-record.ts";
import { must } from "./fuzz-target.ts";

const writer = new BytesWriter();

export function mustReadBack(key: string, value: Uint8Array): void {
  const shown = JSON.stringify(key);
  must(key.isWellFormed(), () => `the key ${shown} is no well-formed text`);
  const { record, keyOfRecord } = read(key, value);
  const again = encodeRecord(writer, record);
  must(
    Buffer.compare(again, value) === 0,
    () =>
      `${shown} does not read back as itself: ${Buffer.from(value).toString("hex").slice(0, 400)} as ${JSON.stringify(record)} is ${Buffer.from(again).toString("hex").slice(0, 400)}`,
  );
  must(keyOfRecord === undefined || keyOfRecord === key, () => `${shown} holds what belongs under ${JSON.stringify(keyOfRecord)}`);
  mustHoldWholeNumbers(record, shown);
}

function read(key: string, value: Uint8Array): { record: StoreRecord; keyOfRecord?: string } {
  const parts = splitKey(key);
  const [table, first = "", second = "", third = ""] = parts;
  switch (table) {
    case "s":
      return { record: { kind: "state", value: decodeRecord.state(value) }, keyOfRecord: storeKey.state(entityPart(first, second), third) };
    case "m": {
      const message = decodeRecord.message(value, { type: first, id: second });
      return {
        record: { kind: "message", message },
        keyOfRecord: storeKey.message(entityPart(message.target.type, message.target.id), message.sequence),
      };
    }
    case "t": {
      const delayed = decodeRecord.delayed(value);
      return { record: { kind: "delayed", delayed }, keyOfRecord: storeKey.delayed(delayed.dueMs, delayed.sequence) };
    }
    case "k":
      return { record: { kind: "token", ...decodeRecord.token(value) }, keyOfRecord: storeKey.token(first, second) };
    case "o": {
      const record = decodeRecord.egressRecord(value);
      return { record: { kind: "egress-record", record }, keyOfRecord: storeKey.egressRecord(record.egress, record.sequence) };
    }
    case "g":
      return { record: { kind: "egress-depth", waiting: decodeRecord.egressDepth(value) } };
    case "w":
      return { record: { kind: "waiting", waiting: decodeRecord.waiting(value) }, keyOfRecord: storeKey.waiting(first) };
    case "e":
      return { record: { kind: "entity", record: decodeRecord.entity(value) }, keyOfRecord: storeKey.entity(entityPart(first, second)) };
    case "f":
      return { record: { kind: "specs", specs: decodeRecord.specs(value) }, keyOfRecord: storeKey.specs(first) };
    case "j": {
      const records = decodeRecord.journal(value);
      return { record: { kind: "journal", records }, keyOfRecord: storeKey.journal(records[0]?.sequence ?? 0) };
    }
    case "d":
      return { record: { kind: "directory", entries: decodeRecord.directory(value) } };
    case "l": {
      const row = decodeRecord.segment(value);
      return { record: { kind: "segment", ...row }, keyOfRecord: storeKey.segment(row.blocks.at(-1)?.sequence ?? 0) };
    }
    case "q":
      return { record: { kind: "postings", postings: decodeRecord.postings(value) } };
    case "h":
    case "x":
      return { record: { kind: "mark" } };
    case "i":
      return {
        record: { kind: "idempotency", ...decodeRecord.idempotency(value) },
        keyOfRecord: storeKey.idempotency(first, parts.length > 2 ? { type: second, id: third } : undefined),
      };
    case "p":
      return { record: { kind: "producer", ...decodeRecord.producer(value) }, keyOfRecord: storeKey.producer(first) };
    case "Q":
      return { record: { kind: "erasure", erasure: decodeRecord.erasure(value) } };
    case "M":
      return { record: { kind: "meta", meta: decodeRecord.meta(value) } };
    default:
      throw new Error(`no table has the key ${JSON.stringify(key)}`);
  }
}

function mustHoldWholeNumbers(part: unknown, place: string): void {
  if (typeof part === "number")
    must(Number.isSafeInteger(part) && part >= 0, () => `${place} holds the number ${part}, which no savepoint can hold`);
  if (typeof part !== "object" || part === null || part instanceof Uint8Array) return;
  for (const [name, inner] of Object.entries(part)) mustHoldWholeNumbers(inner, `${place}.${name}`);
}
