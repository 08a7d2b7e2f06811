/**
 * openConnections: how many connections a Unix domain socket serves now, read from Linux's /proc/net/unix; undefined elsewhere, and then
 * a drain lasts as long as it may.
 */
import { readFile } from "node:fs/promises";

/** The state of a connected socket in the column St of `Num: RefCount Protocol Flags Type St Inode Path`. */
const connected = "03";

export async function openConnections(socketPath: string): Promise<number | undefined> {
  if (process.platform !== "linux") return undefined;
  try {
    const rows = (await readFile("/proc/net/unix", "utf8")).split("\n");
    return rows.filter((row) => row.endsWith(` ${socketPath}`) && row.split(/\s+/)[5] === connected).length;
  } catch {
    return undefined;
  }
}
