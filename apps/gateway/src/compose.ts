/**
 * Compose: the gateway's composition root. Opens the engine over the data that is held already and loads everything else while its store is
 * opened, because loading takes as long. Then the services (open-services.ts), and the ports last, once what they answer is durable.
 * What was opened is closed in reverse, also when a later step fails.
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
  /** 0: any free port. */
  readonly port: number;
  /** 0: any free port. */
  readonly grpcPort: number;
  /** 0: any free port; absent: there is none for PostgreSQL's clients. */
  readonly postgresPort?: number | undefined;
  /** Patterns of the places where endpoints may be; none: anywhere but what is withheld. */
  readonly endpointAllow?: readonly string[];
  readonly allowedHosts?: readonly string[];
  /** Absent: those on this machine alone. */
  readonly trustedProxies?: readonly string[];
  readonly allowedOrigins?: readonly string[];
  /** Where a proxy serves the HTTP port; "" or absent: at the root. */
  readonly basePath?: string;
  /** Held for requests that are not done, over all ports. */
  readonly requestBytesInMemoryMax?: number;
  /** What the processes that modules name get of the environment; absent: modules may name none. */
  readonly processes?: Readonly<Record<string, string | undefined>> | undefined;
  /** Modules may bring code that runs in isolation; true unless given. */
  readonly isolatedFunctions?: boolean;
  /** Whether whoever asks has to sign in; absent: off loopback, and where there are people who may. */
  readonly login?: LoginSetting;
  readonly sessions?: SessionTimes;
  /** By which people may sign in beside passwords. */
  readonly provider?: ProviderSettings | undefined;
  /** The certificate files of both ports; absent: both ports speak plain text. */
  readonly tls?: TlsFiles | undefined;
  readonly dataDir: string;
  readonly databaseUrl: string;
  /** A backup that this data directory, empty until now, begins from; its catalog is in place. */
  readonly restoring?: PendingRestore | undefined;
  readonly partitions: number;
  /** From stop() to its end, at the longest. */
  readonly drainMs: number;
  readonly limits: EngineLimits;
  readonly dev: boolean;
  /** The size of the file that keeps the charts. */
  readonly rollupBytesMax?: number;
  /** False leaves the console out (tests of the API). */
  readonly console: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What examples that the console starts get of the environment; absent: nothing. */
  readonly exampleEnv?: Readonly<Record<string, string>>;
  /** Seals the secrets of modules; absent: none are kept. */
  readonly secrets?: SecretCipher | undefined;
  /** Where spans and log lines go; absent: nowhere. */
  readonly telemetry?: TelemetrySettings | undefined;
  /** Functions run on Apache Flink; absent: on the embedded engine. */
  readonly flink?: FlinkSettings | undefined;
  /** Another runtime than the embedded engine, over the same options. */
  readonly openRuntime?: (options: OpenEngineOptions) => Promise<Runtime>;
  /** Tests: what a service answers must be what the contract says, to the last field. */
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
  /** What surfaces call; loaded by who asks first. */
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
  /** Without the base path: the port answers there too. */
  readonly url: string;
  readonly port: number;
  readonly grpcPort: number;
  readonly postgresPort: number | undefined;
  readonly consoleBuilt: boolean;
  readonly core: GatewayCore;
  /** Drains the engine, then closes everything, within drainMs. */
  stop(): Promise<void>;
}

/** What is open so far. Closing: no new connections, the engine drains (the demo still answers), then the rest in reverse. */
export interface Opened {
  readonly closers: (() => Promise<void> | void)[];
  runtime: Runtime | undefined;
  server: GatewayServer | undefined;
}

/** `held`: by the caller, with the same settings, before it loaded this. */
export async function composeGateway(settings: GatewaySettings, log: GatewayLog, held?: DataLock): Promise<Gateway> {
  boundInterimAnswers();
  const opened: Opened = { closers: [], runtime: undefined, server: undefined };
  try {
    const observed = new Observed(log);
    const data = held === undefined ? lockDataFolder(settings) : Promise.resolve(held);
    const runtime = startRuntime(settings, { data, observed, log, opened });
    // Both run: what is loaded is compiled and evaluated in this thread, the store is opened by others.
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

/** A quarter of the time, and no more than this, is for what comes after the engine: streams, the console, children. */
const closingMsMax = 2000;

/** What does not end in time is left to the end of the process: nothing that was acknowledged depends on it. */
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

/** The engine's observer from its first moment on; the flow's joins once it is loaded. */
export class Observed implements Observer {
  next: Observer | undefined = undefined;
  /** What the observers in the threads of partitions send, and what is said to them. */
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

/** Nothing of Flink is loaded where it is not asked for. */
async function runtimeOpener({ openRuntime: given, flink, dataDir }: GatewaySettings, log: GatewayLog): Promise<typeof openRuntime> {
  if (given !== undefined || flink === undefined) return given ?? openRuntime;
  const { flinkOpener } = await import("./open-flink.ts");
  return flinkOpener(flink, dataDir, log.warn);
}

function urlOf({ host, tls }: Pick<GatewaySettings, "host" | "tls">, port: number): string {
  const shown = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
  return `${tls === undefined ? "http" : "https"}://${shown}:${port}`;
}
