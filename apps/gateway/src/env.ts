/**
 * Environment: every setting of the gateway, parsed once at start by parseEnv(process.env); nothing else reads the environment. A wrong
 * value stops the start with an error that names the variable, the value and the cure, for all wrong ones at once. settingsTable() is the
 * README's list. A new setting is an entry of `gatewaySettings` (a limit of the engine: of limit-settings.ts), a field of Environment, and
 * its row of the README, which tools/docs.test.ts compares with the table.
 */
import { isIP } from "node:net";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parsePlaces, partitionsMax, type EngineLimits } from "@signalbox/engine/bootstrap";
import { z } from "zod";
import { oidcSettings, providerOf } from "./oidc-settings.ts";
import { bytesSetting, listSetting, portSetting, textSetting, timeSetting, wholeNumber, wordSetting, type Setting } from "./setting.ts";
import { sessionTimes, type LoginSetting, type SessionTimes } from "./identity/session-times.ts";
import type { ProviderSettings } from "./identity/provider-settings.ts";
import { limitSettings, readLimits, variableName } from "./limit-settings.ts";
import { parseBasePath } from "./listener/base-path.ts";
import { flinkContradictions, flinkSettings, foreignVariables, readFlink, type FlinkSettings } from "./flink-settings.ts";
import type { TlsFiles } from "./listener/tls-front.ts";
import { cipherOf, secretSettings } from "./secret-settings.ts";
import type { SecretCipher } from "./secrets/secret-cipher.ts";
import { readTelemetry, telemetrySettings } from "./telemetry-settings.ts";
import type { TelemetrySettings } from "./telemetry/telemetry.ts";
import { exampleVariables, localCodes, mayRun, type LocalCode, type MayRun } from "./local-code.ts";
import { isLoopback } from "./listener/loopback.ts";
import { isNetwork } from "./listener/proxies.ts";
import { postgresPortSetting } from "./postgres-setting.ts";
import { rollupBytesSetting } from "./rollup-setting.ts";

export const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

export const requestBytesInMemoryDefault = 64 * 1024 * 1024;

export interface Environment extends MayRun {
  readonly port: number;
  readonly grpcPort: number;
  /** Undefined when there is no such port. */
  readonly postgresPort: number | undefined;
  readonly host: string;
  readonly login: LoginSetting;
  readonly tls: TlsFiles | undefined;
  readonly sessions: SessionTimes;
  readonly provider: ProviderSettings | undefined;
  /** Names of this gateway beside those of the machine itself (listener/site-rules.ts). */
  readonly allowedHosts: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly allowedOrigins: readonly string[];
  /** Empty for none, else a path such as /sb (base-path.ts). */
  readonly basePath: string;
  readonly requestBytesInMemoryMax: number;
  readonly rollupBytesMax: number;
  /** An absolute path. */
  readonly dataDir: string;
  readonly databaseUrl: string;
  /** An absolute path; undefined when no backup is restored. */
  readonly restoreBackup: string | undefined;
  readonly logLevel: LogLevel;
  /** Places where endpoints may be although they are withheld by default. */
  readonly endpointAllow: readonly string[];
  /** The variables that ${VAR} in a module may read. */
  readonly env: EnvironmentVariables;
  /** The part of the environment that examples get which the console starts. */
  readonly exampleEnv: Readonly<Record<string, string>>;
  /** 0 when the number of cores decides. */
  readonly partitions: number;
  /** The time from the signal to the end of the process. */
  readonly drainMs: number;
  readonly limits: EngineLimits;
  /** Seals the secrets of modules; when absent, no secrets are kept. */
  readonly secrets: SecretCipher | undefined;
  readonly telemetry: TelemetrySettings | undefined;
  /** Set when functions run on Flink. */
  readonly flink: FlinkSettings | undefined;
  /**
   * Warnings to log at start: SIGNALBOX_ variables that are no setting, probably misspelt, and settings that have no effect without another
   * one.
   */
  readonly warnings: readonly string[];
}

export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

export class EnvironmentError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The settings cannot be used:\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
    this.name = "EnvironmentError";
    this.problems = problems;
  }
}

const drainMsDefault = 8000; // Docker kills after 10 s, so the default is shorter.
/** A host that a program can bind to: without scheme, port, or brackets round an IPv6 address. */
const hostPattern = /^[A-Za-z0-9._:%-]{1,253}$/;

const gatewaySettings = {
  port: portSetting("SIGNALBOX_PORT", 4280, "HTTP port: console, API, health and metrics"),
  grpcPort: portSetting("SIGNALBOX_GRPC_PORT", 4281, "gRPC port: ingress and admin"),
  postgresPort: postgresPortSetting,
  host: {
    ...textSetting("SIGNALBOX_HOST", {
      fallback: "127.0.0.1",
      meaning: "Address all ports bind to; others than loopback let other machines in",
      cure: "write an address of this machine without scheme, port or brackets: 127.0.0.1, 0.0.0.0, ::1",
    }),
    schema: z.string().trim().regex(hostPattern),
  } satisfies Setting<string>,
  login: {
    variable: "SIGNALBOX_LOGIN",
    fallback: undefined,
    fallbackText: "`on` where SIGNALBOX_HOST is not loopback or somebody may sign in, else `off`",
    meaning: "Whether whoever asks has to sign in or bring a token ([docs/security.md](docs/security.md)); `off` on loopback alone",
    cure: "write on or off",
    schema: z.enum(["on", "off"]),
  } satisfies Setting<LoginSetting>,
  sessionAgeMs: timeSetting("SIGNALBOX_SESSION_AGE_MS", sessionTimes.sessionAgeMs, "How long a browser stays signed in, at the longest"),
  sessionIdleMs: timeSetting(
    "SIGNALBOX_SESSION_IDLE_MS",
    sessionTimes.sessionIdleMs,
    "How long a browser stays signed in without being used",
  ),
  ...oidcSettings,
  tlsCert: textSetting("SIGNALBOX_TLS_CERT", {
    fallback: "",
    fallbackText: "none: the ports speak without TLS",
    meaning: "PEM file of the certificate (with its chain) of all ports; read again when it changes",
    cure: "write the path of a PEM file",
  }),
  tlsKey: textSetting("SIGNALBOX_TLS_KEY", {
    fallback: "",
    fallbackText: "none",
    meaning: "PEM file of the certificate's key",
    cure: "write the path of a PEM file",
  }),
  tlsClientCa: textSetting("SIGNALBOX_TLS_CLIENT_CA", {
    fallback: "",
    fallbackText: "none: clients are not asked for certificates",
    meaning:
      "PEM file of the authorities whose client certificates say who a machine is, over HTTP and gRPC ([docs/security.md](docs/security.md)); read again when it changes",
    cure: "write the path of a PEM file",
  }),
  allowedHosts: listSetting("SIGNALBOX_ALLOWED_HOSTS", {
    meaning: "Names by which the gateway may be asked beside those of this machine (`.example.com` for all below it, `*` for any)",
    cure: "write host names with commas between, without scheme and port",
    item: (text) => /^(\*|\.?[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?)$/i.test(text) || isIP(text.replace(/^\[(.*)\]$/, "$1")) > 0,
  }),
  allowedOrigins: listSetting("SIGNALBOX_ALLOWED_ORIGINS", {
    meaning: "Origins of pages that may call beside the console's own, as behind a proxy; their names count as allowed hosts",
    cure: "write origins with commas between, as https://signalbox.example.com",
    item: (text) => /^https?:\/\/[^/?#@]+\/?$/i.test(text) && URL.canParse(text),
  }),
  trustedProxies: listSetting("SIGNALBOX_TRUSTED_PROXIES", {
    meaning:
      "Addresses or subnets of proxies before the gateway, whose `X-Forwarded-For` and `X-Forwarded-Proto` count; those on this machine do ([docs/deploy.md](docs/deploy.md#behind-a-proxy))",
    cure: "write addresses or subnets with commas between, as 10.42.0.0/16",
    item: isNetwork,
  }),
  basePath: {
    variable: "SIGNALBOX_BASE_PATH",
    fallback: "",
    fallbackText: "none",
    meaning:
      "Path below which a proxy serves the HTTP port, as `/signalbox` ([docs/deploy.md](docs/deploy.md)); it is answered without it too",
    cure: "write a path as /signalbox, of letters, digits, dots, hyphens and underscores, whose first part is no route of the gateway (v1, flow, …)",
    schema: z.string().transform((text, context) => {
      const path = parseBasePath(text.trim());
      if (path !== undefined) return path;
      context.addIssue({ code: "custom", message: "no base path" });
      return z.NEVER;
    }),
  } satisfies Setting<string>,
  requestBytesInMemoryMax: bytesSetting("SIGNALBOX_REQUEST_BYTES_IN_MEMORY_MAX", {
    fallback: requestBytesInMemoryDefault,
    least: 1024 * 1024,
    meaning: "Bytes held for requests that are not done, over all ports; beyond it they are refused with 503",
  }),
  rollupBytesMax: rollupBytesSetting,
  dataDir: textSetting("SIGNALBOX_DATA_DIR", {
    fallback: ".signalbox",
    meaning: "Folder of the store, the catalog and the savepoints",
    cure: "write a folder",
  }),
  restoreBackup: textSetting("SIGNALBOX_RESTORE_BACKUP", {
    fallback: "",
    fallbackText: "none",
    meaning: "A backup (or savepoint) that an empty data directory begins from ([docs/backup.md](docs/backup.md)); it may stay set",
    cure: "write the path of a file that `signalbox backup` made",
  }),
  databaseUrl: textSetting("DATABASE_URL", {
    fallback: "",
    fallbackText: "`file:<data dir>/catalog.db`",
    meaning: "Database of the catalog: file:… (SQLite) or postgresql://…",
    cure: "write file:<path> or postgresql://user:password@host:5432/database",
  }),
  logLevel: wordSetting("SIGNALBOX_LOG_LEVEL", logLevels, { fallback: "info", meaning: "Least severe log lines that are written" }),
  endpointAllow: listSetting("SIGNALBOX_ENDPOINT_ALLOW", {
    meaning:
      "Places where endpoints may be: host names (`*.example`), addresses, subnets (`10.0.0.0/8`), sockets (`/run/fn/*.sock`); none: anywhere. Link-local and metadata addresses only where a pattern names them by address",
    cure: "write host names, addresses, subnets or paths of sockets with commas between",
    item: (text) => parsePlaces([text]).kind === "ok",
  }),
  processes: {
    variable: "SIGNALBOX_PROCESSES",
    fallback: undefined,
    fallbackText: "`on` where SIGNALBOX_HOST is loopback, else `off`",
    meaning:
      "Whether modules may have the gateway start processes or run their code (endpoints of the kinds `process` and `embedded`): whoever may apply a module then runs commands as the gateway's user. `isolated`: only code with `isolation: isolated`, which reaches neither files nor network",
    cure: "write on, isolated or off",
    schema: z.enum(localCodes),
  } satisfies Setting<LocalCode | undefined>,
  moduleEnv: listSetting("SIGNALBOX_MODULE_ENV", {
    meaning: "Environment variables that `${NAME}` in a module may read, beside those that begin with `SIGNALBOX_VAR_`",
    cure: "write names of variables with commas between; the gateway's own settings are not given to modules",
    item: (text) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(text) && !isSetting(text),
  }),
  partitions: {
    variable: "SIGNALBOX_PARTITIONS",
    fallback: 0,
    fallbackText: "by cores: 1 below 4, else one for two cores, 8 at most",
    meaning: "Partitions of a new data directory, each with a thread and a store; where there is data, from the next restore on",
    cure: `write a whole number from 1 to ${partitionsMax}, or 0 for the number of cores to decide`,
    schema: wholeNumber.pipe(z.number().max(partitionsMax)),
  } satisfies Setting<number>,
  drainMs: {
    variable: "SIGNALBOX_DRAIN_MS",
    fallback: drainMsDefault,
    meaning: "From SIGTERM to the end of the process, at the longest; what is in flight then is sent again after the next start",
    cure: "write a whole number of milliseconds from 0 to 600000, below what the supervisor waits before it kills",
    schema: wholeNumber.pipe(z.number().max(600_000)),
  } satisfies Setting<number>,
};

export function parseEnv(env: EnvironmentVariables): Environment {
  const problems: string[] = [];
  const read = <T>(setting: Setting<T>): T => readSetting(setting, env, problems);
  const dataDir = resolve(read(gatewaySettings.dataDir));
  const host = read(gatewaySettings.host);
  const environment: Environment = {
    port: read(gatewaySettings.port),
    grpcPort: read(gatewaySettings.grpcPort),
    postgresPort: read(gatewaySettings.postgresPort),
    host,
    tls: tlsFiles(
      read(gatewaySettings.tlsCert),
      { key: read(gatewaySettings.tlsKey), clientCa: read(gatewaySettings.tlsClientCa) },
      problems,
    ),
    login: read<LoginSetting>(gatewaySettings.login),
    sessions: { sessionAgeMs: read(gatewaySettings.sessionAgeMs), sessionIdleMs: read(gatewaySettings.sessionIdleMs) },
    provider: providerOf(read, problems),
    allowedHosts: read(gatewaySettings.allowedHosts),
    trustedProxies: read(gatewaySettings.trustedProxies),
    allowedOrigins: read(gatewaySettings.allowedOrigins),
    basePath: read(gatewaySettings.basePath),
    requestBytesInMemoryMax: read(gatewaySettings.requestBytesInMemoryMax),
    rollupBytesMax: read(gatewaySettings.rollupBytesMax),
    dataDir,
    // The path is written as a URL, because a folder's name may hold characters that mean something else in one (? # %).
    databaseUrl: read(gatewaySettings.databaseUrl) || pathToFileURL(join(dataDir, "catalog.db")).href,
    restoreBackup: pathOf(read(gatewaySettings.restoreBackup)),
    logLevel: read(gatewaySettings.logLevel),
    endpointAllow: read(gatewaySettings.endpointAllow),
    ...mayRun(read<LocalCode | undefined>(gatewaySettings.processes), host, env),
    exampleEnv: exampleVariables(env),
    env: moduleVariables(env, read(gatewaySettings.moduleEnv)),
    partitions: read(gatewaySettings.partitions),
    drainMs: read(gatewaySettings.drainMs),
    limits: readLimits(read),
    secrets: cipherOf(read, problems),
    telemetry: readTelemetry(read),
    flink: readFlink(read, env),
    warnings: [...unknownVariables(env), ...idleVariables(env)],
  };
  problems.push(...contradictions(environment));
  if (problems.length > 0) throw new EnvironmentError(problems);
  return environment;
}

const pathOf = (text: string): string | undefined => (text === "" ? undefined : resolve(text));

function tlsFiles(certificate: string, { key, clientCa }: { key: string; clientCa: string }, problems: string[]): TlsFiles | undefined {
  if ((certificate === "") !== (key === "")) problems.push("SIGNALBOX_TLS_CERT and SIGNALBOX_TLS_KEY belong together: set both, or none.");
  if (clientCa !== "" && certificate === "")
    problems.push(
      "SIGNALBOX_TLS_CLIENT_CA asks clients for certificates, which needs TLS: set SIGNALBOX_TLS_CERT and SIGNALBOX_TLS_KEY too.",
    );
  if (certificate === "" || key === "") return undefined;
  return { certificate: resolve(certificate), key: resolve(key), ...(clientCa === "" ? {} : { clientAuthority: resolve(clientCa) }) };
}

/** An empty variable counts as absent, as in a compose file with `SIGNALBOX_PORT=`. */
function readSetting<T>(setting: Setting<T>, env: EnvironmentVariables, problems: string[]): T {
  const text = env[setting.variable];
  if (text === undefined || text === "") return setting.fallback;
  const parsed = setting.schema.safeParse(text);
  if (parsed.success) return parsed.data;
  const written = setting.isSecret === true ? "cannot be used" : `is "${text.slice(0, 100)}"`;
  problems.push(`${setting.variable} ${written}: ${setting.cure} (default ${defaultText(setting)}).`);
  return setting.fallback;
}

function contradictions({ port, grpcPort, postgresPort, host, login, limits, requestBytesInMemoryMax, flink }: Environment): string[] {
  const found = flinkContradictions(flink);
  if (login === "off" && !isLoopback(host)) {
    found.push(
      `SIGNALBOX_LOGIN is off and SIGNALBOX_HOST ${host}: leave SIGNALBOX_LOGIN out, or bind to 127.0.0.1; other machines have to sign in.`,
    );
  }
  if (limits.messageBytesMax > requestBytesInMemoryMax) {
    found.push(
      `SIGNALBOX_MESSAGE_BYTES_MAX is ${limits.messageBytesMax} and SIGNALBOX_REQUEST_BYTES_IN_MEMORY_MAX ${requestBytesInMemoryMax}: the second must not be below the first.`,
    );
  }
  if (port !== 0 && port === grpcPort) found.push(`SIGNALBOX_PORT and SIGNALBOX_GRPC_PORT are both ${port}: give them two ports.`);
  if (postgresPort !== undefined && postgresPort !== 0 && [port, grpcPort].includes(postgresPort))
    found.push(`SIGNALBOX_POSTGRES_PORT is ${postgresPort}, as another port of the gateway: give it one of its own.`);
  const pairs: [keyof EngineLimits, keyof EngineLimits][] = [
    ["backoffBaseMs", "backoffMaxMs"],
    ["breakerProbeBaseMs", "breakerProbeMaxMs"],
    ["messageBytesMax", "ingressPendingBytesMax"],
  ];
  for (const [least, most] of pairs) {
    if (limits[least] <= limits[most]) continue;
    found.push(
      `${variableName(least)} is ${limits[least]} and ${variableName(most)} ${limits[most]}: the second must not be below the first.`,
    );
  }
  return found;
}

const moduleVariablePrefix = "SIGNALBOX_VAR_";

function isSetting(variable: string): boolean {
  return (
    variable === "DATABASE_URL" ||
    variable.startsWith("OTEL_") ||
    (variable.startsWith("SIGNALBOX_") && !variable.startsWith(moduleVariablePrefix))
  );
}

/** Returns the variables that modules may read. They learn nothing of the others: not even a suggestion says that one exists. */
function moduleVariables(env: EnvironmentVariables, named: readonly string[]): EnvironmentVariables {
  return Object.fromEntries(Object.entries(env).filter(([name]) => named.includes(name) || name.startsWith(moduleVariablePrefix)));
}

function unknownVariables(env: EnvironmentVariables): string[] {
  const known = new Set([...allSettings().map((setting) => setting.variable), ...foreignVariables]);
  return Object.keys(env)
    .filter((variable) => /^SIGNALBOX_(?!TEST_|VAR_)/.test(variable) && !known.has(variable))
    .map((variable) => `${variable} is no setting: see the table of settings in the README, or unset it.`);
}

/** Warns of settings that somebody set and that have no effect. */
function idleVariables(env: EnvironmentVariables): string[] {
  const idle = (settings: Readonly<Record<string, Setting<unknown>>>, is: boolean, without: string): string[] =>
    is
      ? []
      : Object.values(settings)
          .filter(({ variable }) => (env[variable] ?? "") !== "" && variable !== "SIGNALBOX_RUNTIME")
          .map(({ variable }) => `${variable} has no effect without ${without}.`);
  return [
    ...idle(oidcSettings, (env["SIGNALBOX_OIDC_ISSUER"] ?? "") !== "", "SIGNALBOX_OIDC_ISSUER"),
    ...idle(flinkSettings, env["SIGNALBOX_RUNTIME"] === "flink", "SIGNALBOX_RUNTIME=flink"),
  ];
}

function allSettings(): Setting<unknown>[] {
  return [gatewaySettings, secretSettings, flinkSettings, telemetrySettings, limitSettings].flatMap((settings) =>
    Object.values<Setting<unknown>>(settings),
  );
}

function defaultText(setting: Setting<unknown>): string {
  return setting.fallbackText ?? `\`${String(setting.fallback)}\``;
}

export function settingsTable(): string {
  const rows = allSettings().map((setting) => `| \`${setting.variable}\` | ${defaultText(setting)} | ${setting.meaning} |`);
  return `| Variable | Default | Meaning |\n|---|---|---|\n${rows.join("\n")}\n`;
}
