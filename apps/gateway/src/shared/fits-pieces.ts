/**
 * fitsPieces: whether a text consists of these pieces in order with anything between them, which is what * means in filters.
 */

/** It takes linear time: each piece is searched once, from where the piece before it ended. */
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
