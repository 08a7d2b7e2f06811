/**
 * ClusterFolder: the folder of a cluster on this machine: its configuration, its log format, and where its checkpoints and savepoints lie.
 * Neighbours: one-jvm-cluster.ts starts all of Flink in one JVM on it; tests start JobManager and TaskManagers as JVMs of their own.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export interface ClusterFolderOptions {
  /** An absolute path. */
  readonly folder: string;
  readonly restPort: number;
  /** How many slots each TaskManager has. */
  readonly slots: number;
  readonly checkpointIntervalMs?: number | undefined;
  readonly checkpointMode?: "EXACTLY_ONCE" | "AT_LEAST_ONCE" | undefined;
}

type Settings = Readonly<Record<string, string | number | boolean>>;

/** `more`: keys of Flink's configuration that depend on how its JVMs are divided. */
export function writeClusterFolder(options: ClusterFolderOptions, more: Settings): void {
  const { folder } = options;
  for (const name of ["conf", "checkpoints", "savepoints", "upload", "tmp"]) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, "conf/flink-conf.yaml"), configurationOf(options, more));
  writeFileSync(join(folder, "conf/log4j.properties"), loggingText);
}

/** Three are kept, because the gateway may know of one that is no longer the newest. */
const checkpointsKept = 3;

function configurationOf(options: ClusterFolderOptions, more: Settings): string {
  const { folder } = options;
  const place = (name: string): string => pathToFileURL(join(folder, name)).href;
  const settings: Settings = {
    "rest.address": "127.0.0.1",
    "rest.bind-address": "127.0.0.1",
    "rest.port": options.restPort,
    "jobmanager.rpc.address": "127.0.0.1",
    "jobmanager.bind-host": "127.0.0.1",
    "taskmanager.host": "127.0.0.1",
    "taskmanager.bind-host": "127.0.0.1",
    "taskmanager.numberOfTaskSlots": options.slots,
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
    // A task that hangs ends its TaskManager, which is started again; here that happens after a minute instead of Flink's three.
    "task.cancellation.interval": 5_000,
    "task.cancellation.timeout": 60_000,
    "restart-strategy": "fixed-delay",
    "restart-strategy.fixed-delay.attempts": 2_147_483_647,
    "restart-strategy.fixed-delay.delay": "1s",
    "web.upload.dir": join(folder, "upload"),
    "io.tmp.dirs": join(folder, "tmp"),
    "metrics.fetcher.update-interval": 1_000,
    ...more,
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
