/** fitsPieces: whether a text is these pieces in order with anything between them; the meaning of * in filters. */

/** Linear in the text: each piece is looked for once, from where the one before it ended. */
export function fitsPieces(pieces: readonly string[], text: string): boolean {
  const [first = "", ...rest] = pieces;
  if (rest.length === 0) return text === first;
  if (!text.startsWith(first)) return false;
  const last = rest[rest.length - 1] ?? "";
  let from = first.length;
  for (const piece of rest.slice(0, -1)) {
    const found = text.indexOf(piece, from);
    if (found < 0) return false;
    from = found + piece.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}
