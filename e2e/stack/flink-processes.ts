/**
 * FlinkProcesses: a real Flink with StateFun as it stands on machines: one JobManager and two TaskManagers, each a JVM of its own, on ports
 * and in a folder of their own. Each can be killed alone (kill -9) and started again. A TaskManager that ends by itself, as Flink ends one
 * whose task hangs, is started again, as whatever runs it anywhere does. Its neighbour flink-cluster.ts is all of it in one JVM.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { fetchClusterJars, javaCommand, javaFlags, jarPaths, writeClusterFolder } from "@signalbox/flink";
import { repositoryRoot } from "../../tools/stale-step.ts";
import { Child, freePortsFrom } from "./child.ts";
import { until } from "./until.ts";

export type FlinkProcess = "jobmanager" | "taskmanager-1" | "taskmanager-2";

const names: readonly FlinkProcess[] = ["jobmanager", "taskmanager-1", "taskmanager-2"];
const startMsMax = 240_000;
/** The ports are outside of the range of outgoing connections, so a JobManager that comes back finds its ports free. */
const firstPort = 17_300;

const jobManager = "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint";
const taskManager = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner";

export class FlinkProcesses implements AsyncDisposable {
  readonly url: string;
  readonly folder: string;
  readonly #children = new Map<FlinkProcess, Child>();
  readonly #killed = new Set<Child>();

  private constructor(restPort: number, folder: string) {
    this.url = `http://127.0.0.1:${restPort}`;
    this.folder = folder;
  }

  /**
   * `more` are additional keys of Flink's configuration. There is one slot in each TaskManager, so that a job of two has messages between
   * machines.
   */
  static async start(more: Readonly<Record<string, string | number>> = {}): Promise<FlinkProcesses> {
    await fetchClusterJars({ env: process.env, uses: ["cluster"] });
    const [restPort = 0, rpcPort = 0, blobPort = 0] = await freePortsFrom(firstPort, 3);
    const folder = mkdtempSync(join(tmpdir(), "signalbox-flink-"));
    writeClusterFolder(
      { folder, restPort, slots: 1, checkpointIntervalMs: 500 },
      { "jobmanager.rpc.port": rpcPort, "blob.server.port": blobPort, ...heartbeats, ...memory, ...more },
    );
    const cluster = new FlinkProcesses(restPort, folder);
    await cluster.startAll();
    return cluster;
  }

  async startAll(): Promise<void> {
    for (const name of names) this.#spawn(name);
    const all = async (): Promise<boolean> => (await this.#taskManagers()).length === names.length - 1;
    await until(all, { what: "the TaskManagers", said: () => this.output, timeoutMs: startMsMax, everyMs: 100 });
  }

  /** Resolves when it serves again. A killed TaskManager stays in the list until it is missed, so the new one is recognised by its id. */
  async start(name: FlinkProcess): Promise<void> {
    const before = name === "jobmanager" ? [] : await this.#taskManagers();
    this.#spawn(name);
    const another = async (): Promise<boolean> => {
      this.#children.get(name)?.assertRunning();
      return (await this.#taskManagers()).some((id) => !before.includes(id));
    };
    await until(another, { what: `${name} to serve again`, said: () => this.output, timeoutMs: startMsMax, everyMs: 100 });
  }

  async kill(name: FlinkProcess): Promise<void> {
    await this.#kill(this.#children.get(name));
  }

  async #kill(child: Child | undefined): Promise<void> {
    if (child === undefined) return;
    this.#killed.add(child);
    await child.kill();
  }

  /** The last output of all of them, for the message of a test that fails. */
  get output(): string {
    return names.map((name) => `${name}:\n${this.#children.get(name)?.output.slice(-3_000) ?? ""}`).join("\n");
  }

  async rest(path: string): Promise<unknown> {
    return (await fetch(`${this.url}${path}`)).json();
  }

  #spawn(name: FlinkProcess): void {
    const flags = ["-Xmx384m", "-XX:MaxMetaspaceSize=256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", ...javaFlags];
    const log = `-Dlog4j.configurationFile=${pathToFileURL(join(this.folder, "conf/log4j.properties")).href}`;
    const main = name === "jobmanager" ? [jobManager, "--executionMode", "cluster"] : [taskManager];
    const classPath = jarPaths(process.env, ["cluster"]).join(":");
    const command = [javaCommand(process.env), ...flags, log, "-cp", classPath, ...main, "--configDir", join(this.folder, "conf")] as const;
    const child = new Child(name, command, { env: process.env, cwd: repositoryRoot, logFile: join(this.folder, `${name}.log`) });
    this.#children.set(name, child);
    if (name !== "jobmanager") void child.ended().then(() => this.#again(name, child));
  }

  #again(name: FlinkProcess, child: Child): void {
    if (!this.#killed.has(child) && this.#children.get(name) === child) this.#spawn(name);
  }

  async #taskManagers(): Promise<string[]> {
    const { taskmanagers = [] } = (await this.rest("/taskmanagers").catch(() => ({}))) as { taskmanagers?: { id: string }[] };
    return taskmanagers.map(({ id }) => id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#children.values()].map((child) => this.#kill(child)));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A TaskManager that is gone is missed after two of these, not after the twenty seconds of Flink's defaults. */
const heartbeats = { "heartbeat.interval": 1_000, "heartbeat.timeout": 30_000 };

/** Without Flink's own start scripts nothing computes these sizes, so each JVM must be given all of them. */
const memory = {
  "jobmanager.memory.process.size": "1g",
  "taskmanager.cpu.cores": 1,
  "taskmanager.memory.task.heap.size": "256m",
  "taskmanager.memory.task.off-heap.size": "0b",
  "taskmanager.memory.managed.size": "128m",
  "taskmanager.memory.network.min": "64m",
  "taskmanager.memory.network.max": "64m",
  "taskmanager.memory.framework.heap.size": "128m",
  "taskmanager.memory.framework.off-heap.size": "128m",
  "taskmanager.memory.jvm-metaspace.size": "256m",
  "taskmanager.memory.jvm-overhead.min": "192m",
  "taskmanager.memory.jvm-overhead.max": "192m",
};
