/** The thread of store-level-scrub.ts: one table after the other, with rests, so that it takes a small part of one core. */
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
    // Deleted meanwhile, or not readable now: no statement about its bytes.
    return undefined;
  }
}
