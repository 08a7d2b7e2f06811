/**
 * NamespaceOf: what the page needs to know of namespaces before any are drawn; bundle.ts, which draws them, is fetched when it is needed.
 */

/** With this many nodes a graph is drawn by namespaces, because as single cards they would be too small to read. */
export const BUNDLED_FROM_NODES = 25;

export function namespaceOf(type: string): string {
  const at = type.lastIndexOf("/");
  return at < 0 ? type : type.slice(0, at);
}
