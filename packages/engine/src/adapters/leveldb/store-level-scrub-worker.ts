/** The thread of store-level-scrub.ts: checks one table after the other, with pauses, so that it takes a small part of one core. */
import { existsSync } from "node:fs";
import { setTimeout as rest } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import type { TableFile } from "./store-level-check.ts";
import { tableDefect } from "./store-level-table.ts";

const restMs = 50;

for (const { path, sizeBytes } of workerData as readonly TableFile[]) {
  if (!existsSync(path)) continue;
  const what = defectOf(path, sizeBytes);
  if (what !== undefined) parentPort?.postMessage({ path, what });
  await rest(restMs);
}

function defectOf(path: string, sizeBytes: number): string | undefined {
  try {
    return tableDefect(path, sizeBytes);
  } catch {
    // The file was deleted since, or cannot be read now, which says nothing about its bytes.
    return undefined;
  }
}
