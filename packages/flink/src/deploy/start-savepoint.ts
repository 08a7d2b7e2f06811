/**
 * StartSavepoint: whether the savepoint that the first job of a gateway is to begin from is one of StateFun at all. Flink is told to ignore
 * state that no operator claims, since egresses are added and removed, so it would begin from any other job's savepoint with no state and
 * say nothing.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ClusterRefused } from "./cluster-refused.ts";

/** The id by which Flink knows StateFun's operator of functions: the hash of its uid, functions_uid1. */
const functionsOperator = Buffer.from("6b87a4870d0e21cecbbe271bd893cfcc", "hex");
/** It names operators and files, and holds state itself while the state is small. */
const metadataBytesMax = 256 * 1024 * 1024;

/** Throws ClusterRefused. A savepoint that this machine cannot read is left for Flink to judge. */
export function checkStartSavepoint(savepoint: string): void {
  if (!savepoint.startsWith("file:")) return;
  const path = fileURLToPath(savepoint);
  const metadata = path.endsWith("_metadata") ? path : join(path, "_metadata");
  if (!existsSync(metadata) || statSync(metadata).size > metadataBytesMax) return;
  if (readFileSync(metadata).includes(functionsOperator)) return;
  throw new ClusterRefused(
    `${savepoint} is a savepoint of another job: it holds no state of functions`,
    "Set SIGNALBOX_FLINK_START_FROM to a savepoint of a job that runs modules; `signalbox move --to flink` makes one.",
  );
}
