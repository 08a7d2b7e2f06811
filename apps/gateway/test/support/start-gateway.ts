/** A whole gateway without console in its own folder on free ports, and a function server on the official JavaScript SDK beside it. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultLimits, type EngineLimits } from "@signalbox/engine";
import statefunSdk from "apache-flink-statefun";
import { composeGateway, type Gateway, type GatewaySettings } from "../../src/compose.ts";
import type { SecretCipher } from "../../src/secrets/secret-cipher.ts";
import type { TlsFiles } from "../../src/listener/tls-front.ts";
import type { ProviderSettings } from "../../src/identity/provider-settings.ts";
import type { SessionTimes } from "../../src/identity/session-times.ts";

const { StateFun, messageBuilder, egressMessageBuilder } = statefunSdk;

export interface TestGateway extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly url: string;
  readonly dataDir: string;
  /** The lines of the log; a test that expects none checks this. */
  readonly logged: string[];
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Asks until the check holds. */
  until(path: string, check: (body: unknown) => boolean): Promise<unknown>;
  /**
   * The text of /metrics once it matches. Numbers that the flow counts come there with the next digest (flow/digest-sender.ts), also after
   * the engine has settled, so a test that reads such numbers waits for them here.
   */
  metrics(counted: RegExp): Promise<string>;
}

interface GatewayParts {
  dataDir?: string;
  limits?: Partial<EngineLimits>;
  basePath?: string;
  login?: "on";
  sessions?: SessionTimes;
  provider?: ProviderSettings;
  allowedOrigins?: readonly string[];
  tls?: TlsFiles;
  postgresPort?: number;
  openRuntime?: GatewaySettings["openRuntime"];
  restoring?: GatewaySettings["restoring"];
  env?: Readonly<Record<string, string>>;
  exampleEnv?: Readonly<Record<string, string>>;
  secrets?: SecretCipher;
  partitions?: number;
  /** What modules may run as processes and in threads; when absent, nothing. */
  processes?: GatewaySettings["processes"];
}

export async function startGateway(parts: GatewayParts = {}): Promise<TestGateway> {
  const dataDir = parts.dataDir ?? mkdtempSync(join(tmpdir(), "signalbox-gateway-"));
  const logged: string[] = [];
  // run-gateway.ts sets the same umask for the process that this stands for.
  process.umask(0o077);
  const gateway = await composeGateway(settingsOf(parts, dataDir), {
    // A busy machine and a large test hold up the thread; thread-watch.test.ts covers this warning.
    warn: (message) => message.startsWith("the gateway's thread was held") || logged.push(message),
    error: (error, where) => logged.push(`${where}: ${String(error)}`),
  });
  const fetchPath = (path: string, init: RequestInit = {}): Promise<Response> => fetch(gateway.url + path, init);
  return {
    gateway,
    url: gateway.url,
    dataDir,
    logged,
    fetch: fetchPath,
    until: (path, check) =>
      asked(async () => (await fetchPath(path)).json(), { check, shown: (body) => `${path} stayed at ${JSON.stringify(body)}` }),
    metrics: (counted) =>
      asked(async () => (await fetchPath("/metrics")).text(), {
        check: (text) => counted.test(text),
        shown: (text) => `nothing matched ${String(counted)} in\n${text}`,
      }),
    async [Symbol.asyncDispose]() {
      await gateway.stop();
      if (parts.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function settingsOf(parts: GatewayParts, dataDir: string): GatewaySettings {
  return {
    host: "127.0.0.1",
    port: 0,
    grpcPort: 0,
    postgresPort: parts.postgresPort,
    dataDir,
    databaseUrl: `file:${join(dataDir, "catalog.db")}`,
    basePath: parts.basePath ?? "",
    ...(parts.login === undefined ? {} : { login: parts.login }),
    provider: parts.provider,
    ...(parts.allowedOrigins === undefined ? {} : { allowedOrigins: parts.allowedOrigins }),
    ...(parts.sessions === undefined ? {} : { sessions: parts.sessions }),
    tls: parts.tls,
    restoring: parts.restoring,
    dev: false,
    console: false,
    env: parts.env ?? {},
    exampleEnv: parts.exampleEnv ?? {},
    secrets: parts.secrets,
    processes: parts.processes,
    partitions: parts.partitions ?? 1,
    drainMs: 8000,
    checkOutputs: true,
    ...(parts.openRuntime === undefined ? {} : { openRuntime: parts.openRuntime }),
    limits: { ...defaultLimits, ...parts.limits },
  };
}

async function asked<T>(
  ask: () => Promise<T>,
  { check, shown }: { check: (answer: T) => boolean; shown: (answer: T) => string },
): Promise<T> {
  const giveUpMs = Date.now() + 15_000;
  for (;;) {
    const answer = await ask();
    if (check(answer)) return answer;
    if (Date.now() > giveUpMs) throw new Error(shown(answer));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** test/visits counts in an int state, tells test/total, and sends a greeting out; the text "fail" makes it throw. */
export async function startFunctions(
  heard: (request: IncomingMessage) => void = () => undefined,
): Promise<{ url: string; close(): Promise<void> }> {
  const greeting = StateFun.jsonType("test/greeting");
  const playgroundRecord = StateFun.jsonType("io.statefun.playground/EgressRecord");
  const statefun = new StateFun();
  statefun.bind({
    typename: "test/visits",
    specs: [
      { name: "seen", type: StateFun.intType() },
      { name: "big", type: StateFun.jsonType("test/big") },
    ],
    fn(context, message) {
      const text = message.isString() ? message.asString() : "";
      if (text === "fail") throw new Error("asked to fail");
      if (text === "play") {
        const value = { topic: "greetings", payload: `hello ${context.self.id}` };
        context.send(egressMessageBuilder({ typename: "io.statefun.playground/egress", value, valueType: playgroundRecord }));
        return;
      }
      const seen = (context.storage["seen"] ?? 0) + 1;
      context.storage["seen"] = seen;
      context.send(messageBuilder({ typename: "test/total", id: "all", value: 1, valueType: StateFun.intType() }));
      context.send(egressMessageBuilder({ typename: "test/greetings", value: { text, seen }, valueType: greeting }));
    },
  });
  statefun.bind({
    typename: "test/total",
    specs: [{ name: "sum", type: StateFun.intType() }],
    fn(context, message) {
      context.storage["sum"] = (context.storage["sum"] ?? 0) + message.asInt();
    },
  });
  const handler = statefun.handler();
  const server = createServer((request, response) => {
    heard(request);
    void handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the function server has no port");
  return {
    url: `http://127.0.0.1:${address.port}/statefun`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function moduleYaml(url: string): string {
  return [
    "kind: io.statefun.endpoints.v2/http",
    "spec:",
    "  functions: test/*",
    `  urlPathTemplate: ${url}`,
    "---",
    "kind: io.signalbox.v1/egress",
    "spec:",
    "  id: test/greetings",
    "",
  ].join("\n");
}
