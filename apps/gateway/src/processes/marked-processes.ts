/**
 * endMarked: ends the processes that carry a mark in their environment, wherever they have gone: out of their group, their session, to another parent.
 * What a co-located process starts inherits its mark. Neighbours: process-instance.ts marks each start and ends what is left of it; process-guard.ts does the same in
 * shell when the gateway is gone; process-home.ts for what outlived both.
 * Guarantee: it asks Linux alone (/proc), never ends this process, and throws at nothing; elsewhere only groups are ended.
 */
import { readdir, readFile } from "node:fs/promises";

/** Of the environment; its value is the folder of a gateway's sockets, then a slash and the number of the start. */
export const markName = "SIGNALBOX_FUNCTION_START";
/** One that is ended may have begun another meanwhile. */
const roundsMax = 5;

/** All starts in that folder, or one of them. */
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

/** Other users' processes cannot be read, and are not ours. One that has ended has no environment. */
async function carries(pid: number, { folder, start }: Mark): Promise<boolean> {
  const variables = (await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "")).split("\0");
  const begin = `${markName}=${folder}/`;
  return variables.some((one) => (start === undefined ? one.startsWith(begin) : one === `${begin}${start}`));
}

function end(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
    return false;
  }
}
