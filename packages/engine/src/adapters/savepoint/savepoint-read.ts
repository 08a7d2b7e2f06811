/**
 * Savepoint reader: opens a savepoint file, refuses one that is incomplete or damaged, and hands out its rows. The inspection
 * (savepoint-inspect.ts) ends before the first row is given, so a restore never starts from a bad file.
 */
import { resolve } from "node:path";
import { savepointRowKinds, type SavepointHeader, type SavepointRow } from "../../model/savepoint-rows.ts";
import type { SavepointFileCounts } from "../../ports/savepoint-files.ts";
import { countsOf, openSavepointDatabase, type SavepointInspection } from "./savepoint-inspect.ts";
import { inspectInWorker } from "./savepoint-inspector.ts";
import { rowsOf } from "./savepoint-rows-of.ts";
import { asUnreadable } from "./savepoint-unreadable.ts";

export interface SavepointFile {
  readonly header: SavepointHeader;
  readonly inspection: SavepointInspection;
  /** Kinds in the order of savepointRowKinds, each in the order of its key; one reading at a time. */
  readonly rows: Iterable<SavepointRow>;
  /** Closes the file and ends a reading that is under way. */
  close(): void;
}

export interface SavepointReadOptions {
  /** sha256 in hex, as in the savepoint's record. */
  readonly expectedChecksum?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Rejects with SAVEPOINT_UNREADABLE. */
export async function checkSavepointFile(path: string, options: SavepointReadOptions = {}): Promise<SavepointFileCounts> {
  const file = resolve(path);
  return countsOf(file, await inspectInWorker({ path: file, expectedChecksum: options.expectedChecksum }, options.signal));
}

/** Rejects with SAVEPOINT_UNREADABLE. */
export async function readSavepointFile(path: string, options: SavepointReadOptions = {}): Promise<SavepointFile> {
  const file = resolve(path);
  const inspection = await inspectInWorker({ path: file, expectedChecksum: options.expectedChecksum }, options.signal);
  const database = openSavepointDatabase(file);
  let reading: Generator<SavepointRow> | undefined;

  function* readRows(): Generator<SavepointRow> {
    try {
      const { columns, header } = inspection;
      for (const kind of savepointRowKinds) yield* rowsOf(database, { kind, columns: columns[kind], header });
    } catch (error) {
      throw asUnreadable(error, file);
    }
  }

  return {
    header: inspection.header,
    inspection,
    rows: {
      [Symbol.iterator]() {
        reading?.return(undefined);
        reading = readRows();
        return reading;
      },
    },
    close() {
      reading?.return(undefined);
      database.close();
    },
  };
}
