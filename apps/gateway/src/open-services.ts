/**
 * Services: opens everything of the gateway beside the engine: catalog, services, servers. The stored modules are put in force last, just
 * before the ports open: from then on messages flow, and every other step of the start would share the thread with them.
 */
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Engine, Runtime } from "@signalbox/runtime";
import { createEndpointProber, placesOf, type DataLock } from "@signalbox/engine";
import { DescriptorRegistry } from "@signalbox/proto";
import { loadDescriptors } from "./services/descriptors/descriptor-sets.ts";
import { createEndpointChecker } from "./services/endpoints/endpoint-checker.ts";
import type { ModulesInForce } from "./services/modules/modules-in-force.ts";
import { refreshFilesNowAndThen } from "./services/modules/file-refresh.ts";
import { openReproductions } from "./open-reproductions.ts";
import { inTurn } from "./services/in-turn.ts";
import { createSavedMessages } from "./services/send/saved-messages.ts";
import { maskedEngine } from "./masking/masked-engine.ts";
import { Masks, noMasks } from "./masking/masks.ts";
import { createValueCodec } from "./values/value-codec.ts";
import { createCompute } from "./compute/compute.ts";
import type { Catalog } from "./catalog/catalog.ts";
import { databaseTarget } from "./catalog/database-url.ts";
import { openCatalog } from "./catalog/open-catalog.ts";
import type { GatewayCore, GatewayLog, GatewaySettings, Observed, Opened } from "./compose.ts";
import { backupFolderName, bootstrapFolderName, flinkSavepointFolderName } from "./data-folder.ts";
import { requestBytesInMemoryDefault } from "./env.ts";
import { openBackups } from "./services/backups/backups.ts";
import { finishRestore } from "./services/backups/finish-restore.ts";
import { Bootstraps } from "./services/bootstrap/bootstraps.ts";
import { Moves } from "./services/moves/moves.ts";
import { createDemos } from "./services/demo/demo.ts";
import { ingressPort } from "./flow/ingress-port.ts";
import { openModules } from "./open-modules.ts";
import { nothingYet, openFlow, type AskedLater } from "./open-flow.ts";
import { openPostgres } from "./open-postgres.ts";
import { openTelemetry } from "./open-telemetry.ts";
import { telemetryView } from "./telemetry/telemetry.ts";
import { openBreakpoints } from "./open-breakpoints.ts";
import { openAlerts, openFailureMemory } from "./open-failures.ts";
import { openSavepointParts } from "./open-savepoints.ts";
import { openErasures } from "./open-erasures.ts";
import { openInvariants } from "./open-invariants.ts";
import { openIdentity, openPeople } from "./open-identity.ts";
import { RecentHops } from "./flow/recent-hops.ts";
import { recallTimeline, retentionOf } from "./open-rollups.ts";
import { startGrpcServer } from "./surfaces/grpc/server.ts";
import { openConsole } from "./surfaces/http/console.ts";
import { createCalls } from "./surfaces/http/calls.ts";
import { createMessages } from "./surfaces/http/messages.ts";
import { Lazy } from "./surfaces/http/lazy.ts";
import { RequestBytes } from "./listener/request-bytes.ts";
import { Hooks } from "./listener/hooks.ts";
import { Proxies } from "./listener/proxies.ts";
import { SiteRules } from "./listener/site-rules.ts";
import { WireConnections } from "./health/wire-connections.ts";
import { CatalogReach } from "./health/catalog-reach.ts";
import { DiskRoom } from "./health/disk-room.ts";
import { OldestWrite } from "./health/oldest-write.ts";
import { doorStates } from "./connectors/door-states.ts";
import { openConnectors } from "./open-connectors.ts";
import { checkIsolated } from "./isolation/check-isolated.ts";
import { narrowFiles } from "./private-files.ts";
import { Secrets } from "./secrets/secrets.ts";
import { createAuditTrail } from "./services/audit/audit-trail.ts";
import type { GuardedServices, Guards } from "./services/guarded.ts";
import type { ServiceParts } from "./services/service-parts.ts";
import { authorizer } from "./identity/authorizer.ts";
import { gatewayItself } from "./contract/principal.ts";
import { Room } from "./services/room.ts";
import { liveStreamsMax } from "./services/live/live-streams.ts";
import { SqlQueries } from "./services/sql/sql-queries.ts";
import { listenHttp } from "./listen-http.ts";
import { createGatewayServer, type GatewayServer } from "./server.ts";
import { watchThread, type ThreadWatch } from "./health/thread-watch.ts";

/** What only people and scripts ask for is loaded this much later, because loading it would hold up the first messages. */
const firstTurnsMs = 100;
const consoleFolder = fileURLToPath(new URL("../../console", import.meta.url));

export interface ServicesParts {
  /** Resolves when the runtime is open. */
  readonly runtime: Promise<Runtime>;
  /** Resolves once this process holds the data directory. */
  readonly data: Promise<DataLock>;
  readonly observed: Observed;
  readonly log: GatewayLog;
  readonly opened: Opened;
}

export interface Services {
  readonly core: GatewayCore;
  readonly port: number;
  readonly grpcPort: number;
  readonly postgresPort: number | undefined;
  readonly consoleBuilt: boolean;
}

/** What all ports share. */
interface Doors {
  readonly site: SiteRules;
  readonly proxies: Proxies;
  readonly held: RequestBytes;
  readonly watch: ThreadWatch;
  /** The paths that connectors answer on the gateway's own port. */
  readonly hooks: Hooks;
}

export async function openServices(settings: GatewaySettings, parts: ServicesParts): Promise<Services> {
  const { log, opened } = parts;
  const watchEnd = new AbortController();
  opened.closers.push(() => watchEnd.abort());
  const { watch, begin } = watchThread(log.warn, watchEnd.signal);
  const doors = doorsOf(settings, watch);
  const core = await openCore(settings, { ...parts, doors });
  const server = openHttp(settings, { core, log, doors });
  opened.server = server;
  opened.closers.push(() => server.close());
  await finishRestore(settings.restoring, { savepoints: core.parts.savepoints, warn: log.warn });
  // If modules were loaded later, senders would be refused because their types do not exist; if earlier, waiting messages would share the
  // thread with the steps before.
  await Promise.all([core.parts.pauses.load(), core.parts.entityPauses.load()]);
  await core.parts.modules.load();
  await core.parts.erasures.resume();
  const refreshEnd = new AbortController();
  refreshFilesNowAndThen(core.parts.modules, { log, signal: refreshEnd.signal });
  opened.closers.push(() => refreshEnd.abort());
  // Both begin before the messages that wait take their first turns.
  const starting = startGrpcServer({
    engine: core.engine,
    ingress: ingressPort(core.engine, "grpc"),
    services: () => core.services.open(),
    host: settings.host,
    port: settings.grpcPort,
    held: doors.held,
    identity: core.identity,
    ...(settings.tls === undefined ? {} : { tls: { files: settings.tls, warn: log.warn } }),
  });
  const listening = listenHttp(settings, server, log.warn);
  const wire = openPostgres(settings, { core, held: doors.held, log });
  await Promise.allSettled([starting, listening, wire]);
  const grpc = await starting;
  opened.closers.push(() => grpc.close());
  const postgres = await wire;
  opened.closers.push(() => postgres?.close());
  const port = await listening;
  const consoleBuilt = settings.console && (await startConsole(settings, { server, port }));
  core.parts.demos.resume(gatewayItself("start"));
  await delay(firstTurnsMs);
  await grpc.addStandardServices();
  await server.openRest();
  core.rollups.begin();
  await core.invariants.load();
  await recallTimeline(core.flow, core.rollups);
  begin();
  return { core, port, grpcPort: grpc.port, postgresPort: postgres?.port, consoleBuilt };
}

function doorsOf(settings: GatewaySettings, watch: ThreadWatch): Doors {
  const { host, allowedHosts = [], allowedOrigins = [], trustedProxies, requestBytesInMemoryMax } = settings;
  return {
    watch,
    hooks: new Hooks(),
    site: new SiteRules({ host, allowedHosts, allowedOrigins }),
    proxies: new Proxies(trustedProxies),
    held: new RequestBytes(requestBytesInMemoryMax ?? requestBytesInMemoryDefault),
  };
}

function tellNarrowed({ dataDir, databaseUrl }: GatewaySettings, log: GatewayLog): void {
  const target = databaseTarget(databaseUrl);
  const { count, first } = narrowFiles({ dataDir, catalogPath: target.kind === "sqlite" ? target.path : undefined });
  if (count > 0)
    log.warn(
      `other users could read ${count} files and folders of the data directory; now only this user can (${first.join(", ")}${count > first.length ? ", …" : ""})`,
    );
}

/** Parts that the flow asks for and that are opened after it. */
interface Late extends AskedLater {
  modules: ModulesInForce | undefined;
}

function fillIn(late: Late, { modules, savepoints, entityPauses }: Pick<ServiceParts, "modules" | "savepoints" | "entityPauses">): void {
  late.entityPauses = () => entityPauses.list();
  late.modules = modules;
  late.modulesCount = () => modules.list().length;
  late.egressKind = (id) => modules.egressKind(id);
  late.savepointsCount = () => savepoints.list().length;
}

/** Opens the catalog, identity, and what hears the engine from here on. */
async function openGround(settings: GatewaySettings, parts: ServicesParts & { doors: Doors }) {
  const { log, doors } = parts;
  // Before the lock is held, another gateway may be at work in the directory.
  await parts.data;
  tellNarrowed(settings, log);
  const catalog = await openCatalog({ databaseUrl: settings.databaseUrl, alone: { warn: log.warn } });
  parts.opened.closers.push(() => catalog.close());
  const secrets = await Secrets.open(catalog.secrets, settings.secrets, log.warn);
  const runtime = await parts.runtime;
  const { engine, telemetry } = openTelemetry(settings, { ...parts, runtime });
  const identity = await openIdentity(settings, { catalog, log, opened: parts.opened });
  const registry = new DescriptorRegistry();
  const values = createValueCodec(registry);
  const masks = new Masks(registry);
  const late: Late = { ...nothingYet, modules: undefined };
  const oldestWrite = new OldestWrite(engine, () => catalog.oldestCallSinceMs());
  const hops = new RecentHops();
  const failureMemory = openFailureMemory(engine, { catalog, modules: () => late.modules, warn: log.warn });
  const { flow, rollups } = openFlow(settings, {
    ...parts,
    engine,
    values,
    masks,
    watch: doors.watch,
    oldestWrite,
    late,
    hops,
    failureMemory,
    telemetry,
  });
  const told = { watch: doors.watch, wireConnections: new WireConnections(), telemetry: () => telemetryView(telemetry) };
  const catalogReach = new CatalogReach(() => catalog.ping());
  const shown = { engine, catalog, catalogReach, identity, flow, rollups, oldestWrite, ...told };
  return { catalog, secrets, runtime, engine, identity, registry, values, masks, late, hops, failureMemory, flow, rollups, shown };
}

async function openCore(settings: GatewaySettings, parts: ServicesParts & { doors: Doors }): Promise<GatewayCore> {
  const { log, doors } = parts;
  const { closers } = parts.opened;
  const ground = await openGround(settings, parts);
  const { catalog, secrets, runtime, identity, registry, values, masks, late, hops, failureMemory, flow, rollups } = ground;
  const connectors = openConnectors(settings, { ...ground, log, doors, closers });
  late.doors = () => doorStates(connectors.views());
  const compute = createCompute();
  closers.push(() => compute.close());
  const descriptors = await loadDescriptors(registry, { catalog: catalog.descriptorSets, compute, warn: log.warn });
  const audit = createAuditTrail({ catalog: catalog.audit, warn: log.warn });
  const local = openModules(settings, { ...ground, audit, masks: masks.table, compute, connectors, log, closers });
  const { modules, entityPauses, engine } = local;
  const { savepoints, differences } = await openSavepointParts(settings, { ...ground, engine, modules, closers });
  const bootstraps = openBootstraps(settings, { engine, savepoints, catalog });
  const backups = await openBackups({ folder: join(settings.dataDir, backupFolderName), databaseUrl: settings.databaseUrl, engine });
  const erasures = openErasures(parts, { engine, runtime, catalog, savepoints, backups });
  const moves = new Moves({ folder: join(settings.dataDir, flinkSavepointFolderName), engine, savepoints, env: settings.env });
  closers.push(() => moves.cancel());
  fillIn(late, { modules, savepoints, entityPauses });
  const invariants = openInvariants(settings, { ...ground, warn: log.warn, closers });
  const heard = { engine, catalog, flow, failureMemory, secrets: ground.secrets, invariants, warn: log.warn, closers };
  const { bulkActs, alerts } = await openAlerts(placesOf(settings.endpointAllow ?? []), heard);
  const checker = createEndpointChecker(createEndpointProber(placesOf(settings.endpointAllow ?? [])));
  closers.push(() => checker.close());
  const demoParts = { engine, modules, processes: local.processes, invariants, env: settings.exampleEnv ?? {}, warn: log.warn };
  const demos = createDemos({ ...demoParts, ingress: ingressPort(engine, "demo") });
  closers.push(() => demos.close());
  const serviceParts: ServiceParts = {
    moments: engine,
    runtime,
    ingress: ingressPort(engine, "console"),
    values,
    masks,
    ...local,
    secrets,
    savepoints,
    differences,
    erasures,
    bootstraps,
    backups,
    moves,
    saved: createSavedMessages(catalog.savedMessages),
    filters: catalog.savedFilters,
    descriptors,
    flow,
    liveStreams: new Room(liveStreamsMax),
    sqlQueries: new SqlQueries(),
    rollups,
    hops,
    retention: retentionOf(settings),
    failureMemory,
    bulkActs,
    headsInTurn: inTurn(),
    reproductions: openReproductions(settings, { engine, warn: log.warn, closers }),
    breakpoints: openBreakpoints({ engine, audit, warn: log.warn, closers }),
    alerts,
    invariants,
    checker,
    trials: { allowed: settings.isolatedFunctions ?? true, check: checkIsolated },
    demos,
    audit: catalog.audit,
    connectors,
    identity,
    people: await openPeople(settings, catalog),
  };
  const services = guardedServices(serviceParts, { audit, standing: identity.standing, checkOutputs: settings.checkOutputs ?? false });
  return { ...ground.shown, parts: serviceParts, services, audit, invariants };
}

function openBootstraps(
  { dataDir, endpointAllow = [], env }: GatewaySettings,
  { engine, savepoints, catalog }: { engine: Engine; savepoints: ServiceParts["savepoints"]; catalog: Catalog },
): Bootstraps {
  const folder = join(dataDir, bootstrapFolderName);
  return new Bootstraps({ folder, engine, savepoints, descriptors: catalog.descriptorSets, places: placesOf(endpointAllow), env });
}

/** No start needs the services, so they and the contract are loaded at the first call. */
function guardedServices(parts: ServiceParts, guards: Omit<Guards, "authorizer" | "unmasking" | "sights">): Lazy<GuardedServices> {
  return new Lazy(async () => {
    const [{ createServices }, { guarded }, { Sights }] = await Promise.all([
      import("./services/services.ts"),
      import("./services/guarded.ts"),
      import("./services/sights.ts"),
    ]);
    const { engine, masks, runtime } = parts;
    const masked = { ...parts, engine: maskedEngine(engine, masks) };
    const unmasked = createServices({ ...parts, masks: noMasks });
    const unmasking = { services: unmasked, masks: masks.table, audit: guards.audit };
    return guarded(createServices(masked), { ...guards, runtime, authorizer, sights: new Sights(masked, createServices), unmasking });
  });
}

function openHttp(settings: GatewaySettings, { core, log, doors }: { core: GatewayCore; log: GatewayLog; doors: Doors }): GatewayServer {
  const { engine, flow, oldestWrite, audit, parts, identity } = core;
  const services = () => core.services.open();
  const { values } = parts;
  // Metrics are loaded at the first scrape, because not every gateway is scraped.
  const metrics = new Lazy(async () =>
    (await import("./metrics/metrics.ts")).createMetrics({
      engine,
      traffic: flow.traffic,
      rollups: core.rollups,
      ...doors,
      oldestWrite,
      audit,
      connectors: parts.connectors,
      telemetry: core.telemetry,
      wireConnections: core.wireConnections,
    }),
  );
  const openApi = async () => {
    const { createApi } = await import("./surfaces/http/api.ts");
    return createApi({
      services: await services(),
      values,
      metricsText: async () => (await metrics.open()).text(),
      held: doors.held,
      hooks: () => doors.hooks.list(),
      provider: { basePath: settings.basePath ?? "", origin: settings.allowedOrigins?.[0], proxies: doors.proxies },
      logError: log.error,
    });
  };
  const messages = createMessages({
    ingress: ingressPort(engine, "http"),
    values,
    messageBytesMax: settings.limits.messageBytesMax,
    held: doors.held,
  });
  return createGatewayServer({
    engine,
    oldestWrite,
    disk: new DiskRoom(settings.dataDir),
    catalog: core.catalogReach,
    processes: parts.processes,
    connectors: parts.connectors,
    telemetry: core.telemetry,
    wireConnections: core.wireConnections,
    services,
    messages,
    calls: createCalls({ services, values, basePath: settings.basePath ?? "", logError: log.error }),
    ...doors,
    identity,
    basePath: settings.basePath ?? "",
    openApi,
    logError: log.error,
  });
}

async function startConsole(settings: GatewaySettings, { server, port }: { server: GatewayServer; port: number }): Promise<boolean> {
  const gatewayConsole = await openConsole({
    folder: consoleFolder,
    basePath: settings.basePath ?? "",
    dev: settings.dev,
    server: server.server,
    hostname: settings.host,
    port,
  });
  server.setConsole(gatewayConsole);
  return gatewayConsole.built;
}
