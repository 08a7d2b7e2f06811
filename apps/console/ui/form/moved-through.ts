/**
 * movedThrough: the index in a list of suggestions after an arrow key; it wraps around, and from -1 (none selected) it goes to either end.
 */
export function movedThrough(count: number, { from, down }: { from: number; down: boolean }): number {
  if (count === 0) return -1;
  if (down) return (from + 1) % count;
  return from <= 0 ? count - 1 : from - 1;
}
