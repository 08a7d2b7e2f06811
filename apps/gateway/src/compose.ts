/**
 * Compose: the gateway's composition root. It opens the engine over the data that is held already, and loads everything else while the
 * store is being opened, because that takes as long. Then come the services (open-services.ts), and the ports last, once what they answer
 * is durable. What was opened is closed in reverse order, also when a later step fails.
 */
import { setTimeout as delay } from "node:timers/promises";
import { engineOver, type Engine, type EngineEvent, type Observer, type Runtime } from "@signalbox/runtime";
import {
  createTransport,
  placesOf,
  openRuntime,
  ReplyMemory,
  type EngineLimits,
  type DataLock,
  type OpenEngineOptions,
} from "@signalbox/engine";
import type { Catalog } from "./catalog/catalog.ts";
import { lockDataFolder } from "./data-folder.ts";
import type { PendingRestore } from "./backup/restore-backup.ts";
import type { InvariantWatch } from "./invariants/invariant-watch.ts";
import type { Rollups } from "./rollups/rollups.ts";
import type { FlinkSettings } from "./flink-settings.ts";
import type { LiveFlow } from "./flow/live-flow.ts";
import { logHealth } from "./health/health-log.ts";
import type { Identity } from "./identity/identity.ts";
import type { LoginSetting, SessionTimes } from "./identity/session-times.ts";
import type { ProviderSettings } from "./identity/provider-settings.ts";
import { boundInterimAnswers } from "./listener/bound-interim.ts";
import type { TlsFiles } from "./listener/tls-front.ts";
import type { SecretCipher } from "./secrets/secret-cipher.ts";
import type { CatalogReach } from "./health/catalog-reach.ts";
import type { OldestWrite } from "./health/oldest-write.ts";
import type { GatewayServer } from "./server.ts";
import type { WireConnections } from "./health/wire-connections.ts";
import type { ThreadWatch } from "./health/thread-watch.ts";
import type { Lazy } from "./surfaces/http/lazy.ts";
import type { AuditTrail } from "./services/audit/audit-trail.ts";
import type { TelemetrySettings, TelemetryView } from "./telemetry/telemetry.ts";
import type { GuardedServices } from "./services/guarded.ts";
import type { ServiceParts } from "./services/service-parts.ts";

export interface GatewaySettings {
  readonly host: string;
  /** 0 stands for any free port. */
  readonly port: number;
  /** 0 stands for any free port. */
  readonly grpcPort: number;
  /** 0 stands for any free port; absent when there is no port for PostgreSQL's clients. */
  readonly postgresPort?: number | undefined;
  /** Patterns of the places where endpoints may be; when empty they may be anywhere except at places that are withheld. */
  readonly endpointAllow?: readonly string[];
  readonly allowedHosts?: readonly string[];
  /** When absent, only proxies on this machine are trusted. */
  readonly trustedProxies?: readonly string[];
  readonly allowedOrigins?: readonly string[];
  /** The path below which a proxy serves the HTTP port; empty or absent for the root. */
  readonly basePath?: string;
  /** The most bytes that are held for requests that are not done, over all ports. */
  readonly requestBytesInMemoryMax?: number;
  /** The part of the environment that processes named by modules get; when absent, modules may name none. */
  readonly processes?: Readonly<Record<string, string | undefined>> | undefined;
  /** Whether modules may bring code that runs in isolation; true when absent. */
  readonly isolatedFunctions?: boolean;
  /** Whether people have to sign in; when absent they do off loopback, and wherever there are people who could. */
  readonly login?: LoginSetting;
  readonly sessions?: SessionTimes;
  /** The identity provider with which people may sign in, beside passwords. */
  readonly provider?: ProviderSettings | undefined;
  /** The certificate files of both ports; when absent, both ports speak plain text. */
  readonly tls?: TlsFiles | undefined;
  readonly dataDir: string;
  readonly databaseUrl: string;
  /** A backup from which this data directory, empty until now, begins; its catalog is in place already. */
  readonly restoring?: PendingRestore | undefined;
  readonly partitions: number;
  /** The longest time from stop() to its end. */
  readonly drainMs: number;
  readonly limits: EngineLimits;
  readonly dev: boolean;
  /** The most bytes of the file that keeps the charts. */
  readonly rollupBytesMax?: number;
  /** False leaves the console out (tests of the API). */
  readonly console: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The part of the environment that examples get which the console starts; nothing when absent. */
  readonly exampleEnv?: Readonly<Record<string, string>>;
  /** Seals the secrets of modules; when absent, no secrets are kept. */
  readonly secrets?: SecretCipher | undefined;
  /** Where spans and log lines are sent; nowhere when absent. */
  readonly telemetry?: TelemetrySettings | undefined;
  /** Set when functions run on Apache Flink; when absent they run on the embedded engine. */
  readonly flink?: FlinkSettings | undefined;
  /** Opens another runtime than the embedded engine, over the same options. */
  readonly openRuntime?: (options: OpenEngineOptions) => Promise<Runtime>;
  /** For tests: checks that what a service answers is what the contract says, to the last field. */
  readonly checkOutputs?: boolean;
}

export interface GatewayLog {
  warn(message: string): void;
  error(error: unknown, where: string): void;
}

export interface GatewayCore {
  readonly engine: Engine;
  readonly catalog: Catalog;
  readonly identity: Identity;
  readonly parts: ServiceParts;
  /** What surfaces call; loaded at the first call. */
  readonly services: Lazy<GuardedServices>;
  readonly audit: AuditTrail;
  readonly catalogReach: CatalogReach;
  readonly oldestWrite: OldestWrite;
  readonly flow: LiveFlow;
  readonly rollups: Rollups;
  readonly invariants: InvariantWatch;
  readonly watch: ThreadWatch;
  readonly wireConnections: WireConnections;
  telemetry(): TelemetryView;
}

export interface Gateway {
  /** The URL without the base path, because the port answers there too. */
  readonly url: string;
  readonly port: number;
  readonly grpcPort: number;
  readonly postgresPort: number | undefined;
  readonly consoleBuilt: boolean;
  readonly core: GatewayCore;
  /** Drains the engine, then closes everything, within drainMs. */
  stop(): Promise<void>;
}

/**
 * What is open so far. It is closed in this order: new connections are refused, the engine drains (while the demo still answers), then the
 * rest in reverse order.
 */
export interface Opened {
  readonly closers: (() => Promise<void> | void)[];
  runtime: Runtime | undefined;
  server: GatewayServer | undefined;
}

/** `held` is the lock that the caller took, with the same settings, before it loaded this module. */
export async function composeGateway(settings: GatewaySettings, log: GatewayLog, held?: DataLock): Promise<Gateway> {
  boundInterimAnswers();
  const opened: Opened = { closers: [], runtime: undefined, server: undefined };
  try {
    const observed = new Observed(log);
    const data = held === undefined ? lockDataFolder(settings) : Promise.resolve(held);
    const runtime = startRuntime(settings, { data, observed, log, opened });
    // Both run at once: loading compiles and evaluates in this thread, while other threads open the store.
    const services = import("./open-services.ts").then(({ openServices }) =>
      openServices(settings, { runtime, data, observed, log, opened }),
    );
    await Promise.allSettled([runtime, services]);
    await runtime;
    const { core, port, grpcPort, postgresPort, consoleBuilt } = await services;
    return {
      url: urlOf(settings, port),
      port,
      grpcPort,
      postgresPort,
      consoleBuilt,
      core,
      stop: () => closeAll(opened, { log, drainMs: settings.drainMs }),
    };
  } catch (error) {
    await closeAll(opened, { log, drainMs: settings.drainMs });
    throw error;
  }
}

/** The time for what comes after the engine (streams, the console, children): a quarter of the whole, and at most this. */
const closingMsMax = 2000;

/** Closes everything. What does not end in time ends with the process; nothing that was acknowledged depends on it. */
async function closeAll(opened: Opened, { log, drainMs }: { log: GatewayLog; drainMs: number }): Promise<void> {
  const { runtime, server } = opened;
  const endsMs = performance.now() + drainMs;
  const drain = async (): Promise<void> => {
    const silent = server?.stopListening();
    await runtime?.lifecycle.stop({ drainTimeoutMs: drainMs - Math.min(closingMsMax, drainMs / 4) });
    await silent;
  };
  opened.runtime = undefined;
  const closing = (async () => {
    for (const closer of [...opened.closers.splice(0), drain].reverse()) {
      await Promise.resolve()
        .then(closer)
        .catch((error: unknown) => log.error(error, "stopping"));
    }
  })();
  const late = new AbortController();
  const overdue = delay(endsMs - performance.now(), true, { signal: late.signal }).catch(() => false);
  const isLate = await Promise.race([closing.then(() => false), overdue]);
  late.abort();
  if (isLate) log.warn(`not everything ended within ${drainMs} ms (SIGNALBOX_DRAIN_MS); the rest ends with the process`);
}

/** The engine's observer from its first moment on. The flow's observer joins once it is loaded. */
export class Observed implements Observer {
  next: Observer | undefined = undefined;
  /** `digests` takes what the observers in the threads of partitions send, and `tell` sends to them. */
  digests: ((digest: unknown) => void) | undefined = undefined;
  tell: ((message: unknown) => void) | undefined = undefined;
  readonly #log: GatewayLog;

  constructor(log: GatewayLog) {
    this.#log = log;
  }

  on(event: EngineEvent): void {
    if (event.kind === "stopped") this.#log.error(event.reason, "engine");
    this.next?.on(event);
  }
}

async function startRuntime(
  settings: GatewaySettings,
  { data, observed, log, opened }: { data: Promise<DataLock>; observed: Observed; log: GatewayLog; opened: Opened },
): Promise<Runtime> {
  const runtime = await (await runtimeOpener(settings, log))({
    data: await data,
    limits: settings.limits,
    transport: createTransport({
      places: placesOf(settings.endpointAllow ?? []),
      replyMemory: new ReplyMemory(settings.limits.replyBytesInMemoryMax),
    }),
    threads: {
      endpointAllow: settings.endpointAllow ?? [],
      observerModule: new URL("./flow/thread-observer.ts", import.meta.url).href,
      observed: (_partition, digest) => observed.digests?.(digest),
      opened: (tell) => {
        observed.tell = tell;
      },
    },
    observer: observed,
    conditionsModule: new URL("./conditions/message-condition.ts", import.meta.url).href,
  });
  opened.runtime = runtime;
  const watchEnd = new AbortController();
  logHealth(engineOver(runtime), log.warn, watchEnd.signal);
  opened.closers.push(() => watchEnd.abort());
  return runtime;
}

/** Chooses the runtime. Nothing of Flink is loaded where it is not used. */
async function runtimeOpener({ openRuntime: given, flink, dataDir }: GatewaySettings, log: GatewayLog): Promise<typeof openRuntime> {
  if (given !== undefined || flink === undefined) return given ?? openRuntime;
  const { flinkOpener } = await import("./open-flink.ts");
  return flinkOpener(flink, dataDir, log.warn);
}

function urlOf({ host, tls }: Pick<GatewaySettings, "host" | "tls">, port: number): string {
  const shown = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
  return `${tls === undefined ? "http" : "https"}://${shown}:${port}`;
}
