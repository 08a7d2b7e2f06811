/**
 * endMarked: ends the processes that carry a mark in their environment, even when they left their group, their session or their parent.
 * What a co-located process starts inherits its mark. Neighbours: process-instance.ts marks each start and ends what is left of it;
 * process-guard.ts does the same in shell when the gateway is gone; process-home.ts ends what outlived both.
 * Guarantee: it uses only Linux's /proc, never ends this process, and never throws; elsewhere only groups are ended.
 */
import { readdir, readFile } from "node:fs/promises";

/** The name of the variable; its value is the folder of a gateway's sockets, then a slash and the number of the start. */
export const markName = "SIGNALBOX_FUNCTION_START";
/** It looks several times, because a process that is being ended may have started another one. */
const roundsMax = 5;

/** Names one start, or all starts in that folder. */
export interface Mark {
  readonly folder: string;
  readonly start?: number;
}

export function markOf({ folder, start = 0 }: Mark): string {
  return `${folder}/${start}`;
}

export async function endMarked(mark: Mark): Promise<void> {
  if (process.platform !== "linux") return;
  for (let round = 0; round < roundsMax; round++) {
    let ended = 0;
    for (const pid of await pids()) if ((await carries(pid, mark)) && end(pid)) ended++;
    if (ended === 0) return;
  }
}

async function pids(): Promise<number[]> {
  const names = await readdir("/proc").catch(() => []);
  return names.flatMap((name) => (/^\d+$/.test(name) && Number(name) !== process.pid ? [Number(name)] : []));
}

/** Processes of other users cannot be read and are not ours. One that has ended has no environment. */
async function carries(pid: number, { folder, start }: Mark): Promise<boolean> {
  const variables = (await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "")).split("\0");
  const begin = `${markName}=${folder}/`;
  return variables.some((one) => (start === undefined ? one.startsWith(begin) : one === `${begin}${start}`));
}

function end(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    // The process has ended by itself.
    return false;
  }
}
