/**
 * LocalCode: which code of modules may run on this machine, and which part of the gateway's environment its processes and the examples get.
 * Neighbour:
 * env.ts reads the setting SIGNALBOX_PROCESSES.
 */
import { isLoopback } from "./listener/loopback.ts";

export const localCodes = ["on", "isolated", "off"] as const;
export type LocalCode = (typeof localCodes)[number];

type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** The variables by which programs are found, find their files and choose a language. None of the gateway's secrets is among them. */
const processVariables = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR"];

export interface MayRun {
  /** The variables that processes named by modules get; undefined when modules may name none. */
  readonly processes: EnvironmentVariables | undefined;
  /** Whether modules may bring code that runs in isolation. */
  readonly isolatedFunctions: boolean;
}

/** When `said` is undefined, everything is allowed on loopback and nothing elsewhere. */
export function mayRun(said: LocalCode | undefined, host: string, env: EnvironmentVariables): MayRun {
  const localCode = said ?? (isLoopback(host) ? "on" : "off");
  const passedOn = Object.entries(env).filter(([name]) => processVariables.includes(name));
  return { processes: localCode === "on" ? Object.fromEntries(passedOn) : undefined, isolatedFunctions: localCode !== "off" };
}

const secretNames = /^(?:SIGNALBOX_|DATABASE_URL$|AWS_)|SECRET|TOKEN|PASSWORD|CREDENTIAL|_KEY$/i;

/**
 * Returns the variables for the examples that the console starts, and for what installs and builds them: they say where to find and fetch
 * things, and hold no secret.
 */
export function exampleVariables(env: EnvironmentVariables): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined || secretNames.test(name) ? [] : [[name, value] as const])),
  );
}
