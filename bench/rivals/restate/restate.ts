/**
 * Restate: its server (the binary of its npm package) and our workload on its TypeScript SDK, two processes, on a data directory of their
 * own on the same disk. All its settings are defaults except ports and addresses: 24 partitions, every append synced.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Child, freePortsFrom } from "../../../e2e/stack/child.ts";
import { until } from "../../../e2e/stack/until.ts";
import { NotAvailable } from "../../job.ts";
import { firstPort } from "../../system.ts";
import { installRival } from "../install-rival.ts";

/** The name under which the server knows the test's broker. */
const cluster = "bench";

export interface RestateOptions {
  /** The port at which the service reports that a message came to its end. */
  readonly notifyPort?: number;
  /** A broker whose topics can be subscribed to. */
  readonly kafka?: string;
}

export class Restate implements AsyncDisposable {
  readonly url: string;
  readonly #adminUrl: string;
  readonly #countUrl: string;
  readonly #server: Child;
  readonly #service: Child;
  readonly #baseDir: string;

  private constructor(parts: { ports: readonly number[]; server: Child; service: Child; baseDir: string }) {
    this.url = `http://127.0.0.1:${parts.ports[0]}`;
    this.#adminUrl = `http://127.0.0.1:${parts.ports[1]}`;
    this.#countUrl = `http://127.0.0.1:${parts.ports[4]}`;
    this.#server = parts.server;
    this.#service = parts.service;
    this.#baseDir = parts.baseDir;
  }

  static async start(folder: string, { notifyPort, kafka }: RestateOptions): Promise<Restate> {
    const home = installRival("restate");
    const binary = join(home, `node_modules/@restatedev/restate-server-${process.platform}-${process.arch}/bin/restate-server`);
    if (!existsSync(binary)) throw new NotAvailable(`Restate has no server for ${process.platform} ${process.arch} in its npm packages`);
    const ports = await freePortsFrom(firstPort + 100, 5);
    const [ingress = 0, admin = 0, fabric = 0, port = 0, count = 0] = ports;
    const notify = notifyPort === undefined ? {} : { NOTIFY_PORT: String(notifyPort) };
    const baseDir = mkdtempSync(join(folder, "signalbox-bench-restate-"));
    const server = new Child("restate-server", [binary, "--no-logo", "--listen-mode", "tcp", "--base-dir", baseDir], {
      cwd: baseDir,
      env: {
        PATH: process.env["PATH"],
        HOME: baseDir,
        DO_NOT_TRACK: "1",
        RUST_LOG: "error",
        RESTATE_NODE_NAME: "bench",
        RESTATE_BIND_IP: "127.0.0.1",
        RESTATE_BIND_PORT: String(fabric),
        RESTATE_INGRESS__BIND_PORT: String(ingress),
        RESTATE_ADMIN__BIND_PORT: String(admin),
        ...(kafka === undefined ? {} : { RESTATE_INGRESS__KAFKA_CLUSTERS: `[{name="${cluster}",brokers=["PLAINTEXT://${kafka}"]}]` }),
      },
    });
    const service = new Child("restate service", [process.execPath, join(home, "service-process.js")], {
      cwd: home,
      env: { ...process.env, PORT: String(port), COUNT_PORT: String(count), ...notify, NODE_ENV: "production" },
    });
    const restate = new Restate({ ports, server, service, baseDir });
    try {
      await restate.#register(`http://127.0.0.1:${admin}`, `http://127.0.0.1:${port}`);
    } catch (error) {
      await restate[Symbol.asyncDispose]();
      throw error;
    }
    return restate;
  }

  get pids(): { gateway: number | undefined; functions: number | undefined } {
    return { gateway: this.#server.pid, functions: this.#service.pid };
  }

  /** Subscribes to the topic: from now on its records, from the first one, are counted by key. */
  async subscribe(topic: string): Promise<void> {
    const answer = await fetch(`${this.#adminUrl}/subscriptions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        source: `kafka://${cluster}/${topic}`,
        sink: "service://Relay/count",
        options: { "auto.offset.reset": "earliest" },
      }),
    });
    if (!answer.ok) throw new Error(`Restate does not take the subscription: ${answer.status} ${await answer.text()}`);
  }

  /** Returns how many messages came to their end. */
  async handled(): Promise<number> {
    return ((await (await fetch(this.#countUrl)).json()) as { messages: number }).messages;
  }

  async untilHandled(messages: number): Promise<void> {
    await until(async () => (await this.handled()) >= messages, { what: `Restate to handle ${messages}`, timeoutMs: 300_000, everyMs: 10 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.kill();
    await this.#service.kill();
    rmSync(this.#baseDir, { recursive: true, force: true });
  }

  async #register(adminUrl: string, serviceUrl: string): Promise<void> {
    const said = (): string => `${this.#server.output}\n${this.#service.output}`.slice(-2000);
    await until(
      async () => {
        this.#server.assertRunning();
        this.#service.assertRunning();
        await this.handled();
        const response = await fetch(`${adminUrl}/deployments`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ uri: serviceUrl }),
        });
        return response.ok;
      },
      { what: "Restate to take the service", timeoutMs: 30_000, everyMs: 100 },
    ).catch((error: unknown) => {
      throw new Error(`Restate did not come up; it said:\n${said()}`, { cause: error });
    });
  }
}
