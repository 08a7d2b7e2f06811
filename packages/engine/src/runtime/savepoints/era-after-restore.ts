/** EraAfterRestore: what a restore says of itself: the era that it begins, and the refusal of whatever would be lost in it. */
import type { Engine, RestoreOptions } from "../../engine.ts";
import { EngineError } from "@signalbox/runtime/model/engine-error";
import { eraTypesMax, type Era } from "@signalbox/runtime/model/era";
import type { OpenedSavepoint } from "../../ports/savepoint-files.ts";

export interface NamedRestore extends RestoreOptions {
  readonly name: string;
}

interface Restored {
  readonly file: OpenedSavepoint;
  readonly name: string;
  readonly nextSequence: number;
  readonly nowMs: number;
  /** The same as in Era. */
  readonly firstSequencesBefore: readonly number[] | undefined;
}

const retryAfterMs = 1_000;

export function eraAfter(before: Pick<Engine, "eras" | "functionTypes">, restored: Restored): Era {
  const { file, name, nextSequence, nowMs, firstSequencesBefore } = restored;
  const { epoch, createdMs, partitionEnds } = file.header;
  return {
    number: (before.eras().at(-1)?.number ?? 1) + 1,
    beganMs: nowMs,
    firstSequence: nextSequence,
    savepoint: {
      name,
      epoch,
      createdMs,
      nextSequence: file.header.nextSequence,
      ...(partitionEnds === undefined ? {} : { partitionEnds }),
    },
    types: before
      .functionTypes()
      .map(({ type }) => type)
      .slice(0, eraTypesMax),
    ...(firstSequencesBefore === undefined ? {} : { firstSequencesBefore }),
  };
}

export function restoringNow(): EngineError {
  return new EngineError("ENGINE_RESTORING", "a savepoint is being restored", "Send again in a moment.", retryAfterMs);
}
