/**
 * routeRecord: turns one record of a topic into one message for each of the topic's targets. The key, as UTF-8, is the entity's id; the
 * value is passed unchanged with the topic's value type. A record without an address or a value is reported as invalid, and the ingress's
 * `invalidRecordHandling` decides what happens to it.
 */
import { checkId, type Address, type TypedValue } from "@signalbox/runtime";
import type { ReadRecord } from "./committed-records.ts";

export interface TopicRoute {
  readonly topic: string;
  readonly valueType: string;
  readonly targets: readonly string[];
}

export interface RoutedMessage {
  readonly target: Address;
  readonly value: TypedValue;
}

export type Routed =
  | { readonly kind: "messages"; readonly messages: readonly RoutedMessage[] }
  | { readonly kind: "invalid"; readonly code: InvalidRecord; readonly reason: string };

export type InvalidRecord = "KEY_ABSENT" | "KEY_NOT_UTF8" | "KEY_NOT_AN_ID" | "VALUE_ABSENT" | "VALUE_TOO_LARGE" | "BATCH_UNREADABLE";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function routeRecord(
  { key, value, unreadable }: Pick<ReadRecord, "key" | "value" | "unreadable">,
  { valueType, targets }: TopicRoute,
  messageBytesMax: number,
): Routed {
  if (unreadable !== undefined) return { kind: "invalid", code: "BATCH_UNREADABLE", reason: unreadable };
  if (key === null) return { kind: "invalid", code: "KEY_ABSENT", reason: "it has no key, and the key is the entity's id" };
  if (value === null) return { kind: "invalid", code: "VALUE_ABSENT", reason: "it has no value (a tombstone)" };
  const id = decoded(key);
  if (id === undefined) return { kind: "invalid", code: "KEY_NOT_UTF8", reason: "its key is no UTF-8, and the key is the entity's id" };
  const wrong = checkId(id);
  if (wrong !== undefined) return { kind: "invalid", code: "KEY_NOT_AN_ID", reason: `its key is no id: ${wrong}` };
  if (value.length > messageBytesMax)
    return { kind: "invalid", code: "VALUE_TOO_LARGE", reason: `its value has ${value.length} bytes, the limit is ${messageBytesMax}` };
  // Copied, because the record is a part of the whole answer, which would stay in memory as long as the message.
  const bytes = new Uint8Array(value);
  return { kind: "messages", messages: targets.map((type) => ({ target: { type, id }, value: { typename: valueType, bytes } })) };
}

function decoded(key: Uint8Array): string | undefined {
  try {
    return utf8.decode(key);
  } catch {
    return undefined;
  }
}
