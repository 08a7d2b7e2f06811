/**
 * runGateway: reads the settings, starts the gateway, says where it is, and stops it on a signal: the first drains, a second one exits at once.
 * What keeps it from starting is said in three lines (what, where, what to do) and by the exit code (start-problem.ts).
 */
import { flushCompileCache } from "node:module";
import { availableParallelism } from "node:os";
import { setFlagsFromString } from "node:v8";
import pino from "pino";
import { composeGateway, type Gateway, type GatewayLog } from "./compose.ts";
import { parseEnv, type Environment } from "./env.ts";
import { partitionsByCores } from "./partitions-by-cores.ts";
import { startProblem } from "./start-problem.ts";

const stopSignals = ["SIGTERM", "SIGINT"] as const;

/**
 * On a large machine V8 lets garbage grow to several times what lives before it collects; here to as much again. Half as much costs a
 * third of the throughput of one hot entity. V8 reads it at each collection.
 */
const heapGrowingPercent = 100;

export async function runGateway(): Promise<void> {
  setFlagsFromString(`--heap-growing-percent=${heapGrowingPercent}`);
  try {
    const environment = parseEnv(process.env);
    const dev = process.env["SIGNALBOX_DEV"] === "1";
    // Next and React read it while they are loaded, which happens after this.
    Object.assign(process.env, { NODE_ENV: dev ? "development" : "production", NEXT_TELEMETRY_DISABLED: "1" });
    const log = gatewayLog(environment);
    for (const warning of environment.warnings) log.warn(warning);
    const partitions = environment.partitions || partitionsByCores(availableParallelism());
    const gateway = await composeGateway({ ...environment, partitions, dev, console: true, env: moduleVariables(process.env) }, log);
    stopOnSignal(gateway, log);
    process.stdout.write(`${startLine(gateway)}\n`);
    // At its end a process writes it by itself, but a kill -9 would lose it.
    flushCompileCache();
  } catch (error) {
    const { what, where, cure, exitCode } = startProblem(error);
    process.stderr.write(`${what}\n  where: ${where}\n  cure:  ${cure}\n`);
    process.exit(exitCode);
  }
}

/** What ${VAR} in a module may read: not the gateway's own settings, whose values would show in the console. */
function moduleVariables(env: NodeJS.ProcessEnv): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => name !== "DATABASE_URL" && !name.startsWith("SIGNALBOX_")));
}

function startLine(gateway: Gateway): string {
  const missing = gateway.consoleBuilt ? "" : " (API only: the console is not built)";
  return `Signalbox runs at ${gateway.url}${missing}, gRPC on port ${gateway.grpcPort}. Ctrl+C stops it.`;
}

function stopOnSignal(gateway: Gateway, log: GatewayLog): void {
  let stopping = false;
  for (const signal of stopSignals) {
    process.on(signal, () => {
      if (stopping) process.exit(130);
      stopping = true;
      gateway.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          log.error(error, "stopping");
          process.exit(1);
        },
      );
    });
  }
}

/** Lines of JSON on stderr; stdout keeps the one line for people. */
function gatewayLog(environment: Environment): GatewayLog {
  const logger = pino({ level: environment.logLevel }, pino.destination({ dest: 2, sync: true }));
  return {
    warn: (message) => logger.warn(message),
    error: (error, where) => logger.error({ err: error, where }, "unexpected error"),
  };
}
