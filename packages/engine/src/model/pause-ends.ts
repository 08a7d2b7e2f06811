/**
 * PauseEnds: the ends of pauses beside the rows of paused entities in a savepoint (docs/savepoint-format.md). The engine's store has no
 * ends; the gateway gives them when a savepoint is taken and gets them back when one is restored. Neighbours: adapters/savepoint writes
 * them, runtime/savepoints/store-filler.ts collects them.
 */
import { pauseEndsMax, type PauseEnd } from "@signalbox/runtime/model/pause-end";
import { pauseEndsFormatVersion, type SavepointHeader, type SavepointRow } from "./savepoint-rows.ts";

type ReadEntry = (key: string, value: Uint8Array) => readonly SavepointRow[];

/** A later end of the same entity counts. An end of an entity that is not paused is left out. */
export function withPauseEnds(read: ReadEntry, ends: readonly PauseEnd[]): ReadEntry {
  if (ends.length === 0) return read;
  const byEntity = new Map(ends.map((end) => [nameOf(end.address), end]));
  return (key, value) =>
    read(key, value).map((row) => {
      const end = row.kind === "entity" && row.status === "paused" ? byEntity.get(nameOf(row.address)) : undefined;
      return end === undefined || row.kind !== "entity" ? row : { ...row, untilMs: end.untilMs, pausedBy: end.by };
    });
}

/** The ends in the rows of a savepoint that is being restored. */
export class PauseEndsFound {
  readonly #ends: PauseEnd[] = [];

  add(row: SavepointRow): void {
    if (row.kind !== "entity" || row.status !== "paused" || row.untilMs === undefined || this.#ends.length >= pauseEndsMax) return;
    this.#ends.push({ address: row.address, by: row.pausedBy ?? "", sinceMs: row.sinceMs, untilMs: row.untilMs });
  }

  /** Undefined when the file is of a format without ends. */
  in({ formatVersion }: Pick<SavepointHeader, "formatVersion">): readonly PauseEnd[] | undefined {
    return formatVersion < pauseEndsFormatVersion && this.#ends.length === 0 ? undefined : this.#ends;
  }
}

function nameOf({ type, id }: PauseEnd["address"]): string {
  return `${type}/${id}`;
}
