/**
 * GatewayDoor: a whole gateway in this process (engine on disk, catalog, API) with a function that answers everything with nothing, and a
 * connection to it: through memory into the same HTTP server for the mass of cases, or over a real socket.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { duplexPair, type Duplex } from "node:stream";
import { defaultLimits } from "@signalbox/engine";
import { composeGateway, type Gateway } from "../../apps/gateway/src/compose.ts";
import { ingressPort } from "../../apps/gateway/src/flow/ingress-port.ts";
import { createApi } from "../../apps/gateway/src/surfaces/http/api.ts";
import type { Console } from "../../apps/gateway/src/surfaces/http/console.ts";
import { createCalls } from "../../apps/gateway/src/surfaces/http/calls.ts";
import { createMessages } from "../../apps/gateway/src/surfaces/http/messages.ts";
import { RequestBytes } from "../../apps/gateway/src/listener/request-bytes.ts";
import { Hooks } from "../../apps/gateway/src/listener/hooks.ts";
import { SiteRules } from "../../apps/gateway/src/listener/site-rules.ts";
import { gatewayItself } from "../../apps/gateway/src/contract/principal.ts";
import { authorizer } from "../../apps/gateway/src/identity/authorizer.ts";
import { guarded, type GuardedServices } from "../../apps/gateway/src/services/guarded.ts";
import type { ServiceParts } from "../../apps/gateway/src/services/service-parts.ts";
import { createServices } from "../../apps/gateway/src/services/services.ts";
import { createGatewayServer, type GatewayServer } from "../../apps/gateway/src/server.ts";
import { must } from "./fuzz-target.ts";

export const messageBytesMax = 64 * 1024;
/** A limit on CPU time. Cases are drawn and read in the same thread, so it is wider than what the gateway itself logs. */
const heldMsMax = 1_000;
/** An erasure or a restore of an earlier case, which goes on after its answer, drains the engine for a moment. */
const drainingMsMax = 30_000;
/** The function type of the base module; cases leave that module alone. */
export const servedType = "test/visits";
export const declaredEgress = "test/out";

export interface GatewayDoor extends AsyncDisposable {
  readonly gateway: Gateway;
  /** The server that connections through memory reach; it shows pages. */
  readonly server: GatewayServer;
  /** `behind` is through memory too, but past the fast path, so that node:http reads everything. */
  connect(via: "memory" | "behind" | "socket"): Duplex;
  /** Throws unless the gateway runs and nothing unexpected was logged. */
  mustBeWell(): void;
}

/** `change` replaces parts whose effects a case must not really have (starting processes). */
export async function openGatewayDoor(
  change: (parts: ServiceParts) => Partial<ServiceParts> = () => ({}),
  parts: { console?: Console; held?: RequestBytes } = {},
): Promise<GatewayDoor> {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-fuzz-"));
  const logged: string[] = [];
  const logError = (error: unknown, where: string): void =>
    void logged.push(`${where}: ${error instanceof Error ? error.stack : String(error)}`);
  const strays: string[] = [];
  let drainingSinceMs: number | undefined;
  const functions = await startFunction(strays);
  const gateway = await composeGateway(settingsIn(folder), { warn: () => undefined, error: logError });
  const { parts: serviceParts, audit } = gateway.core;
  await serviceParts.modules.apply("base-module", { yaml: baseModule(functions) }, gatewayItself("fuzz"));
  const changed = { ...serviceParts, ...change(serviceParts) };
  const services = guarded(createServices(changed), { authorizer, audit, checkOutputs: true });
  const { console: pages = emptyConsole, held = new RequestBytes(64 * 1024 * 1024) } = parts;
  const server = serverInMemory(gateway, { services, logError, pages, held });
  return {
    gateway,
    server,
    connect: (via) =>
      via === "socket" ? connect({ port: gateway.port, host: "127.0.0.1" }) : connectInMemory(server.server, via === "behind"),
    mustBeWell() {
      const [stray] = strays.splice(0);
      must(stray === undefined, () => `a call left for a place that no template allows: ${String(stray)}`);
      const [first] = logged.splice(0);
      must(first === undefined, () => `the log holds an error: ${String(first)}`);
      const { heldMs } = gateway.core.watch.figures();
      must(heldMs <= heldMsMax, () => `the gateway's thread was held for ${heldMs} ms`);
      const { health } = gateway.core.engine.status();
      drainingSinceMs = health.kind === "draining" ? (drainingSinceMs ?? performance.now()) : undefined;
      const drainsFor = drainingSinceMs === undefined ? 0 : performance.now() - drainingSinceMs;
      must(
        health.kind === "running" || (drainingSinceMs !== undefined && drainsFor < drainingMsMax),
        () => `the engine is ${JSON.stringify(health)}`,
      );
    },
    async [Symbol.asyncDispose]() {
      await server.close();
      await gateway.stop();
      functions.closeAllConnections();
      functions.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function settingsIn(folder: string): Parameters<typeof composeGateway>[0] {
  return {
    host: "127.0.0.1",
    port: 0,
    grpcPort: 0,
    postgresPort: 0,
    dataDir: folder,
    databaseUrl: `file:${join(folder, "catalog.db")}`,
    dev: false,
    console: false,
    env: {},
    partitions: 1,
    drainMs: 8000,
    limits: { ...defaultLimits, messageBytesMax, journalBytesMax: 16 * 1024 * 1024, attemptsMax: 1 },
  };
}

/** The listeners that every HTTP server of Node has for connections. */
const nodeListeners = createServer().listeners("connection");

function connectInMemory(server: Server, behind: boolean): Duplex {
  const [client, inside] = duplexPair();
  // Ends both sides, as a real connection does that breaks off.
  client.on("close", () => void inside.destroy());
  if (behind) for (const listener of nodeListeners) Reflect.apply(listener, server, [inside]);
  else server.emit("connection", inside);
  return client;
}

interface InMemoryParts {
  readonly services: GuardedServices;
  readonly logError: (error: unknown, where: string) => void;
  readonly pages: Console;
  readonly held: RequestBytes;
}

function serverInMemory({ core }: Gateway, { services, logError, pages, held }: InMemoryParts): GatewayServer {
  const { engine, oldestWrite, watch, identity } = core;
  const { values } = core.parts;
  const hooks = new Hooks();
  const openApi = () =>
    createApi({
      services,
      values,
      metricsText: () => Promise.resolve("# none\n"),
      hooks: () => hooks.list(),
      provider: { basePath: fuzzBasePath, origin: undefined },
      held,
      logError,
    });
  const messages = createMessages({ ingress: ingressPort(engine, "http"), values, messageBytesMax, held });
  const site = new SiteRules({ host: "127.0.0.1", allowedHosts: [], allowedOrigins: [] });
  const server = createGatewayServer({
    engine,
    oldestWrite,
    disk: { figures: () => null },
    catalog: { failure: () => null },
    connectors: core.parts.connectors,
    processes: core.parts.processes,
    telemetry: core.telemetry,
    wireConnections: core.wireConnections,
    services: () => Promise.resolve(services),
    messages,
    calls: createCalls({ basePath: fuzzBasePath, services: () => Promise.resolve(services), values, logError }),
    hooks,
    site,
    identity,
    watch,
    basePath: fuzzBasePath,
    openApi,
    logError,
  });
  server.setConsole(pages);
  return server;
}

/** Cases put this before their paths or not, and both must be answered in the same way. */
export const fuzzBasePath = "/sb";

const emptyConsole: Console = {
  built: true,
  handle: (_request, response) => void response.writeHead(200, { "x-console": "yes", "content-length": "0" }).end(),
  close: async () => undefined,
};

/** Where the templates of the base module may lead, whatever a function's name is: only one segment of the path is the sender's. */
const allowedPath = /^\/$|^\/team-a\/(?!(\.|%2e){1,2}\/)[^/?#\\]+\/invoke\?kept=1$/i;

/** A request for another path, or with another host's name, counts as a stray. */
async function startFunction(strays: string[]): Promise<Server> {
  const server = createServer((request, response) => {
    const own = `127.0.0.1:${(server.address() as AddressInfo | null)?.port ?? 0}`;
    const { url = "", method, headers } = request;
    if (method !== "POST" || headers.host !== own || !allowedPath.test(url)) strays.push(`${method} ${url} at ${headers.host}`);
    request.resume();
    request.on("end", () => response.writeHead(200, { "content-type": "application/octet-stream", "content-length": "0" }).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function baseModule(functions: Server): string {
  const { port } = functions.address() as AddressInfo;
  return `kind: io.statefun.endpoints.v2/http\nspec: {functions: test/*, urlPathTemplate: "http://127.0.0.1:${port}/"}\n---\nkind: io.statefun.endpoints.v2/http\nspec: {functions: names/*, urlPathTemplate: "http://127.0.0.1:${port}/team-a/{function.name}/invoke?kept=1"}\n---\nkind: io.statefun.endpoints.v2/http\nspec: {functions: hosts/*, urlPathTemplate: "http://{function.name}.fuzz.invalid:${port}/fn"}\n---\nkind: io.signalbox.v1/egress\nspec: {id: ${declaredEgress}}\n`;
}
