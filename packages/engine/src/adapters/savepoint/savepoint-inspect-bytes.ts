/**
 * Savepoint bytes: what is checked of a savepoint file before SQLite opens it: that it is a complete SQLite file with nothing left in a
 * journal, and its checksum. Part of savepoint-inspect.ts.
 */
import { createHash } from "node:crypto";
import { closeSync, fstatSync, lstatSync, readSync } from "node:fs";
import { EngineError } from "@signalbox/runtime/model/engine-error";
import { NotRegularFile, openRegularFileSync } from "@signalbox/runtime/regular-file";
import { savepointDocs, unreadable } from "./savepoint-unreadable.ts";

const readBytesMax = 1024 * 1024;
const magic = "SQLite format 3\0";

export function inspectBytes(path: string): { sizeBytes: number; checksum: string } {
  let file: number;
  try {
    file = openRegularFileSync(path);
  } catch (error) {
    if (error instanceof NotRegularFile) throw unreadable(`${path} ${error.message}`, "name a savepoint file");
    throw unreadable(
      `${path} cannot be opened: ${error instanceof Error ? error.message : String(error)}`,
      "check the path and the permissions of the file",
    );
  }
  try {
    const sizeBytes = fstatSync(file).size;
    const hash = createHash("sha256");
    const buffer = Buffer.alloc(readBytesMax);
    let at = 0;
    for (let count = readSync(file, buffer, 0, readBytesMax, 0); count > 0; count = readSync(file, buffer, 0, readBytesMax, at)) {
      if (at === 0) inspectFileHeader(path, buffer.subarray(0, count), sizeBytes);
      hash.update(buffer.subarray(0, count));
      at += count;
    }
    if (at === 0) throw unreadable(`${path} is empty`, "use another savepoint");
    return { sizeBytes, checksum: hash.digest("hex") };
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw unreadable(
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      "name a file, and check the disk",
    );
  } finally {
    closeSync(file);
  }
}

/** The first 100 bytes of a SQLite file say how long it must be (https://sqlite.org/fileformat2.html). */
function inspectFileHeader(path: string, bytes: Buffer, sizeBytes: number): void {
  if (bytes.subarray(0, magic.length).toString("latin1") !== magic) {
    throw unreadable(`${path} is no SQLite file`, `name a savepoint file; ${savepointDocs} says how to write one`);
  }
  if (bytes.length < 100)
    throw unreadable(`${path} is cut: it has only ${sizeBytes} bytes`, "copy the file again, or use another savepoint");
  const pageBytes = bytes.readUInt16BE(16) === 1 ? 65_536 : bytes.readUInt16BE(16);
  const pageCountIsValid = bytes.readUInt32BE(24) === bytes.readUInt32BE(92);
  const expectedBytes = bytes.readUInt32BE(28) * pageBytes;
  if (pageCountIsValid && sizeBytes < expectedBytes) {
    throw unreadable(`${path} is cut: it has ${sizeBytes} of ${expectedBytes} bytes`, "copy the file again, or use another savepoint");
  }
}

/** Refuses a file with a journal beside it, whose contents are not in the file and not in its checksum. */
export function refuseOpenJournal(path: string): void {
  for (const suffix of ["-wal", "-journal"]) {
    // Checks the link itself, because SQLite would open what it points to, and would wait for a pipe.
    const stats = lstatSync(path + suffix, { throwIfNoEntry: false });
    if (stats === undefined || (stats.isFile() && stats.size === 0)) continue;
    if (!stats.isFile()) throw unreadable(`${path}${suffix} is no regular file`, "remove it; SQLite would take it for a journal");
    throw unreadable(
      `${path} has unfinished writes in ${path}${suffix}`,
      "open it in the tool that wrote it, run PRAGMA journal_mode = DELETE, and close the tool",
    );
  }
}
