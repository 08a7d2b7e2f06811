/**
 * Store key order: compares texts by their UTF-8 bytes, as the disk store sorts them, without encoding them.
 * JavaScript compares UTF-16 units, which puts U+E000–U+FFFF after the characters beyond U+FFFF; UTF-8 puts them before.
 */
export function compareUtf8(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const unitOfA = a.charCodeAt(index);
    const unitOfB = b.charCodeAt(index);
    if (unitOfA !== unitOfB) return rank(unitOfA) - rank(unitOfB);
  }
  return a.length - b.length;
}

/** Moves surrogates (halves of characters beyond U+FFFF) above all other units. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
