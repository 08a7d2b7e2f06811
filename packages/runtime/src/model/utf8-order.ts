/**
 * The order of texts by their UTF-8 bytes, which is the order of the store's keys. JavaScript's own order differs for characters beyond
 * U+FFFF: their surrogates sort below U+E000..U+FFFF.
 */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const codeA = a.charCodeAt(index);
    const codeB = b.charCodeAt(index);
    if (codeA === codeB) continue;
    return rank(codeA) - rank(codeB);
  }
  return a.length - b.length;
}

function rank(code: number): number {
  if (code < 0xd800) return code;
  // Surrogates stand for characters above all others.
  return code < 0xe000 ? code + 0x10000 : code;
}
