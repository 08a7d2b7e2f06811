/** FlinkCluster: a real Flink with StateFun in one JVM, on a port and in a folder of its own. kill() is kill -9; start() again continues on both. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fetchClusterJars, startOneJvmCluster, type OneJvmCluster } from "@signalbox/flink";
import { freePorts } from "./child.ts";

const outputCharactersMax = 3_000;

export class FlinkCluster implements AsyncDisposable {
  readonly restPort: number;
  readonly folder: string;
  readonly #jvmFlags: readonly string[];
  #running: OneJvmCluster | undefined;

  private constructor(restPort: number, jvmFlags: readonly string[]) {
    this.#jvmFlags = jvmFlags;
    this.restPort = restPort;
    this.folder = mkdtempSync(join(tmpdir(), "signalbox-flink-"));
  }

  static async start({ jvmFlags = [] }: { readonly jvmFlags?: readonly string[] } = {}): Promise<FlinkCluster> {
    await fetchClusterJars({ env: process.env, uses: ["cluster"] });
    const [port = 0] = await freePorts(1);
    const cluster = new FlinkCluster(port, jvmFlags);
    await cluster.start();
    return cluster;
  }

  get url(): string {
    return `http://127.0.0.1:${this.restPort}`;
  }

  /** The last output of the process. */
  get output(): string {
    const log = this.#running?.logPath;
    return log === undefined ? "it does not run" : readFileSync(log, "utf8").slice(-outputCharactersMax);
  }

  async start(): Promise<void> {
    this.#running = await startOneJvmCluster({
      env: process.env,
      folder: this.folder,
      restPort: this.restPort,
      checkpointIntervalMs: 500,
      // The JVM lives for seconds, too short to earn back the work of the second compiler.
      jvmFlags: ["-XX:TieredStopAtLevel=1", ...this.#jvmFlags],
    });
  }

  async kill(): Promise<void> {
    await this.#running?.kill();
    this.#running = undefined;
  }

  /** Returns an answer of its REST API. */
  async rest(path: string): Promise<unknown> {
    return (await fetch(`${this.url}${path}`)).json();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
