/** SavepointReads: what is read of a savepoint file while the engine runs on: whether it is whole, and what it holds without the values of some entities. */
import type { CheckOptions, SavepointErasure, SavepointSummary } from "../../engine.ts";
import type { SavepointErasureRequest } from "@signalbox/runtime/model/erasure";
import type { Partition } from "../../partition.ts";
import type { Clock } from "../../ports/clock.ts";
import type { SavepointFiles } from "../../ports/savepoint-files.ts";
import { withCalls } from "../erasure/erasing.ts";

interface ReadPorts {
  readonly savepointFiles: SavepointFiles;
  readonly clock: Clock;
}

export async function checkSavepoint({ savepointFiles, clock }: ReadPorts, path: string, options: CheckOptions): Promise<SavepointSummary> {
  const startedMs = clock.steadyMs();
  const counts = await savepointFiles.check(path, options);
  return { ...counts, durationMs: Math.round(clock.steadyMs() - startedMs) };
}

/** The live journal is asked as well, because it knows of calls that the file does not. */
export async function eraseInSavepoint(
  partitions: readonly Partition[],
  { savepointFiles, clock }: ReadPorts,
  request: SavepointErasureRequest,
): Promise<SavepointErasure> {
  const startedMs = clock.steadyMs();
  const targets = await withCalls(partitions, request.targets);
  const { counts, written } = await savepointFiles.erase({ ...request, targets });
  return { counts, written: written && { ...written, durationMs: Math.round(clock.steadyMs() - startedMs) } };
}
