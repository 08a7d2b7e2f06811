/**
 * Draws: pseudo-random numbers that follow from a text alone (sfc32, seeded by 128 bits of the text). Neighbours: dispatch.ts seeds one for
 * each message. Not for secrets, because anybody who knows the message can compute them.
 */
const twoTo32 = 2 ** 32;
const warmUpDraws = 12;

/** Numbers from 0 up to but not 1, with 53 bits each; the same seed gives the same ones in the same order. */
export function drawsOf(seed: string): () => number {
  let [a, b, c, d] = hashed(seed);
  const next = (): number => {
    const drawn = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + drawn;
    return drawn >>> 0;
  };
  for (let index = 0; index < warmUpDraws; index++) next();
  return () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / (2 ** 21 * twoTo32);
}

/** Four 32-bit hashes of one text with different starts (FNV-1a). */
function hashed(text: string): [number, number, number, number] {
  const one = (start: number): number => {
    let hash = start;
    for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x0100_0193);
    return hash | 0;
  };
  return [one(0x811c_9dc5), one(0x9e37_79b9), one(0x85eb_ca6b), one(0xc2b2_ae35)];
}

/** A short name for bytes, for seeds. */
export function digestOf(bytes: Uint8Array): string {
  let hash = 0x811c_9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x0100_0193);
  return `${bytes.length}:${(hash >>> 0).toString(36)}`;
}
