/**
 * Position: how far an ingress has come, in the words of its connector (an offset, a sequence number, the time of a run). It is opaque to
 * everything else: it is kept in the epoch of the records that led to it and handed back unchanged. A part is what has a position of its
 * own inside one ingress, such as a partition of a topic; it is "" when there is only one.
 */

/** What the store keeps of an ingress and part beside each batch. */
const positionBytesMax = 4096;
const partCharactersMax = 512;

/** Why a connector may not use this part or position; undefined when it may. */
export function wrongPosition(part: string, position: string): string | undefined {
  if (part.length > partCharactersMax) return `a part has ${part.length} characters, at most ${partCharactersMax} are kept`;
  const bytes = Buffer.byteLength(position);
  return bytes > positionBytesMax ? `a position has ${bytes} bytes, at most ${positionBytesMax} are kept` : undefined;
}

/** Names of clients' producers may not begin with this (surfaces/grpc/publish-stream.ts). */
export const ingressProducerPrefix = "connector:";

/** The producer under which the engine keeps the position. */
export function producerOf(ingress: string, part: string): string {
  return `${ingressProducerPrefix}${ingress} ${part}`;
}
