/**
 * cutEncoded: a text that goes into a header, cut to the bytes that it may have there, percent-encoded. Headers are bounded by whoever
 * receives them, and most of them end the connection then. Neighbours: grpc-status.ts. Guarantee: the result can be percent-encoded, which
 * half a surrogate pair cannot; the work is bounded by `bytesMax`, not by the length of the text.
 */
const more = "…";
const moreBytes = encodedBytes(more);

export function cutEncoded(text: string, bytesMax: number): string {
  const roomBytes = bytesMax - moreBytes;
  let bytes = 0;
  let fitsUntil = 0;
  // Iterating by code points keeps pairs whole.
  for (let at = 0; at < text.length; ) {
    const point = String.fromCodePoint(text.codePointAt(at) ?? 0).toWellFormed();
    bytes += encodedBytes(point);
    if (bytes > bytesMax) return text.slice(0, fitsUntil).toWellFormed() + more;
    at += point.length;
    if (bytes <= roomBytes) fitsUntil = at;
  }
  return text.toWellFormed();
}

function encodedBytes(character: string): number {
  return encodeURI(character).length;
}
