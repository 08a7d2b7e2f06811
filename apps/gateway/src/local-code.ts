/**
 * LocalCode: what of modules may run on this machine, and what of the gateway's environment their processes and the examples' get. Neighbour: env.ts reads the
 * setting SIGNALBOX_PROCESSES.
 */
import { isLoopback } from "./listener/loopback.ts";

export const localCodes = ["on", "isolated", "off"] as const;
export type LocalCode = (typeof localCodes)[number];

type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** What programs need to be found, to find their files and to speak the right language. The gateway's secrets are elsewhere. */
const processVariables = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR"];

export interface MayRun {
  /** What the processes that modules name get of the environment; undefined: modules may name none. */
  readonly processes: EnvironmentVariables | undefined;
  /** Modules may bring code that runs in isolation. */
  readonly isolatedFunctions: boolean;
}

/** `said` undefined: everything on loopback, nothing elsewhere. */
export function mayRun(said: LocalCode | undefined, host: string, env: EnvironmentVariables): MayRun {
  const localCode = said ?? (isLoopback(host) ? "on" : "off");
  const passedOn = Object.entries(env).filter(([name]) => processVariables.includes(name));
  return { processes: localCode === "on" ? Object.fromEntries(passedOn) : undefined, isolatedFunctions: localCode !== "off" };
}

const secretNames = /^(?:SIGNALBOX_|DATABASE_URL$|AWS_)|SECRET|TOKEN|PASSWORD|CREDENTIAL|_KEY$/i;

/** What the examples get that the console starts, and what installs and builds them: where to find and fetch things, nothing that opens a door. */
export function exampleVariables(env: EnvironmentVariables): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined || secretNames.test(name) ? [] : [[name, value] as const])),
  );
}
