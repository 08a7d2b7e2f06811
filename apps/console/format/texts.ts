/**
 * Texts that must fit: ids lose their middle (both ends are needed), previews their line breaks. Pure.
 */

/** "order-2026-11-22-000481" cut to 14 → "order-2…000481". */
export function cutMiddle(text: string, lengthMax: number): string {
  const characters = [...text];
  if (characters.length <= lengthMax) return text;
  const kept = Math.max(lengthMax - 1, 2);
  const head = Math.ceil(kept / 2);
  return `${characters.slice(0, head).join("")}…${characters.slice(characters.length - (kept - head)).join("")}`;
}

/** One line of a pretty document. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** The name part of "namespace/name". */
export function nameOf(typename: string): string {
  return typename.slice(typename.lastIndexOf("/") + 1);
}
