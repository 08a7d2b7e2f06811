/**
 * principalOf: who asks, of a request at one of the doors. server.ts asks the identity once for each request, before anything else looks at it,
 * and every route finds the answer here. Neighbour: identity/identity.ts makes principals of headers.
 */
import type { IncomingMessage } from "node:http";
import type { Principal } from "../contract/principal.ts";
import type { Credentials } from "../identity/identity.ts";

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

export function credentialsOf({ headers }: Pick<IncomingMessage, "headers">): Credentials {
  return { authorization: headers.authorization, cookie: headers.cookie };
}
