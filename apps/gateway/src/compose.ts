/**
 * Compose: the gateway's composition root. Opens the engine (which locks the data directory), the catalog and the services, puts the
 * stored modules in force, then opens the ports. What was opened is closed in reverse, also when a later step fails.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createTransport, openEngine, type Engine, type EngineLimits } from "@signalbox/engine";
import { DescriptorRegistry } from "@signalbox/proto";
import { loadDescriptors } from "./applied/descriptor-service.ts";
import { createEndpointChecker } from "./applied/endpoint-checker.ts";
import { moduleLanguage } from "./applied/module-language.ts";
import { openModules } from "./applied/module-service.ts";
import { createSavedMessages } from "./applied/saved-messages.ts";
import { createValueCodec } from "./applied/value-codec.ts";
import type { Catalog } from "./catalog/catalog.ts";
import { openCatalog } from "./catalog/open-catalog.ts";
import { engineFolderName, refuseLostParts, savepointFolderName } from "./data-folder.ts";
import { createDemo, demoModule } from "./demo/demo.ts";
import { DigestSender } from "./flow/digest-sender.ts";
import { FlowCollector } from "./flow/flow-collector.ts";
import { ingressPort } from "./flow/ingress-port.ts";
import { LiveFlow } from "./flow/live-flow.ts";
import { startGrpcServer } from "./grpc/server.ts";
import { logHealth } from "./health-log.ts";
import { createApi } from "./http/api.ts";
import { openConsole } from "./http/console.ts";
import { messageRoute } from "./http/messages.ts";
import { createMetrics } from "./metrics/metrics.ts";
import { createPlayground } from "./playground/playground.ts";
import { openSavepoints } from "./savepoints/savepoint-service.ts";
import { createGatewayServer, type GatewayServer } from "./server.ts";
import type { Context } from "./trpc/context.ts";

export interface GatewaySettings {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** 0: any free port. */
  readonly grpcPort: number;
  readonly dataDir: string;
  readonly databaseUrl: string;
  readonly partitions: number;
  readonly limits: EngineLimits;
  readonly dev: boolean;
  /** False leaves the console out (tests of the API). */
  readonly console: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface GatewayLog {
  warn(message: string): void;
  error(error: unknown, where: string): void;
}

export interface GatewayCore {
  readonly engine: Engine;
  readonly catalog: Catalog;
  readonly context: Context;
  readonly flow: LiveFlow;
  readonly collector: FlowCollector;
}

export interface Gateway {
  readonly url: string;
  readonly port: number;
  readonly grpcPort: number;
  readonly consoleBuilt: boolean;
  readonly core: GatewayCore;
  /** Drains the engine, then closes everything. */
  stop(): Promise<void>;
}

/** What is open so far. Closing: no new connections, the engine drains (the demo still answers), then the rest in reverse. */
interface Opened {
  readonly closers: (() => Promise<void> | void)[];
  engine: Engine | undefined;
  server: GatewayServer | undefined;
}

const consoleFolder = fileURLToPath(new URL("../../console", import.meta.url));

export async function composeGateway(settings: GatewaySettings, log: GatewayLog): Promise<Gateway> {
  const opened: Opened = { closers: [], engine: undefined, server: undefined };
  try {
    const core = await openCore(settings, { log, opened });
    const server = await openHttp(settings, { core, log });
    opened.server = server;
    opened.closers.push(() => server.close());
    const grpc = await startGrpcServer({
      engine: core.engine,
      ingress: ingressPort(core.engine, core.collector, "grpc"),
      modules: core.context.modules,
      host: settings.host,
      port: settings.grpcPort,
    });
    opened.closers.push(() => grpc.close());
    const port = await server.listen(settings.host, settings.port);
    const consoleBuilt = settings.console && (await startConsole(settings, { server, port }));
    resumeDemo(core.context, log);
    return { url: urlOf(settings.host, port), port, grpcPort: grpc.port, consoleBuilt, core, stop: () => closeAll(opened, log) };
  } catch (error) {
    await closeAll(opened, log);
    throw error;
  }
}

async function closeAll(opened: Opened, log: GatewayLog): Promise<void> {
  const { engine, server } = opened;
  const drain = async (): Promise<void> => {
    server?.stopListening();
    await engine?.stop();
  };
  opened.engine = undefined;
  for (const closer of [...opened.closers.splice(0), drain].reverse()) {
    await Promise.resolve()
      .then(closer)
      .catch((error: unknown) => log.error(error, "stopping"));
  }
}

async function openCore(settings: GatewaySettings, { log, opened }: { log: GatewayLog; opened: Opened }): Promise<GatewayCore> {
  const { closers } = opened;
  const registry = new DescriptorRegistry();
  const values = createValueCodec(registry);
  let modulesCount = (): number => 0;
  let savepointsCount = (): number => 0;
  const flow = new LiveFlow({ values, counts: () => ({ modules: modulesCount(), savepoints: savepointsCount() }) });
  const collector = new FlowCollector();
  const engine = await startEngine(settings, { flow, collector, log, closers });
  opened.engine = engine;
  const catalog = await openCatalog({ databaseUrl: settings.databaseUrl });
  closers.push(() => catalog.close());
  const playground = createPlayground({
    engine,
    values,
    host: settings.host,
    messageBytesMax: settings.limits.messageBytesMax,
    ingress: (port) => ingressPort(engine, collector, `playground:${port}`),
  });
  closers.push(() => playground.close());
  const descriptors = await loadDescriptors(registry, catalog.descriptorSets, log.warn);
  const modules = await openModules({
    engine,
    catalog: catalog.modules,
    language: moduleLanguage(process.cwd()),
    playground,
    flow,
    env: settings.env,
    warn: log.warn,
  });
  const savepoints = await openSavepoints({
    folder: join(settings.dataDir, savepointFolderName),
    engine,
    catalog: catalog.savepoints,
    flow,
  });
  modulesCount = () => modules.list().length;
  savepointsCount = () => savepoints.list().length;
  const checker = createEndpointChecker();
  closers.push(() => checker.close());
  const demo = createDemo({ engine, modules, ingress: ingressPort(engine, collector, "demo"), warn: log.warn });
  closers.push(() => demo.close());
  const saved = createSavedMessages(catalog.savedMessages);
  const context: Context = {
    engine,
    ingress: ingressPort(engine, collector, "console"),
    values,
    modules,
    savepoints,
    saved,
    descriptors,
    flow,
    checker,
    demo,
  };
  return { engine, catalog, context, flow, collector };
}

/** The engine under the eyes of the flow and the log. */
async function startEngine(
  settings: GatewaySettings,
  { flow, collector, log, closers }: { flow: LiveFlow; collector: FlowCollector; log: GatewayLog; closers: Opened["closers"] },
): Promise<Engine> {
  refuseLostParts(settings);
  const flowEnd = new AbortController();
  const digests = new DigestSender(collector, { send: (digest) => flow.add(digest), signal: flowEnd.signal });
  flow.join(collector);
  closers.push(() => flowEnd.abort());
  const engine = await openEngine({
    dataDir: join(settings.dataDir, engineFolderName),
    limits: settings.limits,
    partitions: settings.partitions,
    transport: createTransport(),
    observer: {
      on(event) {
        if (event.kind === "stopped") log.error(event.reason, "engine");
        digests.on(event);
      },
    },
  });
  flow.start(engine, flowEnd.signal);
  logHealth(engine, log.warn, flowEnd.signal);
  return engine;
}

async function openHttp(settings: GatewaySettings, { core, log }: { core: GatewayCore; log: GatewayLog }): Promise<GatewayServer> {
  const { context, engine, flow, collector } = core;
  const metrics = createMetrics({ engine, traffic: flow.traffic });
  const api = await createApi({
    engine,
    values: context.values,
    modules: context.modules,
    savepoints: context.savepoints,
    metricsText: metrics.text,
    logError: log.error,
  });
  const messages = messageRoute({
    ingress: ingressPort(engine, collector, "http"),
    values: context.values,
    messageBytesMax: settings.limits.messageBytesMax,
  });
  return createGatewayServer({ context, messages, api, logError: log.error });
}

async function startConsole(settings: GatewaySettings, { server, port }: { server: GatewayServer; port: number }): Promise<boolean> {
  const gatewayConsole = await openConsole({
    folder: consoleFolder,
    dev: settings.dev,
    server: server.server,
    hostname: settings.host,
    port,
  });
  server.setConsole(gatewayConsole);
  return gatewayConsole.built;
}

/** A demo that ran when the gateway stopped runs again; a failure is no reason not to start. */
function resumeDemo(context: Context, log: GatewayLog): void {
  if (!context.modules.list().some((row) => row.name === demoModule)) return;
  context.demo
    .start()
    .catch((error: unknown) => log.warn(`the demo did not start again: ${error instanceof Error ? error.message : String(error)}`));
}

function urlOf(host: string, port: number): string {
  const shown = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
  return `http://${shown}:${port}`;
}
