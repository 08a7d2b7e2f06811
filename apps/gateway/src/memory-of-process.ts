/**
 * MemoryOfProcess: how many bytes this process may use: the machine's memory, or what its container is given.
 */
import { totalmem } from "node:os";

export function memoryOfProcess(): number {
  // A value of 0, or above the machine's memory, means that nothing limits the process.
  const given = process.constrainedMemory();
  return given > 0 ? Math.min(given, totalmem()) : totalmem();
}
