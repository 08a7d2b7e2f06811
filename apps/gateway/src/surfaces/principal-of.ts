/**
 * principalOf: the principal of a request at one of the doors. server.ts asks the identity once per request, before anything else handles
 * it, and every route finds the answer here. Neighbour: identity/identity.ts makes principals of headers.
 */
import type { IncomingMessage } from "node:http";
import type { OuterDoor, Principal } from "../contract/principal.ts";
import { clientCertificateOf } from "../identity/client-certificate.ts";
import type { Credentials, WhoAsks } from "../identity/identity.ts";
import { ownProxies, type Proxies } from "../listener/proxies.ts";
import { unmaskHeader, withUnmaskReason } from "../identity/unmask-reason.ts";

const asked = new WeakMap<IncomingMessage, Principal>();

export function rememberPrincipal(request: IncomingMessage, principal: Principal): void {
  asked.set(request, principal);
}

/** The principal of a node:http request, or of what a framework wraps it in. */
export function principalOf(request: IncomingMessage | { readonly raw: IncomingMessage }): Principal {
  const principal = asked.get("raw" in request ? request.raw : request);
  if (principal === undefined) throw new Error("a request came by a way that does not ask who sends it");
  return principal;
}

/** Finds the principal of a request by its headers. Throws or rejects UNAUTHENTICATED, and INVALID_REQUEST for an invalid unmask reason. */
export function askedBy(
  { identity, proxies = ownProxies }: { readonly identity: Pick<WhoAsks, "principalOf">; readonly proxies?: Proxies },
  request: IncomingMessage,
  door: OuterDoor,
): Principal | Promise<Principal> {
  const principal = identity.principalOf(credentialsOf(request, proxies), door);
  const reason = unmaskReasonOf(request);
  return reason === undefined ? principal : Promise.resolve(principal).then((who) => withUnmaskReason(who, reason));
}

function credentialsOf(request: Pick<IncomingMessage, "headers" | "socket">, proxies: Proxies): Credentials {
  const { authorization, cookie } = request.headers;
  return { authorization, cookie, isOverTls: proxies.isOverTls(request), certificate: clientCertificateOf(request.socket) };
}

/**
 * The reason as it was sent; undefined when nothing is to be unmasked. A download link in a browser cannot set headers, so it has the
 * reason in its query.
 */
function unmaskReasonOf({ headers, url = "" }: Pick<IncomingMessage, "headers" | "url">): string | undefined {
  const header = headers[unmaskHeader];
  if (header !== undefined) return Array.isArray(header) ? header.join(", ") : header;
  const query = url.indexOf("?");
  if (query < 0 || !url.slice(0, query).endsWith("/file")) return undefined;
  const reason = new URLSearchParams(url.slice(query + 1)).get(unmaskHeader);
  return reason === null ? undefined : encodeURIComponent(reason);
}
