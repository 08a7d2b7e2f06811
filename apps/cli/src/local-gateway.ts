/**
 * The gateway beside this command line: where its program is, and which settings the flags of `start` and `dev` set. Neighbour:
 * commands/start.ts runs it.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { CliError } from "./exit-codes.ts";

export interface GatewayOptions {
  readonly dataDir?: string;
  readonly host?: string;
  readonly port?: string;
  readonly grpcPort?: string;
  readonly postgresPort?: string;
}

const root = fileURLToPath(new URL("../../..", import.meta.url));
/** The first one builds what is stale; a container image has only the second. */
const programs = ["tools/start.mjs", "apps/gateway/src/main.mjs"];

export function gatewayProgram(environment: Readonly<Record<string, string | undefined>>): string {
  const home = environment["SIGNALBOX_HOME"];
  const folder = home === undefined ? root : resolve(home);
  const found = programs.map((program) => join(folder, program)).find((program) => existsSync(program));
  if (found !== undefined) return found;
  throw new CliError(
    "notFound",
    `there is no gateway in ${folder}`,
    "This command line came without one: unpack a release and name its folder in SIGNALBOX_HOME, or run the container image.",
  );
}

/** A flag takes precedence over the variable that it names. A data folder is relative to where the person is. */
export function gatewayEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  { dataDir, host, port, grpcPort, postgresPort }: GatewayOptions,
): Record<string, string | undefined> {
  const given = {
    SIGNALBOX_DATA_DIR: dataDir === undefined ? undefined : resolve(dataDir),
    SIGNALBOX_HOST: host,
    SIGNALBOX_PORT: port,
    SIGNALBOX_GRPC_PORT: grpcPort,
    SIGNALBOX_POSTGRES_PORT: postgresPort,
  };
  const { SIGNALBOX_HOME: _ours, ...rest } = environment;
  return { ...rest, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
}
