/**
 * What a process used, read from Linux's /proc: CPU time and resident memory. On other systems the columns stay empty.
 */
import { existsSync, readFileSync } from "node:fs";

/** Linux counts CPU time in ticks of 10 ms (sysconf _SC_CLK_TCK is 100 on all common builds). */
const microsecondsPerTick = 10_000;

export function cpuMicroseconds(pid: number | undefined): number | undefined {
  return cpuOf(pid, `/proc/${pid}/stat`);
}

/** Returns the CPU of the thread that runs the process's event loop, without its workers, the pool and the garbage collector. */
export function mainThreadMicroseconds(pid: number | undefined): number | undefined {
  return cpuOf(pid, `/proc/${pid}/task/${pid}/stat`);
}

function cpuOf(pid: number | undefined, path: string): number | undefined {
  if (pid === undefined || !existsSync(path)) return undefined;
  // The command in parentheses may hold spaces, so fields are counted from behind it.
  const fields = readFileSync(path, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * microsecondsPerTick;
}

export interface ResidentMegabytes {
  readonly now: number;
  readonly peak: number;
  /**
   * The present memory that is backed by no file. LevelDB maps its tables into memory, and the system takes those pages back when it wants
   * them.
   */
  readonly anonymous: number;
}

export function residentMegabytes(pid: number | undefined): ResidentMegabytes | undefined {
  const path = `/proc/${pid}/status`;
  if (pid === undefined || !existsSync(path)) return undefined;
  const text = readFileSync(path, "utf8");
  const kilobytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? 0);
  const megabytes = (name: string): number => Math.round(kilobytes(name) / 1024);
  return { now: megabytes("VmRSS"), peak: megabytes("VmHWM"), anonymous: megabytes("RssAnon") };
}
