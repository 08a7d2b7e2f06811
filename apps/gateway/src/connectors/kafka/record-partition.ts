/**
 * partitionOf: chooses the partition of a record as Kafka's own producer does, so that a key has the same partition for every writer:
 * murmur2 of the key. Records without a key go to one partition per batch, and to another one in the next batch.
 */
const seed = 0x9747b28c;
const mix = 0x5bd1e995;

export function partitionOf(key: Uint8Array | undefined, partitions: number, turn: number): number {
  return key === undefined ? turn % partitions : (murmur2(key) & 0x7fffffff) % partitions;
}

/** Austin Appleby's MurmurHash2 with Kafka's seed; a signed 32 bit number. */
export function murmur2(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const whole = bytes.length & ~3;
  let hash = seed ^ bytes.length;
  for (let at = 0; at < whole; at += 4) {
    let part = Math.imul(view.getInt32(at, true), mix);
    part = Math.imul(part ^ (part >>> 24), mix);
    hash = Math.imul(hash, mix) ^ part;
  }
  const rest = bytes.length - whole;
  if (rest === 3) hash ^= view.getUint8(whole + 2) << 16;
  if (rest >= 2) hash ^= view.getUint8(whole + 1) << 8;
  if (rest >= 1) hash = Math.imul(hash ^ view.getUint8(whole), mix);
  hash = Math.imul(hash ^ (hash >>> 13), mix);
  return hash ^ (hash >>> 15);
}
