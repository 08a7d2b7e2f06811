/**
 * Past: in which era a record is and what became of it: it still counts, or a restore took it back. It also says how far the journal
 * reaches, so that every list can say how far it looked. Neighbours: the engine's eras (model/era.ts there), entity-views.ts, traces.ts.
 */
import { eraNumberOf, ifAble, undoneBy, type Engine, type Era, type PastPlace } from "@signalbox/runtime";
import type { EraView, JournalReach, KnownBefore, PastView } from "../contract/shapes/era.ts";

type Eras = Pick<Engine, "eras">;

/** A runtime without savepoints has no eras, because nothing was ever restored. */
function erasOf(engine: Eras): readonly Era[] {
  return ifAble(() => engine.eras(), []);
}

/** Returns null when the record is in the present era. */
export function pastOf(engine: Eras, place: PastPlace): PastView | null {
  const all = erasOf(engine);
  const era = eraNumberOf(all, place.sequence);
  const ended = all.find(({ number }) => number === era + 1);
  if (ended === undefined) return null;
  const by = undoneBy(all, place);
  return {
    era,
    endedMs: ended.beganMs,
    undone: by === undefined ? null : { atMs: by.beganMs, savepoint: by.savepoint.name },
    keptIn: by === undefined ? ended.savepoint.name : null,
  };
}

export function eraView({ number, beganMs, firstSequence, savepoint }: Era): EraView {
  return {
    number,
    beganMs,
    firstSequence,
    savepoint: { name: savepoint.name, epoch: savepoint.epoch, createdMs: savepoint.createdMs },
  };
}

/** Finds the types that an earlier era knew and nobody knows now, with the restore that ended the last such era. */
export function typesKnownBefore(engine: Pick<Engine, "eras" | "functionTypes">): Map<string, KnownBefore> {
  const now = new Set(engine.functionTypes().map(({ type }) => type));
  const before = new Map<string, KnownBefore>();
  for (const { number, beganMs, savepoint, types } of erasOf(engine))
    for (const type of types) if (!now.has(type)) before.set(type, { era: number - 1, endedMs: beganMs, savepoint: savepoint.name });
  return before;
}

/** Returns null when the journal is empty or off, or the runtime has none. */
export async function reachOf(engine: Pick<Engine, "journalReach">): Promise<JournalReach | null> {
  const oldest = await ifAble(() => engine.journalReach(), undefined);
  return oldest === undefined ? null : { atMs: oldest.startedMs, sequence: oldest.sequence };
}
