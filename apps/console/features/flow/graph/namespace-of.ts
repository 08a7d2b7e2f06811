/** NamespaceOf: what the page asks about namespaces before any are drawn; bundle.ts, which draws them, is fetched when it is needed. */

/** From here on a graph is drawn by namespaces: as single cards it could only be shown too small to read. */
export const BUNDLED_FROM_NODES = 25;

export function namespaceOf(type: string): string {
  const at = type.lastIndexOf("/");
  return at < 0 ? type : type.slice(0, at);
}
