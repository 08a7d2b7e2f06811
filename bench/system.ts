/**
 * System: what most jobs measure: one gateway and one function process, as a person would run them, durable, on ports below the range that
 * the kernel gives to outgoing connections. measure() runs a load and reads from the operating system what it cost.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePortsFrom } from "../e2e/stack/child.ts";
import { endpointYaml, Functions } from "../e2e/stack/functions.ts";
import { Gateway } from "../e2e/stack/gateway.ts";
import { until } from "../e2e/stack/until.ts";
import type { Figures } from "./job.ts";
import type { HandledServer } from "./load/handled-server.ts";
import type { Load } from "./load/load.ts";
import type { ToldServer } from "./load/told-server.ts";
import { cpuMicroseconds, residentMegabytes } from "./process-usage.ts";

export const firstPort = 26_000;
const handledMsMax = 300_000;
const settleMs = 100;

export interface SystemOptions {
  /** The folder in which its data directory is made; dataDir is the directory itself. */
  readonly folder: string;
  readonly dataDir?: string;
  readonly env?: Record<string, string>;
  readonly handled?: HandledServer;
  /** The server to which bench/teller reports numbers. */
  readonly told?: ToldServer;
  /** Documents of the module beside the endpoint. */
  readonly moreYaml?: string;
  /** The process of the cluster that the gateway runs functions on. */
  readonly cluster?: number | undefined;
  /** True when the functions take several requests in one. */
  readonly frames?: boolean;
  /** With `not-started`, every connection to the endpoint is refused, and messages wait. */
  readonly functions?: "running" | "not-started";
}

export class System implements AsyncDisposable {
  readonly gateway: Gateway;
  readonly functions: Functions;
  readonly #dataDir: string;
  readonly #cluster: number | undefined;

  private constructor(gateway: Gateway, functions: Functions, { dataDir, cluster }: { dataDir: string; cluster: number | undefined }) {
    this.gateway = gateway;
    this.functions = functions;
    this.#dataDir = dataDir;
    this.#cluster = cluster;
  }

  static async start(options: SystemOptions): Promise<System> {
    const dataDir = options.dataDir ?? mkdtempSync(join(options.folder, "signalbox-bench-"));
    const [http = 0, grpc = 0, port = 0] = await freePortsFrom(firstPort, 3);
    const env = {
      NOTIFY_PORT: options.handled === undefined ? "" : String(options.handled.port),
      TELL_PORT: options.told === undefined ? "" : String(options.told.port),
      FRAMES: options.frames === true ? "1" : "",
    };
    const functions = await Functions.notStarted("bench/function-process.ts", { port, env });
    let gateway: Gateway | undefined;
    try {
      if (options.functions !== "not-started") await functions.start();
      const settings = { SIGNALBOX_LOG_LEVEL: "error", ...options.env };
      gateway = await Gateway.start(settings, { ports: { http, grpc }, dataDir });
      const system = new System(gateway, functions, { dataDir, cluster: options.cluster });
      await gateway.api.applyModule("bench", endpointYaml("bench/*", functions.url, options.moreYaml));
      return system;
    } catch (error) {
      await gateway?.kill();
      await functions.kill();
      rmSync(dataDir, { recursive: true, force: true });
      throw error;
    }
  }

  get grpc(): string {
    return `127.0.0.1:${this.gateway.grpcPort}`;
  }

  /** Returns how many messages the functions have seen since they were started. */
  async handled(): Promise<number> {
    const response = await fetch(this.functions.url);
    return ((await response.json()) as { messages: number }).messages;
  }

  async untilHandled(messages: number): Promise<void> {
    const what = `the functions to handle ${messages} messages`;
    await until(async () => (await this.handled()) >= messages, { what, timeoutMs: handledMsMax, everyMs: 10 });
  }

  /** Measures the load. The rate is over the whole time until the functions have handled `hops` times what was sent. */
  async measure(load: () => Promise<Load>, { hops = 1 }: { hops?: number } = {}): Promise<Figures> {
    const { gateway, functions } = this;
    const processes = { gateway: gateway.pid, functions: functions.pid, cluster: this.#cluster };
    return measured(processes, {
      load,
      hops,
      handled: () => this.handled(),
      untilHandled: (messages) => this.untilHandled(messages),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway[Symbol.asyncDispose]();
    await this.functions[Symbol.asyncDispose]();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }
}

interface Work {
  readonly load: () => Promise<Load>;
  /** How often each message that is sent is handled; 0 when nothing is handled, or the answer already says that it was. */
  readonly hops: number;
  readonly handled: () => Promise<number>;
  readonly untilHandled: (messages: number) => Promise<void>;
}

/**
 * Measures a load. The rivals use it too, so that their lines are counted as ours are. Messages a second counts what was sent, not the
 * hops.
 */
export async function measured(
  pids: { gateway: number | undefined; functions: number | undefined; cluster?: number | undefined },
  work: Work,
): Promise<Figures> {
  const handledBefore = work.hops === 0 ? 0 : await settled(work);
  const gatewayBefore = cpuMicroseconds(pids.gateway);
  const functionBefore = cpuMicroseconds(pids.functions);
  const clusterBefore = cpuMicroseconds(pids.cluster);
  const startedMs = performance.now();
  const load = await work.load();
  if (work.hops > 0) await work.untilHandled(handledBefore + load.sent * work.hops);
  const elapsedSeconds = (performance.now() - startedMs) / 1000;
  const perMessage = (before: number | undefined, after: number | undefined): number | undefined =>
    before === undefined || after === undefined || load.sent === 0 ? undefined : (after - before) / load.sent;
  return {
    messagesPerSecond: load.sent / elapsedSeconds,
    p50Ms: load.p50Ms,
    p99Ms: load.p99Ms,
    gatewayCpuMicroseconds: perMessage(gatewayBefore, cpuMicroseconds(pids.gateway)),
    functionCpuMicroseconds: perMessage(functionBefore, cpuMicroseconds(pids.functions)),
    clusterCpuMicroseconds: perMessage(clusterBefore, cpuMicroseconds(pids.cluster)),
    clusterMegabytes: residentMegabytes(pids.cluster)?.now,
    loadCpuMicroseconds: perMessage(0, load.loadCpuMicroseconds),
    gatewayMegabytes: residentMegabytes(pids.gateway)?.now,
    gatewayPeakMegabytes: residentMegabytes(pids.gateway)?.peak,
    functionMegabytes: residentMegabytes(pids.functions)?.now,
  };
}

/** Resolves when nothing more is handled: wrk does not wait for its last answers, and what they cause belongs to no later line. */
async function settled(work: Work): Promise<number> {
  let before = await work.handled();
  for (;;) {
    await delay(settleMs);
    const now = await work.handled();
    if (now === before) return now;
    before = now;
  }
}
