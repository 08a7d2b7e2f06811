/**
 * StartSavepoint: whether the savepoint that the first job of a gateway is to begin from is one of StateFun at all. Flink is told to pass over state that no operator
 * claims, since egresses come and go, so it would begin from any other job's savepoint with nothing in it and say nothing.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ClusterRefused } from "./cluster-refused.ts";

/** By which Flink knows StateFun's operator of functions: the hash of its uid, functions_uid1. */
const functionsOperator = Buffer.from("6b87a4870d0e21cecbbe271bd893cfcc", "hex");
/** It names operators and files; state itself lies in it while it is small. */
const metadataBytesMax = 256 * 1024 * 1024;

/** Throws ClusterRefused. What this machine cannot read is left to Flink. */
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
