/**
 * NaturalOrder: the one order of names and ids in the console: digits count as numbers (ada2 before ada10), and texts that differ only in
 * the case of letters still have one order, so that a sort never depends on the order before it.
 */
const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

export function naturalOrder(left: string, right: string): number {
  const order = collator.compare(left, right);
  if (order !== 0) return order;
  return left < right ? -1 : left > right ? 1 : 0;
}
