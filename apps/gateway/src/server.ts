/**
 * Server: one port for everything over HTTP. Plain messages and calls are read and answered before node:http
 * (surfaces/http/fast-path-server.ts). Everything else is routed in this order: hooks of connectors, messages (raw), health and the gate of
 * signing in, tRPC, MCP, the API (fastify), and the console last. tRPC, MCP and the API are loaded at the first request, tRPC and the API
 * also by openRest(). Which pages may ask (listener/site-rules.ts) and who asks (identity/) is decided before anything is read, and a
 * handler that throws ends only its own request (guarded-listener.ts).
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Server as NetServer } from "node:net";
import type { Engine } from "@signalbox/runtime";
import type { FastifyInstance } from "fastify";
import type { OldestWrite } from "./health/oldest-write.ts";
import type { Principal } from "./contract/principal.ts";
import type { WhoAsks } from "./identity/identity.ts";
import { doorOf, isApiPath, isMcp, leadToLogin, mayReadHealth, notSignedIn, passes, trpcPrefix } from "./surfaces/http/request-gate.ts";
import { askedBy, principalOf, rememberPrincipal } from "./surfaces/principal-of.ts";
import type { GuardedServices } from "./services/guarded.ts";
import { withoutBasePath } from "./listener/base-path.ts";
import { setBrowserHeaders } from "./surfaces/http/browser-headers.ts";
import type { Console } from "./surfaces/http/console.ts";
import { createGuardedServer } from "./listener/guarded-listener.ts";
import { hooksPrefix, type Hooks } from "./listener/hooks.ts";
import { isHealth, writeHealth, writeHealthWord, type HealthParts } from "./surfaces/http/health.ts";
import { listenOn, type ListenPlace } from "./listener/listen.ts";
import type { Calls } from "./surfaces/http/calls.ts";
import { FastPathServer } from "./surfaces/http/fast-path-server.ts";
import { messagesPrefix, type Messages } from "./surfaces/http/messages.ts";
import { Lazy } from "./surfaces/http/lazy.ts";
import { isOpenApiPage, writeOpenApiPage } from "./surfaces/http/openapi-page/openapi-page.ts";
import type { McpRoute } from "./surfaces/mcp/mcp-route.ts";
import { GatewayError } from "./contract/problem.ts";
import { isExpected, problemOf } from "./contract/problem-of.ts";
import { repeatedHeader } from "./listener/repeated-header.ts";
import { writeProblem } from "./listener/reply.ts";
import { toOriginForm } from "./listener/request-target.ts";
import type { Proxies } from "./listener/proxies.ts";
import type { SiteRules } from "./listener/site-rules.ts";
import { refuseUnreadable } from "./listener/unreadable.ts";
import type { ThreadWatch } from "./health/thread-watch.ts";

export interface ServerParts {
  readonly engine: Pick<Engine, "status">;
  readonly oldestWrite: OldestWrite;
  readonly disk: HealthParts["disk"];
  readonly catalog: HealthParts["catalog"];
  readonly processes: HealthParts["processes"];
  readonly connectors: HealthParts["connectors"];
  readonly telemetry: HealthParts["telemetry"];
  readonly wireConnections: HealthParts["wireConnections"];
  /** The services, which are loaded at the first call. */
  readonly services: () => Promise<GuardedServices>;
  readonly messages: Messages;
  readonly calls: Calls;
  readonly hooks: Pick<Hooks, "serve">;
  readonly site: SiteRules;
  /** When absent, only proxies on this machine are trusted. */
  readonly proxies?: Proxies;
  readonly identity: Pick<WhoAsks, "loginRequired" | "principalOf">;
  readonly watch: ThreadWatch;
  /** The path below which a proxy serves all this; empty or absent for the root. */
  readonly basePath?: string;
  readonly openApi: () => Promise<FastifyInstance>;
  readonly logError: (error: unknown, where: string) => void;
}

/** The name `routing` is fastify's. */
interface Routed {
  readonly routing: (request: IncomingMessage, response: ServerResponse) => void;
}

export interface GatewayServer {
  readonly server: Server;
  /** `behind` is the server that speaks TLS in front of this one; connections then come from there. */
  listen(place: Pick<ListenPlace, "host" | "port">, behind?: NetServer): Promise<number>;
  /** Sets the console once Next is prepared. Until then pages answer that the console is starting. */
  setConsole(console: Console): void;
  /** Loads what was not loaded for the start. */
  openRest(): Promise<void>;
  /** Refuses new connections. Resolves once nothing more comes over the connections that are open. */
  stopListening(): Promise<void>;
  close(): Promise<void>;
}

export function createGatewayServer(parts: ServerParts): GatewayServer {
  let gatewayConsole: Console | undefined;
  const server = createListener(route, parts.logError);
  let listener: NetServer = server;
  const { basePath = "", messages, calls, site, identity } = parts;
  const front = new FastPathServer({ server, messages, calls, site, identity, basePath });
  const later = { trpc: new Lazy(() => openTrpc(parts)), api: new Lazy(parts.openApi), mcp: new Lazy(() => openMcp(parts)) };

  function route(request: IncomingMessage, response: ServerResponse): void {
    toOriginForm(request);
    // A client without a proxy, or behind one that removes the base path, gets the same answer.
    const url = withoutBasePath(request.url ?? "/", basePath);
    request.url = url;
    parts.watch.began(`${request.method ?? ""} ${url.slice(0, 200)}`);
    // Each hook says how far the rules of the site apply to it.
    const foreign = repeatedHeader(request) ?? (url.startsWith(hooksPrefix) ? undefined : parts.site.refusal(request));
    if (foreign !== undefined) return refuse(response, foreign, url);
    const principal = askedBy(parts, request, doorOf(url));
    if (!(principal instanceof Promise)) return dispatch(request, response, principal);
    principal.then((who) => dispatch(request, response, who)).catch((error: unknown) => failed(response, error, url));
  }

  /** Refuses what can be refused before anything of the request is read; the guard does the rest. */
  function dispatch(request: IncomingMessage, response: ServerResponse, principal: Principal): void {
    const { url = "/" } = request;
    rememberPrincipal(request, principal);
    if (url.startsWith(hooksPrefix)) return serveHook(parts, request, response);
    if (url.startsWith(messagesPrefix)) return takeMessage(parts.messages, request, response);
    setBrowserHeaders(response);
    if (isAnsweredHere(parts, request, response)) return;
    if (url.startsWith(trpcPrefix)) {
      const wrong = wrongTrpcMethod(request);
      return wrong === undefined ? ask(later.trpc, request, response) : refuse(response, wrong, url);
    }
    if (isMcp(url)) return ask(later.mcp, request, response);
    if (isApiPath(url)) return ask(later.api, request, response);
    if (gatewayConsole === undefined) return starting(response);
    gatewayConsole.handle(request, response);
  }

  const failed = (response: ServerResponse, error: unknown, url: string): void => {
    if (!isExpected(error)) parts.logError(error, url);
    refuse(response, error, url);
  };
  const ask = (part: Lazy<Routed>, request: IncomingMessage, response: ServerResponse): void =>
    askLoaded(part, { request, response, failed });
  return {
    server,
    listen: (place, behind) => {
      listener = behind ?? server;
      return listenOn(listener, { ...place, setting: "SIGNALBOX_PORT" });
    },
    setConsole: (ready) => {
      gatewayConsole = ready;
    },
    openRest: () => Promise.all([later.trpc.open(), later.api.open()]).then(() => undefined),
    stopListening: () => {
      if (listener.listening) listener.close();
      server.closeIdleConnections();
      return front.stop();
    },
    close: async () => {
      if (listener.listening) listener.close();
      server.closeAllConnections();
      front.close();
      for (const part of [later.mcp, later.api]) await (await part.settled())?.close();
      await gatewayConsole?.close();
    },
  };
}

async function openTrpc({ logError, messages, services }: ServerParts): Promise<Routed> {
  const { createTrpcRoute } = await import("./surfaces/http/trpc-route.ts");
  return { routing: createTrpcRoute({ services: await services(), prefix: trpcPrefix, held: messages.held, logError }) };
}

async function openMcp({ logError, messages, services }: ServerParts): Promise<McpRoute> {
  const { createMcpRoute } = await import("./surfaces/mcp/mcp-route.ts");
  return createMcpRoute({ services: await services(), held: messages.held, logError });
}

/** Serves a hook; refusals are answered in the form of all others. */
function serveHook({ hooks, site }: ServerParts, request: IncomingMessage, response: ServerResponse): void {
  const { url = "/" } = request;
  try {
    hooks.serve(url, { request, response, site, principal: principalOf(request) });
  } catch (error) {
    if (!isExpected(error)) throw error;
    refuse(response, error, url);
  }
}

/** Answers health, refusals of the gate, and the page on which the API can be tried. */
function isAnsweredHere(parts: ServerParts, request: IncomingMessage, response: ServerResponse): boolean {
  const { url = "/", method } = request;
  const principal = principalOf(request);
  if (isHealth(method, url)) {
    if (mayReadHealth(principal)) writeHealth(response, { ...parts, held: parts.messages.held });
    else writeHealthWord(response, parts);
    return true;
  }
  const gate = passes(principal, url);
  if (gate.kind === "login") leadToLogin(response, `${parts.basePath ?? ""}${gate.path}`);
  if (gate.kind === "refused") refuse(response, gate.refusal, url);
  if (gate.kind !== "passes") return true;
  if (isOpenApiPage(url)) writeOpenApiPage(response, { method, basePath: parts.basePath ?? "" });
  return isOpenApiPage(url);
}

interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  failed(response: ServerResponse, error: unknown, url: string): void;
}

function askLoaded(part: Lazy<Routed>, { request, response, failed }: Asked): void {
  if (part.current !== undefined) return part.current.routing(request, response);
  part
    .open()
    .then(({ routing }) => routing(request, response))
    .catch((error: unknown) => failed(response, error, request.url ?? ""));
}

function takeMessage({ route }: Pick<Messages, "route">, request: IncomingMessage, response: ServerResponse): void {
  const { method, url = "/" } = request;
  if (method !== "POST") return refuse(response, methodNotAllowed(request, "Use POST."), url);
  if (principalOf(request).kind === "anonymous") return refuse(response, notSignedIn(url), url);
  route(request, response);
}

function createListener(route: Routed["routing"], logError: ServerParts["logError"]): Server {
  const server = createGuardedServer({
    handle: route,
    failed: (error, request, response) => {
      if (!isExpected(error)) logError(error, request.url ?? "");
      if (response.headersSent) response.destroy();
      else refuse(response, error, request.url ?? "");
    },
    // A program that names no host is answered too; node:http would refuse it without saying why.
    options: { keepAliveTimeout: 65_000, noDelay: true, requireHostHeader: false },
  });
  server.on("clientError", refuseUnreadable);
  server.on("checkExpectation", refuseExpectation);
  return server;
}

function refuseExpectation({ headers, url }: IncomingMessage, response: ServerResponse): void {
  const detail = `Expect: ${String(headers.expect)} cannot be met.`;
  const cure = "Send Expect: 100-continue, or leave the header out.";
  refuse(response, new GatewayError("INVALID_REQUEST", { detail, where: "Expect", cure }), url ?? "");
}

function wrongTrpcMethod(request: IncomingMessage): GatewayError | undefined {
  if (request.method === "GET" || request.method === "POST") return undefined;
  return methodNotAllowed(request, "Use GET for queries and POST for mutations.");
}

function methodNotAllowed({ method, url }: IncomingMessage, cure: string): GatewayError {
  return new GatewayError("METHOD_NOT_ALLOWED", { detail: `${String(method)} is not possible here.`, where: url ?? "", cure });
}

function refuse(response: ServerResponse, error: unknown, where: string): void {
  writeProblem(response, problemOf(error, where));
}

function starting(response: ServerResponse): void {
  response.writeHead(503, { "content-type": "text/html; charset=utf-8", "retry-after": "1" });
  response.end('<!doctype html><meta http-equiv="refresh" content="1"><title>Signalbox</title><p>The console starts…</p>');
}
