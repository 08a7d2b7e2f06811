/**
 * serveGateway: starts the gateway over data that is locked, prints where it is, and stops it on a signal: the first one drains, a second
 * one exits at once. Neighbours: run-gateway.ts runs before, compose.ts does the starting.
 */
import { flushCompileCache } from "node:module";
import pino from "pino";
import { watchEmbedded } from "@signalbox/engine";
import type { DataLock } from "@signalbox/engine/bootstrap";
import { composeGateway, type Gateway, type GatewayLog, type GatewaySettings } from "./compose.ts";
import type { Environment } from "./env.ts";

const stopSignals = ["SIGTERM", "SIGINT"] as const;

export interface ServeOptions extends Pick<Environment, "logLevel" | "warnings"> {
  readonly data: DataLock;
}

export async function serveGateway(settings: GatewaySettings, { data, logLevel, warnings }: ServeOptions): Promise<void> {
  const log = gatewayLog(logLevel);
  for (const warning of warnings) log.warn(warning);
  const threads = watchStuckThreads();
  const gateway = await composeGateway(settings, log, data);
  stopOnSignal(gateway, { log, threads });
  process.stdout.write(`${startLine(gateway, settings.basePath ?? "")}\n`);
  const link = setUpLink(gateway, settings);
  if (link !== undefined) process.stdout.write(`${link}\n`);
  // A process writes the compile cache at its end, but a kill -9 would lose it, so it is written now.
  flushCompileCache();
}

function startLine(gateway: Gateway, basePath: string): string {
  const missing = gateway.consoleBuilt ? "" : ` (API only: the console is not built${basePath === "" ? "" : ` for ${basePath}`})`;
  const postgres = gateway.postgresPort === undefined ? "" : `, PostgreSQL on port ${gateway.postgresPort}`;
  return `Signalbox runs at ${gateway.url}${basePath}${missing}, gRPC on port ${gateway.grpcPort}${postgres}. Ctrl+C stops it.`;
}

/**
 * Returns the link for the first person, only while nobody can sign in who may let others in. Behind a proxy it is as a browser reaches it;
 * the console of another machine uses the gateway's own name.
 */
function setUpLink({ url, core: { identity } }: Gateway, { basePath = "", allowedOrigins = [] }: GatewaySettings): string | undefined {
  const code = identity.loginRequired ? identity.firstLink() : undefined;
  if (code === undefined) return undefined;
  return `Nobody can sign in yet. Once, and until it stops, this link makes the first person: ${allowedOrigins[0] ?? url}${basePath}/setup#${code}`;
}

interface StuckThreads {
  readonly count: number;
}

/** Counts the threads of embedded functions that could not be ended (embedded-worker.ts). */
function watchStuckThreads(): StuckThreads {
  const stuck = { count: 0 };
  watchEmbedded(({ what }) => {
    if (what.kind === "stuck") stuck.count++;
  });
  return stuck;
}

function stopOnSignal(gateway: Gateway, { log, threads }: { log: GatewayLog; threads: StuckThreads }): void {
  let stopping = false;
  for (const signal of stopSignals) {
    const end = (code: number): void => {
      // process.exit() waits for every thread, and these never end, so the process sends itself the signal without a handler.
      if (threads.count === 0) process.exit(code);
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    };
    process.on(signal, () => {
      if (stopping) return end(130);
      stopping = true;
      gateway.stop().then(
        () => end(0),
        (error: unknown) => {
          log.error(error, "stopping");
          end(1);
        },
      );
    });
  }
}

/** Writes lines of JSON on stderr; stdout keeps the one line for people. */
function gatewayLog(level: Environment["logLevel"]): GatewayLog {
  const logger = pino({ level }, pino.destination({ dest: 2, sync: true }));
  return {
    warn: (message) => logger.warn(message),
    error: (error, where) => logger.error({ err: error, where }, "unexpected error"),
  };
}
