/**
 * Links to the pages of ingresses and egresses, by the id of their node in the flow (`egress:shop/out`, `ingress:http`). Pure.
 */
export function doorHref(nodeId: string): string | null {
  const at = nodeId.indexOf(":");
  const kind = nodeId.slice(0, at);
  const parts = nodeId.slice(at + 1).split("/");
  if (kind === "egress" && parts.length === 2) return `/flow/egress/${parts.map(encodeURIComponent).join("/")}`;
  return kind === "ingress" ? `/flow/ingress/${encodeURIComponent(parts.join("/"))}` : null;
}
