/** Whether a text has at most so many bytes in UTF-8, without encoding it; half a surrogate pair counts as the three bytes that replace it. */
export function utf8BytesAtMost(text: string, bytesMax: number): boolean {
  const { length } = text;
  // A code unit is one to three bytes.
  if (length * 3 <= bytesMax) return true;
  if (length > bytesMax) return false;
  let bytes = length;
  for (let index = 0; index < length && bytes <= bytesMax; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x80) continue;
    if (code < 0x800) bytes += 1;
    else if (code >= 0xd800 && code < 0xdc00 && isLowSurrogate(text.charCodeAt(index + 1))) {
      // Four bytes for two code units.
      bytes += 2;
      index++;
    } else bytes += 2;
  }
  return bytes <= bytesMax;
}

/** NaN beyond the end. */
function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code < 0xe000;
}
