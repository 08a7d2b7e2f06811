/**
 * PlaygroundServer: an HTTP server on a port of its own, which binds the gateway's host only. Every request has an effect, a GET too, so no
 * web page except the gateway's own may send one (site-rules.ts). Where the gateway requires a sign-in, this server requires a token.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Principal } from "../../contract/principal.ts";
import { isExpected, problemOf } from "../../contract/problem-of.ts";
import { createGuardedServer } from "../../listener/guarded-listener.ts";
import { ListenError, listenOn } from "../../listener/listen.ts";
import { repeatedHeader } from "../../listener/repeated-header.ts";
import { writeProblem } from "../../listener/reply.ts";
import { toOriginForm } from "../../listener/request-target.ts";
import { refuseUnreadable } from "../../listener/unreadable.ts";
import type { ConnectorContext } from "../connector.ts";
import { ConnectorFailure } from "../connector-failure.ts";

export type PlaygroundHandler = (request: IncomingMessage, response: ServerResponse, principal: Principal) => void;

/** Resolves once the port is open, with the way to close it. Rejects with ConnectorFailure. */
export async function openPlaygroundServer(
  port: number,
  { host, site, identity, logError }: Pick<ConnectorContext, "host" | "site" | "identity" | "logError">,
  handle: PlaygroundHandler,
): Promise<{ close(): Promise<void> }> {
  const server = createGuardedServer({
    handle: (request, response) => {
      toOriginForm(request);
      response.setHeader("cache-control", "no-store");
      response.setHeader("x-content-type-options", "nosniff");
      const foreign = repeatedHeader(request) ?? site.refusalWhereAllActs(request);
      if (foreign !== undefined) return writeProblem(response, problemOf(foreign, request.url));
      const { authorization, cookie } = request.headers;
      const principal = identity.principalOf({ authorization, cookie }, "ingress");
      if (!(principal instanceof Promise)) return handle(request, response, principal);
      return principal.then((who) => handle(request, response, who));
    },
    failed: (error, request, response) => {
      if (!isExpected(error)) logError(error, `playground ${request.url ?? ""}`);
      if (response.headersSent) response.destroy();
      else writeProblem(response, problemOf(error, request.url));
    },
    options: { requireHostHeader: false },
  });
  server.on("clientError", refuseUnreadable);
  try {
    await listenOn(server, { port, host, setting: "the module's port" });
  } catch (error) {
    // The module can choose another port, or the other program may end, so opening is tried again.
    if (error instanceof ListenError) throw new ConnectorFailure("wait", { what: error.message, cure: error.cure });
    throw error;
  }
  return { close: () => closeServer(server) };
}

function closeServer(server: Server): Promise<void> {
  return new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

export function pathOf(request: IncomingMessage): string {
  const url = request.url ?? "/";
  const query = url.indexOf("?");
  return query < 0 ? url : url.slice(0, query);
}
