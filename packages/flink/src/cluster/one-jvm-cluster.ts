/**
 * OneJvmCluster: JobManager, TaskManager and REST API of Flink in one JVM of this machine, for a laptop and for tests. It ends with the
 * process that started it, and its checkpoints and savepoints stay in its folder.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { openSync, closeSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { connectorJar } from "../deploy/connector-jar.ts";
import { neverUnheard } from "../never-unheard.ts";
import { jarPaths } from "./cluster-jars.ts";
import { writeClusterFolder } from "./cluster-folder.ts";
import { javaCommand, javaFlags } from "./java.ts";

export interface OneJvmOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Holds all its files: configuration, log, checkpoints, savepoints. */
  readonly folder: string;
  readonly restPort: number;
  readonly slots?: number;
  readonly checkpointIntervalMs?: number;
  readonly checkpointMode?: "EXACTLY_ONCE" | "AT_LEAST_ONCE";
  readonly heapMiB?: number;
  /** Additional flags of the JVM. */
  readonly jvmFlags?: readonly string[];
}

export interface OneJvmCluster {
  readonly url: string;
  readonly pid: number;
  readonly logPath: string;
  /** Asks it to end and waits until it has. */
  stop(): Promise<void>;
  /** Ends it as a loss of power would. */
  kill(): Promise<void>;
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<void>;
}

/** It takes two seconds on an idle machine and longer on a busy one. */
const startMsMax = 240_000;
const stopMsMax = 15_000;

/** The jars must be there (fetchClusterJars). Rejects with the output of the JVM when the cluster does not come up. */
export async function startOneJvmCluster(options: OneJvmOptions): Promise<OneJvmCluster> {
  const folder = resolve(options.folder);
  const slots = options.slots ?? slotsDefault;
  writeClusterFolder({ ...options, folder, slots }, { "taskmanager.memory.managed.size": "256m" });
  const logPath = join(folder, "cluster.log");
  const log = openSync(logPath, "a");
  const parameters = [
    `-Xmx${options.heapMiB ?? 768}m`,
    "-XX:+UseSerialGC",
    ...javaFlags,
    ...(options.jvmFlags ?? []),
    `-Dlog4j.configurationFile=${pathToFileURL(join(folder, "conf/log4j.properties")).href}`,
    "-cp",
    [connectorJar, ...jarPaths(options.env, ["cluster"])].join(":"),
    "io.signalbox.flink.OneJvmCluster",
    join(folder, "conf"),
  ];
  const child = spawn(javaCommand(options.env), parameters, { stdio: ["pipe", log, log] });
  closeSync(log);
  neverUnheard(child);
  if (child.stdin !== null) neverUnheard(child.stdin);
  const ended = new Promise<void>((done) => {
    child.once("exit", () => done());
    child.once("error", () => done());
  });
  const url = `http://127.0.0.1:${options.restPort}`;
  await untilUp(child, { url, slots, logPath });
  return { url, pid: child.pid ?? 0, logPath, ended, stop: () => stop(child, ended), kill: () => kill(child, ended) };
}

const slotsDefault = 2;

async function untilUp(child: ChildProcess, { url, slots, logPath }: { url: string; slots: number; logPath: string }): Promise<void> {
  const endsMs = performance.now() + startMsMax;
  for (;;) {
    const text = await fetch(`${url}/overview`, { signal: AbortSignal.timeout(2_000) })
      .then((answer) => answer.text())
      .catch(() => "");
    if (text.includes(`"slots-total":${slots}`)) return;
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the cluster ended at its start; ${logPath} says why`);
    if (performance.now() > endsMs) {
      child.kill("SIGKILL");
      throw new Error(`the cluster did not come up within ${startMsMax} ms; ${logPath} says how far it came`);
    }
    await delay(100);
  }
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.stdin?.end();
  const late = setTimeout(() => child.kill("SIGKILL"), stopMsMax);
  await ended;
  clearTimeout(late);
}

async function kill(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill("SIGKILL");
  await ended;
}
