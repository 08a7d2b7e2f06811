/**
 * toOriginForm: turns a request target with scheme and authority, which every server must accept (RFC 9112 3.2.2), into the path that
 * routes know; the authority takes the place of the Host header. Neighbours: server.ts and the playground call it before anything looks at
 * the request.
 */
import type { IncomingMessage } from "node:http";

/** Changes the request; afterwards its url begins with a slash unless it is no path at all (`*`). */
export function toOriginForm(request: Pick<IncomingMessage, "url" | "headers">): void {
  const match = /^https?:\/\/([^/?#]*)([^#]*)/i.exec(request.url ?? "");
  if (match === null) return;
  const [, authority = "", rest = ""] = match;
  request.headers.host = authority;
  request.url = rest.startsWith("/") ? rest : `/${rest}`;
}
