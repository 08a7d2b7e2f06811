/** MemoryOfProcess: how many bytes this process may have: what the machine has, or what its container is given. */
import { totalmem } from "node:os";

export function memoryOfProcess(): number {
  // 0, or more than there is: nobody bounds it.
  const given = process.constrainedMemory();
  return given > 0 ? Math.min(given, totalmem()) : totalmem();
}
