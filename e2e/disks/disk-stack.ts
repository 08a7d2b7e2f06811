/** DiskStack: a gateway on a given data directory with the counting functions behind it, and a start that is expected to fail. */
import { repositoryRoot } from "../../tools/stale-step.ts";
import { Child, freePortsFrom } from "../stack/child.ts";
import { endpointYaml, type Functions } from "../stack/functions.ts";
import { Gateway, gatewayFlags } from "../stack/gateway.ts";

export interface HealthReply {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: { readonly status: string; readonly health: Readonly<Record<string, unknown>> };
}

/** `firstPort` gives test files that run at once different ports. */
export async function startGateway(dataDir: string, firstPort: number, env: Record<string, string> = {}): Promise<Gateway> {
  const [http = 0, grpc = 0] = await freePortsFrom(firstPort, 2);
  return Gateway.start(env, { dataDir, ports: { http, grpc } });
}

export async function applyCounters(gateway: Gateway, functions: Functions): Promise<void> {
  await gateway.api.applyModule("disks", endpointYaml("signalbox.disks/*", functions.url));
}

export async function healthOf(gateway: Gateway): Promise<HealthReply> {
  const response = await fetch(`${gateway.url}/health`, { signal: AbortSignal.timeout(5_000) });
  return { status: response.status, retryAfter: response.headers.get("retry-after"), body: (await response.json()) as HealthReply["body"] };
}

/** Starts a gateway that will not come up; resolves with its output and its exit code. */
export async function refusedStart(
  dataDir: string,
  firstPort: number,
  settings: Record<string, string> = {},
): Promise<{ exitCode: number | null; output: string; ms: number }> {
  const [http = 0, grpc = 0] = await freePortsFrom(firstPort, 2);
  const inherited = { ...process.env };
  delete inherited["DATABASE_URL"];
  const startedMs = performance.now();
  const child = new Child("gateway", [process.execPath, ...gatewayFlags, "apps/gateway/src/main.mjs"], {
    cwd: repositoryRoot,
    env: {
      ...inherited,
      NODE_ENV: "production",
      SIGNALBOX_PORT: String(http),
      SIGNALBOX_GRPC_PORT: String(grpc),
      SIGNALBOX_DATA_DIR: dataDir,
      ...settings,
    },
  });
  const watchdog = setTimeout(() => child.signal("SIGKILL"), 15_000);
  await child.ended();
  clearTimeout(watchdog);
  return { exitCode: child.exitCode, output: child.output, ms: performance.now() - startedMs };
}
