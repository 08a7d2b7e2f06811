/**
 * OneJvmCluster: JobManager, TaskManager and REST API of Flink in one JVM of this machine, for a laptop and for tests. It ends with whoever started it,
 * and its checkpoints and savepoints stay in its folder.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, openSync, closeSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { connectorJar } from "../deploy/connector-jar.ts";
import { neverUnheard } from "../never-unheard.ts";
import { jarPaths } from "./cluster-jars.ts";
import { javaCommand, javaFlags } from "./java.ts";

export interface OneJvmOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Everything of it: configuration, log, checkpoints, savepoints. */
  readonly folder: string;
  readonly restPort: number;
  readonly slots?: number;
  readonly checkpointIntervalMs?: number;
  readonly checkpointMode?: "EXACTLY_ONCE" | "AT_LEAST_ONCE";
  readonly heapMiB?: number;
  /** Flags of the JVM besides. */
  readonly jvmFlags?: readonly string[];
}

export interface OneJvmCluster {
  readonly url: string;
  readonly pid: number;
  readonly logPath: string;
  /** Asks it to end and waits for it. */
  stop(): Promise<void>;
  /** As a loss of power does. */
  kill(): Promise<void>;
  /** Resolves when it has ended, by itself or not. */
  readonly ended: Promise<void>;
}

/** Two seconds on an idle machine; a busy one takes what it takes. */
const startMsMax = 240_000;
const stopMsMax = 15_000;

/** Jars are there (fetchClusterJars). Rejects with what the JVM said when it does not come up. */
export async function startOneJvmCluster(options: OneJvmOptions): Promise<OneJvmCluster> {
  const folder = resolve(options.folder);
  for (const name of ["conf", "checkpoints", "savepoints", "upload", "tmp"]) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, "conf/flink-conf.yaml"), configurationOf(options, folder));
  writeFileSync(join(folder, "conf/log4j.properties"), loggingText);
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
  await untilUp(child, { url, slots: options.slots ?? slotsDefault, logPath });
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

/** Three are kept: the gateway may know of one that is no longer the newest. */
const checkpointsKept = 3;

function configurationOf(options: OneJvmOptions, folder: string): string {
  const place = (name: string): string => pathToFileURL(join(folder, name)).href;
  const settings: Record<string, string | number | boolean> = {
    "rest.address": "127.0.0.1",
    "rest.bind-address": "127.0.0.1",
    "rest.port": options.restPort,
    "jobmanager.rpc.address": "127.0.0.1",
    "jobmanager.bind-host": "127.0.0.1",
    "taskmanager.host": "127.0.0.1",
    "taskmanager.bind-host": "127.0.0.1",
    "taskmanager.numberOfTaskSlots": options.slots ?? slotsDefault,
    "taskmanager.memory.managed.size": "256m",
    "classloader.parent-first-patterns.additional": "org.apache.flink.statefun;org.apache.kafka;com.google.protobuf",
    "pipeline.auto-generate-uids": false,
    "execution.savepoint.ignore-unclaimed-state": true,
    "state.backend": "rocksdb",
    "state.backend.incremental": true,
    "state.backend.rocksdb.timer-service.factory": "ROCKSDB",
    "state.checkpoints.dir": place("checkpoints"),
    "state.checkpoints.num-retained": checkpointsKept,
    "state.savepoints.dir": place("savepoints"),
    "execution.checkpointing.interval": `${options.checkpointIntervalMs ?? 1_000}ms`,
    "execution.checkpointing.mode": options.checkpointMode ?? "EXACTLY_ONCE",
    "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
    "execution.checkpointing.tolerable-failed-checkpoints": 1_000_000,
    "restart-strategy": "fixed-delay",
    "restart-strategy.fixed-delay.attempts": 2_147_483_647,
    "restart-strategy.fixed-delay.delay": "1s",
    "web.upload.dir": join(folder, "upload"),
    "io.tmp.dirs": join(folder, "tmp"),
    "metrics.fetcher.update-interval": 1_000,
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key}: ${value}\n`)
    .join("");
}

const loggingText = `rootLogger.level = INFO
rootLogger.appenderRef.console.ref = C
appender.console.name = C
appender.console.type = CONSOLE
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{HH:mm:ss,SSS} %-5p %-40c{1} - %m%n
`;
