/**
 * HashOfText: 32 bits of a text. It decides which partition an entity lives in and how it is found again, so it is part of the store's
 * format.
 */

/** FNV-1a over UTF-16 units with one more mix at the end, so that short texts that differ in one digit spread evenly. */
export function hashOfText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash ^= hash >>> 13;
  return hash >>> 0;
}
