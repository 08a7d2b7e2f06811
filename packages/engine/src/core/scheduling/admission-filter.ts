/**
 * AdmissionFilter: which entities came to rest lately without being kept in memory, as one number each in a table of fixed size. A later
 * entity overwrites an earlier one, so the table forgets by itself. Two entities with the same number cost a worse choice of what stays in
 * memory, never a wrong answer. Neighbour: residency.ts asks.
 */
const entitiesMax = 16_384;

export class AdmissionFilter {
  private readonly hashes = new Int32Array(entitiesMax);

  /** Whether this key was asked about not long ago, and remembers that it was asked about now. */
  seenAgain(keyPart: string): boolean {
    const bits = hash(keyPart);
    // The low bits of the hash choose the place, the whole hash names the key; 0 marks an empty place.
    const place = bits & (entitiesMax - 1);
    if (this.hashes[place] === bits) return bits !== 0;
    this.hashes[place] = bits;
    return false;
  }
}

/** FNV-1a over UTF-16 units, its high bits mixed into the low ones. */
function hash(text: string): number {
  let bits = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) bits = Math.imul(bits ^ text.charCodeAt(index), 0x01000193);
  return bits ^ (bits >>> 15);
}
