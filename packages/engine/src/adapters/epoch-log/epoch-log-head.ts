/**
 * The head of a file of the epoch log: its generation and the number of its first frame. A head that does not fit its checksum does not
 * count.
 */
import { crc32 } from "node:zlib";

const magic = Buffer.from("SBEPOCH1");
const checkedBytes = 20;
export const logHeadBytes = 24;

export interface LogHead {
  readonly generation: number;
  /** The ordinal of its first frame. */
  readonly first: number;
}

export function encodeLogHead({ generation, first }: LogHead): Uint8Array {
  const head = Buffer.alloc(logHeadBytes);
  magic.copy(head);
  head.writeUInt32LE(generation, 8);
  head.writeUInt32LE(first % 2 ** 32, 12);
  head.writeUInt32LE(Math.floor(first / 2 ** 32), 16);
  head.writeUInt32LE(crc32(head.subarray(0, checkedBytes)), checkedBytes);
  return head;
}

export function decodeLogHead(bytes: Buffer): LogHead | undefined {
  if (bytes.length < logHeadBytes || !bytes.subarray(0, magic.length).equals(magic)) return undefined;
  if (crc32(bytes.subarray(0, checkedBytes)) !== bytes.readUInt32LE(checkedBytes)) return undefined;
  return { generation: bytes.readUInt32LE(8), first: bytes.readUInt32LE(16) * 2 ** 32 + bytes.readUInt32LE(12) };
}
