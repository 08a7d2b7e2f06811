/** compareUtf8: the order of texts by their UTF-8 bytes, in which the engine and SQLite give ids. JavaScript's own differs beyond U+FFFF. */

export function compareUtf8(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const [one, other] = [left.charCodeAt(at), right.charCodeAt(at)];
    if (one !== other) return rank(one) - rank(other);
  }
  return left.length - right.length;
}

/** Surrogates stand for characters above all others. */
function rank(code: number): number {
  if (code < 0xd800) return code;
  return code < 0xe000 ? code + 0x10000 : code;
}
