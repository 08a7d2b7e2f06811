/**
 * PublishFrames: writes frames of the gRPC Publish stream byte by byte (signalbox.v1.PublishFrame). The load generator shares the cores
 * with what it measures, and the general codec would cost it several times as much. All messages of a writer have one type and one value.
 */
import { message, valueType } from "../workload.ts";

const lengthDelimited = 2;
const idBytesMax = 64;

function tag(field: number, wireType: number): number {
  return (field << 3) | wireType;
}

function textField(field: number, text: string): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length > 127) throw new Error(`${text} is longer than a length of one byte tells`);
  return Buffer.concat([Buffer.from([tag(field, lengthDelimited), bytes.length]), bytes]);
}

function varintBytes(number: number): number {
  let bytes = 1;
  for (let rest = number; rest > 0x7f; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
}

export class PublishFrames {
  readonly #producer: Buffer;
  readonly #type: Buffer;
  readonly #tail: Buffer;

  constructor(producer: string, type: string) {
    this.#producer = textField(1, producer);
    this.#type = textField(2, type);
    this.#tail = Buffer.concat([textField(4, valueType), Buffer.from([tag(5, lengthDelimited), message.length]), message]);
  }

  /** One frame with `count` messages whose sequences rise by one from `first`. */
  write(first: number, count: number, id: () => string): Buffer {
    const messageBytesMax = 24 + this.#type.length + idBytesMax + this.#tail.length;
    const frame = Buffer.allocUnsafe(this.#producer.length + count * messageBytesMax);
    let at = this.#producer.copy(frame, 0);
    for (let sequence = first; sequence < first + count; sequence++) {
      const text = id();
      // Ids are ASCII (workload.ts); sequence, type, id, value type and value follow, each after its tag.
      const size = 1 + varintBytes(sequence) + this.#type.length + 2 + text.length + this.#tail.length;
      frame[at++] = tag(2, lengthDelimited);
      at = varint(frame, at, size);
      frame[at++] = tag(1, 0);
      at = varint(frame, at, sequence);
      at += this.#type.copy(frame, at);
      frame[at++] = tag(3, lengthDelimited);
      frame[at++] = text.length;
      at += frame.write(text, at, "latin1");
      at += this.#tail.copy(frame, at);
    }
    return frame.subarray(0, at);
  }
}

function varint(into: Buffer, at: number, number: number): number {
  let rest = number;
  let index = at;
  while (rest > 0x7f) {
    into[index++] = (rest % 128) | 0x80;
    rest = Math.floor(rest / 128);
  }
  into[index++] = rest;
  return index;
}
