/** PublishedFrame: the bytes of PublishMessage, PublishFrame and PublishAck of signalbox/ingress.proto. Neighbour: producer.ts sends them. */
import type { OutgoingMessage } from "../message.ts";
import { readFields } from "../wire/reader.ts";
import { Writer } from "../wire/writer.ts";

/** The size of a frame with several messages; a larger message has a frame of its own. */
export const frameBytesMax = 256 * 1024;

export function encodeMessage(number: number, { target, value }: OutgoingMessage): Uint8Array {
  return new Writer()
    .varint(1, BigInt(number))
    .text(2, target.type)
    .text(3, target.id)
    .text(4, value.typename)
    .bytes(5, value.bytes)
    .finish();
}

/** `producer` is empty after the first frame of a stream. */
export function encodeFrame(producer: string, messages: readonly Uint8Array[]): Uint8Array {
  const writer = new Writer().text(1, producer);
  for (const message of messages) writer.bytes(2, message);
  return writer.finish();
}

/** The highest durable number that an acknowledgement names. */
export function readDurable(bytes: Uint8Array): number {
  let durable = 0;
  readFields(bytes, (field, reader) => {
    if (field !== 1) return false;
    durable = Number(reader.varint());
    return true;
  });
  return durable;
}
