/**
 * FrameFormat: several invocations in one POST (decision 84): the format and the bounds of the body.
 *
 *   request  content-type application/vnd.signalbox.frames; body = lead (0x07) · (length, ToFunction)*
 *   reply    the same type; body = (index, status, length of lines, length of body, lines, body)*
 *
 * All numbers are varints. The lead byte is no valid protobuf, so a server that takes a frame for a ToFunction fails and runs nothing.
 * Neighbours: frame-reader.ts reads replies; http-frame.ts carries one; packages/sdk/src/hosts/frames.ts is the other side.
 */
export const frameType = "application/vnd.signalbox.frames";
export const framePartsMax = 8;
/** The size of a request's body; what does not fit goes into the next frame. */
export const frameRequestBytesMax = 256 * 1024;

const lead = 0x07;
const headEnd = "\r\n\r\n";

/** The whole request; `head` ends before the number of content-length. */
export function encodeFrame(head: Uint8Array, parts: readonly Uint8Array[]): Buffer {
  let bodyBytes = 1;
  for (const { length } of parts) bodyBytes += varintBytes(length) + length;
  const number = String(bodyBytes);
  const bytes = Buffer.allocUnsafe(head.length + number.length + headEnd.length + bodyBytes);
  bytes.set(head, 0);
  let at = head.length;
  at += bytes.write(number, at, "latin1");
  at += bytes.write(headEnd, at, "latin1");
  bytes[at++] = lead;
  for (const part of parts) {
    at = writeVarint(bytes, at, part.length);
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** How many bytes the length before a part may take. */
export const partLengthBytesMax = 5;

export function isFrameType(contentType: string | undefined): boolean {
  return contentType !== undefined && (contentType === frameType || contentType.trim().toLowerCase() === frameType);
}

/** How many parts the server takes in one frame, by its header `x-signalbox-frames`; 0: it takes no frames. */
export function framesOffered(header: string | undefined): number {
  if (header === undefined || !/^\d{1,4}$/.test(header)) return 0;
  const parts = Math.min(framePartsMax, Number(header));
  return parts < 2 ? 0 : parts;
}

/** The head of a part of a reply, which stands before its lines and its body. */
export function encodePartHead(part: { index: number; status: number; linesBytes: number; bodyBytes: number }): Buffer {
  const bytes = Buffer.alloc(20);
  let at = 0;
  for (const value of [part.index, part.status, part.linesBytes, part.bodyBytes]) at = writeVarint(bytes, at, value);
  return bytes.subarray(0, at);
}

function varintBytes(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : value < 0x10000000 ? 4 : 5;
}

function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let rest = value;
  let to = at;
  for (; rest > 0x7f; rest >>>= 7) bytes[to++] = (rest & 0x7f) | 0x80;
  bytes[to++] = rest;
  return to;
}
