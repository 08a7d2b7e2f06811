/**
 * Gateway: one gateway process on ports and a data directory of its own. kill() is kill -9; start() again continues on the same
 * directory and ports. Disposing kills the process and removes the directory.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "../../tools/stale-step.ts";
import { Api } from "./api.ts";
import { Child, freePorts } from "./child.ts";
import { until } from "./until.ts";

export interface GatewayPlace {
  /** The ports; any free ones when absent. */
  readonly ports?: { readonly http: number; readonly grpc: number };
  /** A directory that stays when the gateway is disposed; a temporary one when absent. */
  readonly dataDir?: string;
  readonly logFile?: string;
}

/** The flags that `npm start` uses. */
export const gatewayFlags = ["--min-semi-space-size=4", "--max-semi-space-size=8"] as const;

export class Gateway implements AsyncDisposable {
  readonly api: Api;
  readonly dataDir: string;
  readonly grpcPort: number;
  readonly #env: Record<string, string>;
  readonly #place: GatewayPlace;
  #child: Child | undefined;

  private constructor(ports: { http: number; grpc: number }, env: Record<string, string>, place: GatewayPlace) {
    this.api = new Api(`http://127.0.0.1:${ports.http}`);
    this.grpcPort = ports.grpc;
    this.#place = place;
    this.dataDir = place.dataDir ?? mkdtempSync(join(tmpdir(), "signalbox-e2e-"));
    this.#env = {
      SIGNALBOX_HOST: "127.0.0.1",
      SIGNALBOX_PORT: String(ports.http),
      SIGNALBOX_GRPC_PORT: String(ports.grpc),
      SIGNALBOX_DATA_DIR: this.dataDir,
      ...env,
    };
  }

  /** `env` adds settings, for example SIGNALBOX_ATTEMPTS_MAX. */
  static async start(env: Record<string, string> = {}, place: GatewayPlace = {}): Promise<Gateway> {
    const [http = 0, grpc = 0] = place.ports === undefined ? await freePorts(2) : [place.ports.http, place.ports.grpc];
    const gateway = new Gateway({ http, grpc }, env, place);
    try {
      await gateway.start();
    } catch (error) {
      await gateway[Symbol.asyncDispose]();
      throw error;
    }
    return gateway;
  }

  get url(): string {
    return this.api.url;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get output(): string {
    return this.#child?.output ?? "";
  }

  /** Starts the process and resolves once GET /health says so, or when the signal says that nobody waits for it any more. */
  async start(signal?: AbortSignal): Promise<void> {
    const inherited = { ...process.env };
    delete inherited["DATABASE_URL"];
    const child = new Child("gateway", [process.execPath, ...gatewayFlags, "apps/gateway/src/main.mjs"], {
      cwd: repositoryRoot,
      env: { ...inherited, NODE_ENV: "production", ...this.#env },
      logFile: this.#place.logFile,
    });
    this.#child = child;
    await until(
      async () => {
        if (!child.running || signal?.aborted) return "ended";
        const health = await fetch(`${this.url}/health`);
        return health.ok && "healthy";
      },
      { what: `${this.url}/health to answer`, said: () => child.output, timeoutMs: 60_000 },
    );
    child.assertRunning();
  }

  get running(): boolean {
    return this.#child?.running ?? false;
  }

  /** Throws with its last output when it has ended although nobody ended it. */
  assertRunning(): void {
    this.#child?.assertRunning();
  }

  /** Kills it with kill -9, whatever it is doing. */
  async kill(): Promise<void> {
    await this.#child?.kill();
  }

  /** Sends SIGSTOP or SIGCONT: the process hangs, and its connections stay. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.signal(signal);
  }

  /** Sends SIGTERM, which drains and exits. Resolves with the exit code. */
  async stop(): Promise<number | null> {
    this.#child?.signal("SIGTERM");
    await this.#child?.ended();
    return this.#child?.exitCode ?? null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    if (this.#place.dataDir === undefined) rmSync(this.dataDir, { recursive: true, force: true });
  }
}
