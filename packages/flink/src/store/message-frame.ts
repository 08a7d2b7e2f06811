/** MessageFrame: a message as the connector's Java reads it (RoutedMessage.java): parts with their lengths. It lies in the store as it goes out. */
import type { Address, TypedValue } from "@signalbox/runtime";
import { splitTypeName } from "@signalbox/runtime";

export interface FramedMessage {
  readonly target: Address;
  readonly value: TypedValue;
  /** The name by which the message is known wherever it goes in Flink. */
  readonly name: string;
}

export function frameOf({ target, value, name }: FramedMessage): Buffer {
  const split = splitTypeName(target.type);
  if (split.kind === "error") throw new Error(split.reason);
  const texts = [split.typeName.namespace, split.typeName.name, target.id, value.typename, name].map((text) => Buffer.from(text, "utf8"));
  const size = texts.reduce((sum, text) => sum + 4 + text.length, 0) + 1 + 4 + value.bytes.length;
  const frame = Buffer.allocUnsafe(size);
  let at = 0;
  for (const text of texts) {
    at = frame.writeInt32BE(text.length, at);
    at += text.copy(frame, at);
  }
  at = frame.writeUInt8(value.hasValue === false ? 0 : 1, at);
  at = frame.writeInt32BE(value.bytes.length, at);
  frame.set(value.bytes, at);
  return frame;
}

/** What the source of the connector gets for a poll: the position of the first message, how many, and they. */
export function pollAnswer(first: number, frames: readonly Uint8Array[]): Buffer {
  const head = Buffer.allocUnsafe(12);
  head.writeBigInt64BE(BigInt(first), 0);
  head.writeInt32BE(frames.length, 8);
  return Buffer.concat([head, ...frames]);
}

/** Returns undefined when it is not what the connector's sink writes. */
export function recordsOf(body: Uint8Array): Uint8Array[] | undefined {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  if (body.length < 4) return undefined;
  const count = view.getInt32(0);
  const records: Uint8Array[] = [];
  let at = 4;
  for (let index = 0; index < count; index++) {
    if (at + 4 > body.length) return undefined;
    const length = view.getInt32(at);
    at += 4;
    if (length < 0 || at + length > body.length) return undefined;
    records.push(body.subarray(at, at + length));
    at += length;
  }
  return count >= 0 && at === body.length ? records : undefined;
}
