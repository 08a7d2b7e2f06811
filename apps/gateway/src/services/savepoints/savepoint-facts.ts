/**
 * SavepointFacts: what a restore's cost and its ledger ask of a savepoint's file: where its numbers end, and the records of each egress that waited.
 * Neighbours: restore-impact.ts (before a restore), restore-ledger.ts (after it). Guarantee: counts are bounded, and the file is only read.
 */
import Database from "better-sqlite3";
import type { SavepointRow } from "../../contract/savepoints.ts";

export const egressCountMax = 10_000;
const statesReadMax = 10_000;

export interface FileFacts {
  readonly nextSequence: number;
  /** By egress, at most egressCountMax each; `from` counts those with a sequence not below it. */
  waiting(egress: string, from: number): number;
  /** The first that waits; undefined: none does. */
  head(egress: string): number | undefined;
  readonly egresses: readonly string[];
  /** What functions had registered, at most statesReadMax. */
  readonly states: readonly { readonly type: string; readonly name: string; readonly typename: string }[];
  close(): void;
}

/** A file that was written by hand may lack columns and tables; one from elsewhere counts in numbers that mean nothing here. */
export function openFacts({ path, origin }: Pick<SavepointRow, "path" | "origin">): FileFacts {
  const database = new Database(path, { readonly: true, fileMustExist: true });
  const has = database.prepare<[string, string], number>("SELECT count(*) FROM pragma_table_info(?) WHERE name = ? COLLATE NOCASE").pluck();
  const hasRecords = has.get("egress_record", "egress") === 1;
  const hasStates = ["type", "name", "typename"].every((column) => has.get("state_spec", column) === 1);
  const states = `SELECT type, name, typename FROM state_spec ORDER BY type, name LIMIT ${statesReadMax}`;
  const isForeign = origin === "upload" || origin === "move" || has.get("savepoint", "next_sequence") === 0;
  const header = isForeign
    ? undefined
    : database.prepare<[], { next_sequence: number | null }>("SELECT next_sequence FROM savepoint").get();
  // From name to next name by the index where there is one; a list of a few names either way.
  const names = `SELECT DISTINCT egress FROM (SELECT egress FROM egress_record LIMIT ${egressCountMax})`;
  const counted = `SELECT count(*) AS count FROM (SELECT 1 FROM egress_record WHERE egress = ? AND sequence >= ? LIMIT ${egressCountMax})`;
  const count = hasRecords ? database.prepare<[string, number], { count: number }>(counted) : undefined;
  const heads = "SELECT min(sequence) AS head FROM egress_record WHERE egress = ?";
  const head = hasRecords ? database.prepare<[string], { head: number | null }>(heads) : undefined;
  return {
    nextSequence: header?.next_sequence ?? 1,
    waiting: (egress, from) => (isForeign && from > 0 ? 0 : (count?.get(egress, from)?.count ?? 0)),
    head: (egress) => head?.get(egress)?.head ?? undefined,
    egresses: hasRecords
      ? database
          .prepare<[], { egress: string }>(names)
          .all()
          .map(({ egress }) => egress)
      : [],
    states: hasStates ? database.prepare<[], { type: string; name: string; typename: string }>(states).all() : [],
    close: () => database.close(),
  };
}
