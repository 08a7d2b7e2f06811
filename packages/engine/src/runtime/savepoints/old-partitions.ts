/**
 * OldPartitions: partitions whose stores are about to be replaced (by a restore or an erasure): how they come to rest, and how they go on
 * when the replacement fails. Neighbour: embedded-engine.ts.
 */
import { coverageMark } from "../../core/coverage-mark.ts";
import { EngineError } from "@signalbox/runtime/model/engine-error";
import type { Partition } from "../../partition.ts";
import type { NextPartitions } from "../../partition-home.ts";

const drainTimeoutMs = 30_000;

/** Partitions that belong together: a delivery from one of them never reaches the partitions that replaced them. */
export interface Generation {
  partitions: readonly Partition[];
}

export async function haltAll(partitions: readonly Partition[], reason: EngineError): Promise<void> {
  await Promise.all(partitions.map((partition) => partition.halt(reason)));
}

/** Lets invocations in flight end; after that nothing changes any more. */
export async function bringToRest(partitions: readonly Partition[], reason: EngineError): Promise<void> {
  await Promise.all(partitions.map((partition) => partition.drain(drainTimeoutMs)));
  await haltAll(partitions, reason);
}

/** `isStopped`: whether the engine was stopped in between, so that nothing goes on. */
export async function goOnWithOld(old: readonly Partition[], unused: NextPartitions, isStopped: () => boolean): Promise<void> {
  await unused.discard();
  await haltAll(old, new EngineError("ENGINE_DRAINING", "a restore failed; the old state is in force", "Send again in a moment.", 1000));
  if (isStopped()) {
    coverageMark("restore-ended-by-stop");
    return;
  }
  try {
    for (const partition of old) await partition.resume();
    coverageMark("restore-failed-and-resumed");
  } catch (error) {
    coverageMark("restore-failed-and-stopped");
    for (const partition of old) partition.fail(error);
  }
}
