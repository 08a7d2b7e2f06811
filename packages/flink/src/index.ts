/** The public names of @signalbox/flink, one by one. */
export { writeClusterFolder, type ClusterFolderOptions } from "./cluster/cluster-folder.ts";
export { fetchClusterJars, jarPaths, jarsFolder, type FetchOptions } from "./cluster/cluster-jars.ts";
export { javaCommand, javaFlags, whyNoJava } from "./cluster/java.ts";
export { compareSavepoints, type Comparison, type Difference } from "./savepoint/compare-savepoints.ts";
export { MoveError, moveErrorCodes, type MoveErrorCode } from "./savepoint/move-error.ts";
export { blockers, type MoveDirection, type MoveFate, type MoveItem, type MovePart, type MovePlan } from "./savepoint/move-plan.ts";
export type { Move, MoveResult, MoveTask } from "./savepoint/move-task.ts";
export { runMove, type MoveWatch } from "./savepoint/run-move.ts";
export type { MoveProgress } from "./savepoint/to-flink.ts";
export { toolCommand } from "./savepoint/tool-command.ts";
export { keepUp } from "./cluster/kept-up.ts";
export { startOneJvmCluster, type OneJvmCluster, type OneJvmOptions } from "./cluster/one-jvm-cluster.ts";
export type { FlinkOptions } from "./flink-options.ts";
export { openFlinkRuntime } from "./flink-runtime.ts";
export { versions, type JarUse, type Versions } from "./versions.ts";
