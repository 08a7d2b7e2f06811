/**
 * Level check: checks a LevelDB folder before LevelDB may touch it. LevelDB repairs in silence: it drops the records of a damaged log and
 * removes the log, reads tables without their checksums, and takes a folder without its pointer for a new one. Acknowledged data must not
 * be lost that way, so a folder that does not hold all of it is refused with DATA_CORRUPT and left untouched. What was never acknowledged
 * may be torn: a log may end within a record as long as everything up to the durable mark is there.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { StoreError } from "@signalbox/runtime/model/engine-error";
import { readLevelLog } from "./store-level-log.ts";
import { durableMarkName, readDurableMark } from "./store-level-mark.ts";
import { readManifest, type LevelManifest } from "./store-level-manifest.ts";
import { tableDefect } from "./store-level-table.ts";

/** `logs` is for opening the store again while it runs, when the tables have been or are being checked since the start. */
export type CheckDepth = "everything" | "logs";

/** How much of the tables a start reads, the newest first; the rest is read while the store is in use (store-level-scrub.ts). */
const tableBytesAtStartMax = 8 * 1024 * 1024;

export interface CheckedFolder {
  /** The number of the last operation that the folder holds. */
  readonly lastSequence: number;
  /** Tables that have their full length, but whose blocks were not read. */
  readonly unread: readonly TableFile[];
}

export interface TableFile {
  readonly path: string;
  readonly sizeBytes: number;
}

export function checkLevelFolder(folder: string, depth: CheckDepth, tableBytesMax = tableBytesAtStartMax): CheckedFolder {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const mark = readDurableMark(folder);
  if (!names.includes("CURRENT")) {
    refuseHeadless(folder, { names, mark });
    return { lastSequence: 0, unread: [] };
  }
  const manifest = manifestOf(folder);
  const unread = depth === "logs" ? [] : checkTables(folder, manifest, tableBytesMax);
  const logs = checkLogs(folder, { manifest, names });
  const lastSequence = Math.max(manifest.lastSequence, logs.lastSequence);
  if (mark !== undefined && mark > lastSequence) {
    throw corrupt(
      join(folder, logs.newest),
      `acknowledged data is missing: ${durableMarkName} says that operation ${mark} was synced, what is left ends at ${lastSequence}` +
        (logs.tornAt === undefined ? "" : ` (the log is damaged from byte ${logs.tornAt} on)`),
    );
  }
  return { lastSequence, unread };
}

export function corrupt(file: string, what: string): StoreError {
  return new StoreError("DATA_CORRUPT", {
    message: `${file} is damaged: ${what}`,
    place: file,
    cure: `${restoreCure} Nothing was changed in the folder.`,
  });
}

const restoreCure =
  "Put the file back from a copy, or restore a savepoint: move the engine folder of the data directory aside, make an empty one in its " +
  "place, start (it begins empty and still lists the savepoints) and restore the newest one. Check the disk before.";

/**
 * LevelDB writes this file first when it makes a store, then CURRENT, then what holds data. One that stands alone is of a start that was
 * killed between the two (the start from a backup of e2e/deploy/backup.test.ts met it).
 */
const manifestOfNew = "MANIFEST-000001";

/** Refuses a folder without its pointer: LevelDB would take it for a new one and delete what is in it. */
function refuseHeadless(folder: string, { names, mark }: { names: readonly string[]; mark: number | undefined }): void {
  const holds = names.some((name) => /^MANIFEST-|\.(ldb|sst|log)$/.test(name) && name !== manifestOfNew) || (mark ?? 0) > 0;
  if (holds) throw corrupt(join(folder, "CURRENT"), "the store holds data and this file, which names its MANIFEST, is missing");
}

function manifestOf(folder: string): LevelManifest {
  const pointer = join(folder, "CURRENT");
  const name = readFileSync(pointer, "utf8").trimEnd();
  if (!/^MANIFEST-\d+$/.test(name)) throw corrupt(pointer, `it names no MANIFEST but ${JSON.stringify(name.slice(0, 64))}`);
  const file = join(folder, name);
  if (!existsSync(file)) throw corrupt(file, "it is missing");
  const { records, tornAt, recordBehind } = readLevelLog(readFileSync(file));
  if (recordBehind || records.length === 0) throw corrupt(file, `its records do not fit their checksums from byte ${tornAt ?? 0} on`);
  try {
    return readManifest(records);
  } catch (error) {
    if (error instanceof RangeError) throw corrupt(file, error.message);
    throw error;
  }
}

/** Checks that every table has its full length and that the blocks of the newest ones fit their checksums. Returns the others. */
function checkTables(folder: string, manifest: LevelManifest, bytesMax: number): TableFile[] {
  const unread: TableFile[] = [];
  let bytes = 0;
  for (const { number, sizeBytes } of [...manifest.tables.values()].toSorted((a, b) => b.number - a.number)) {
    const stem = String(number).padStart(6, "0");
    const path = join(folder, existsSync(join(folder, `${stem}.sst`)) ? `${stem}.sst` : `${stem}.ldb`);
    if (!existsSync(path)) throw corrupt(path, "it is missing");
    const missing = sizeBytes - statSync(path).size;
    if (missing > 0) throw corrupt(path, `it ends ${missing} bytes early`);
    bytes += sizeBytes;
    if (bytes > bytesMax) {
      unread.push({ path, sizeBytes });
      continue;
    }
    const defect = tableDefect(path, sizeBytes);
    if (defect !== undefined) throw corrupt(path, defect);
  }
  return unread;
}

interface CheckedLogs {
  readonly lastSequence: number;
  readonly newest: string;
  readonly tornAt: number | undefined;
}

/** Operations are numbered without gaps over all logs, so a loss anywhere but at the end is noticed. */
function checkLogs(folder: string, { manifest, names }: { manifest: LevelManifest; names: readonly string[] }): CheckedLogs {
  const logs = names.filter((name) => /^\d+\.log$/.test(name) && Number.parseInt(name, 10) >= manifest.logNumber).toSorted(byNumber);
  const first = `${String(manifest.logNumber).padStart(6, "0")}.log`;
  if (manifest.logNumber > 0 && logs[0] !== first) throw corrupt(join(folder, first), "it is missing");
  let next: number | undefined;
  let tornAt: number | undefined;
  for (const name of logs) {
    const file = join(folder, name);
    const reading = readLevelLog(readFileSync(file));
    tornAt = reading.tornAt;
    if (reading.recordBehind) {
      throw corrupt(file, `what begins at byte ${reading.tornAt} does not fit its checksum, and what was written after it does`);
    }
    for (const record of reading.records) {
      const { sequence, count } = batchHead(record, file);
      const gap = next === undefined ? sequence > manifest.lastSequence + 1 : sequence !== next;
      if (gap) throw corrupt(file, `operations ${next ?? manifest.lastSequence + 1} to ${sequence - 1} are missing before it`);
      next = sequence + count;
    }
  }
  const newest = logs.at(-1) ?? first;
  if (next !== undefined && next - 1 < manifest.lastSequence) {
    throw corrupt(join(folder, newest), `it ends at operation ${next - 1}, and ${manifest.lastSequence} had been synced`);
  }
  return { lastSequence: (next ?? 1) - 1, newest, tornAt };
}

/** A log record is a batch. Its head has the number of its first operation and how many there are. */
function batchHead(record: Buffer, file: string): { sequence: number; count: number } {
  if (record.length < 12) throw corrupt(file, `a record has ${record.length} bytes`);
  return { sequence: Number(record.readBigUInt64LE(0)), count: record.readUInt32LE(8) };
}

function byNumber(a: string, b: string): number {
  return Number.parseInt(a, 10) - Number.parseInt(b, 10);
}
