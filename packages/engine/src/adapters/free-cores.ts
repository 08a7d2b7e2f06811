/**
 * FreeCores: whether this machine has cores that nothing uses, by the operating system's own count over the last tenth of a second or more. What
 * may take its time (savepoint-writer.ts) leaves room for the traffic when there is none to spare. In a container the count is the host's,
 * whose idle cores may be out of reach: then nobody takes his time, and nothing else changes.
 */
import { cpus } from "node:os";
import { performance } from "node:perf_hooks";

export interface CoreTimes {
  readonly atMs: number;
  readonly idleMs: number;
  readonly totalMs: number;
}

/** The system counts in steps of 10 ms. */
const windowMs = 100;
const idleShareMin = 0.2;

export class FreeCores {
  private readonly read: () => CoreTimes;
  private last: CoreTimes;
  private scarce = false;

  constructor(read: () => CoreTimes = readCoreTimes) {
    this.read = read;
    this.last = read();
  }

  areScarce(): boolean {
    const now = this.read();
    if (now.atMs - this.last.atMs < windowMs) return this.scarce;
    const total = now.totalMs - this.last.totalMs;
    this.scarce = total > 0 && (now.idleMs - this.last.idleMs) / total < idleShareMin;
    this.last = now;
    return this.scarce;
  }
}

function readCoreTimes(): CoreTimes {
  let [idleMs, totalMs] = [0, 0];
  for (const { times } of cpus()) {
    idleMs += times.idle;
    totalMs += times.user + times.nice + times.sys + times.idle + times.irq;
  }
  return { atMs: performance.now(), idleMs, totalMs };
}
