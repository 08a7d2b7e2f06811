/**
 * SavepointFacts: what restore-impact.ts and restore-ledger.ts need of a savepoint's file: where its sequences end, and the records of each
 * egress that waited. Neighbours: restore-impact.ts (before a restore), restore-ledger.ts (after it). Guarantee: counts are bounded, and
 * the file is only read.
 */
import Database from "better-sqlite3";
import { z } from "zod";
import type { SavepointRow } from "../../contract/savepoints/savepoints.ts";

export const egressCountMax = 10_000;
const statesReadMax = 10_000;

export interface FileFacts {
  readonly nextSequence: number;
  /** Of a savepoint of several partitions: the end of each. */
  readonly partitionEnds: readonly number[] | undefined;
  /** How many records of an egress waited, at most egressCountMax; only those with a sequence of at least `from` count. */
  waiting(egress: string, from: number): number;
  /** The sequence of the first record that waits; undefined when none does. */
  head(egress: string): number | undefined;
  readonly egresses: readonly string[];
  /** The states that functions had registered, at most statesReadMax. */
  readonly states: readonly { readonly type: string; readonly name: string; readonly typename: string }[];
  close(): void;
}

interface Header {
  readonly next_sequence: number | null;
  readonly partition_ends: string | null;
}

const endsOfFile = z.array(z.int().nonnegative()).min(2);

/** A text that is no such list says nothing; the restore itself refuses the file. */
function partitionEndsOf(json: string): readonly number[] | undefined {
  try {
    return endsOfFile.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}

/** A hand-written file may lack columns and tables. The sequences of a file from elsewhere mean nothing here. */
export function openFacts({ path, origin }: Pick<SavepointRow, "path" | "origin">): FileFacts {
  const database = new Database(path, { readonly: true, fileMustExist: true });
  const has = database.prepare<[string, string], number>("SELECT count(*) FROM pragma_table_info(?) WHERE name = ? COLLATE NOCASE").pluck();
  const hasRecords = has.get("egress_record", "egress") === 1;
  const hasStates = ["type", "name", "typename"].every((column) => has.get("state_spec", column) === 1);
  const states = `SELECT type, name, typename FROM state_spec ORDER BY type, name LIMIT ${statesReadMax}`;
  const isForeign = origin === "upload" || origin === "move" || has.get("savepoint", "next_sequence") === 0;
  const ends = has.get("savepoint", "partition_ends") === 1 ? "partition_ends" : "NULL AS partition_ends";
  const header = isForeign ? undefined : database.prepare<[], Header>(`SELECT next_sequence, ${ends} FROM savepoint`).get();
  // SQLite jumps from name to name by the index, if there is one; there are only a few names in any case.
  const names = `SELECT DISTINCT egress FROM (SELECT egress FROM egress_record LIMIT ${egressCountMax})`;
  const counted = `SELECT count(*) AS count FROM (SELECT 1 FROM egress_record WHERE egress = ? AND sequence >= ? LIMIT ${egressCountMax})`;
  const count = hasRecords ? database.prepare<[string, number], { count: number }>(counted) : undefined;
  const heads = "SELECT min(sequence) AS head FROM egress_record WHERE egress = ?";
  const head = hasRecords ? database.prepare<[string], { head: number | null }>(heads) : undefined;
  return {
    nextSequence: header?.next_sequence ?? 1,
    partitionEnds: typeof header?.partition_ends === "string" ? partitionEndsOf(header.partition_ends) : undefined,
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
