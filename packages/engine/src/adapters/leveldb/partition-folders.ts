/**
 * PartitionFolders: where the stores of several partitions lie inside one store folder: partition-1, partition-2 …, and a file PARTITIONS
 * that says how many there are. A folder without that file is itself the store of the only partition. The number never changes in a folder,
 * because it decides which partition an id belongs to. A restore into another number fills another folder (data-directory.ts switches).
 */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { EngineError, StoreError } from "@signalbox/runtime/model/engine-error";
import { partitionsMax } from "../../model/partition-place.ts";
import { diskFault } from "./disk-fault.ts";

const countName = "PARTITIONS";
const partitionPattern = /^partition-\d{1,3}$/;

/** The store folders in the order of the partitions; `wanted` counts for a folder that was never used. */
export function partitionFolders(folder: string, wanted: number): string[] {
  try {
    const count = readCount(folder) ?? (wanted > 1 && isUnused(folder) ? create(folder, wanted) : 1);
    if (count === 1) return [folder];
    const paths = namesOf(count).map((name) => join(folder, name));
    for (const path of paths) if (!existsSync(path)) throw missing(folder, path);
    return paths;
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw diskFault(error, { what: `cannot use the store folder ${folder}`, place: folder });
  }
}

function namesOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `partition-${index + 1}`);
}

function readCount(folder: string): number | undefined {
  const file = join(folder, countName);
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, "utf8").trim();
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 1 && count <= partitionsMax) return count;
  throw new StoreError("DATA_CORRUPT", {
    message: `${file} holds ${JSON.stringify(text.slice(0, 32))}, and no number of partitions`,
    place: file,
    cure: `write the number of the partition folders beside it into the file, 2 to ${partitionsMax}`,
  });
}

/** Whether the folder is empty, or was begun by a start that was killed before it wrote the file PARTITIONS, which comes last. */
function isUnused(folder: string): boolean {
  return readdirSync(folder).every((name) => partitionPattern.test(name) && readdirSync(join(folder, name)).length === 0);
}

function create(folder: string, count: number): number {
  for (const name of namesOf(count)) mkdirSync(join(folder, name), { recursive: true });
  syncFolder(folder);
  const file = openSync(join(folder, countName), "w");
  try {
    writeSync(file, `${count}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  syncFolder(folder);
  return count;
}

function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function missing(folder: string, path: string): StoreError {
  return new StoreError("DATA_CORRUPT", {
    message: `${folder} has several partitions and ${path} is missing`,
    place: path,
    cure: "put the folder back, or move the data directory aside, start with an empty one and restore the newest savepoint",
  });
}
