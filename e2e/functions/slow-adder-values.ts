/** What the slow adder is sent and keeps: a value is a number and a mark in 32 bytes, the state a count and a sum. */
export const valueType = "overload/number";
export const totalState = "total";
export const totalType = "overload/total";

const valueBytes = 32;

export interface Total {
  messages: number;
  /** The sum modulo 2^32. */
  sum: number;
}

export function numberValue(number: number, poison = false): Buffer {
  const value = Buffer.alloc(valueBytes);
  value.writeUInt32LE(number, 0);
  value.writeUInt8(poison ? 1 : 0, 4);
  return value;
}

export function numberOf(value: Buffer): number {
  return value.readUInt32LE(0);
}

export function isPoison(value: Buffer): boolean {
  return value.readUInt8(4) === 1;
}

export function totalBytes(total: Total): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(total.messages, 0);
  bytes.writeUInt32LE(total.sum, 4);
  return bytes;
}

export function readTotal(bytes: Uint8Array | undefined | null): Total {
  if (bytes === undefined || bytes === null || bytes.length === 0) return { messages: 0, sum: 0 };
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { messages: view.readUInt32LE(0), sum: view.readUInt32LE(4) };
}
