/**
 * FreeCores: whether this machine has cores that nothing uses, by the operating system's own count over the last tenth of a second or more. What
 * may take its time (savepoint-writer.ts) leaves room for the traffic when there is none to spare. In a container the count is the host's,
 * whose idle cores may be out of reach: then nobody takes his time, and nothing else changes.
 */
import { cpus } from "node:os";
import { performance } from "node:perf_hooks";

export interface CoreTimes {
  readonly idleMs: number;
  readonly totalMs: number;
}

/** The system counts in steps of 10 ms. */
const windowMs = 100;
const idleShareMin = 0.2;

export class FreeCores {
  private readonly nowMs: () => number;
  private readonly read: () => CoreTimes;
  private last: CoreTimes;
  private lastMs: number;
  private scarce = false;

  constructor(read: () => CoreTimes = readCoreTimes, nowMs: () => number = () => performance.now()) {
    this.nowMs = nowMs;
    this.read = read;
    this.lastMs = nowMs();
    this.last = read();
  }

  /** May be asked often: the system, which reads a file for each core, is not. */
  areScarce(): boolean {
    const nowMs = this.nowMs();
    if (nowMs - this.lastMs < windowMs) return this.scarce;
    const now = this.read();
    const total = now.totalMs - this.last.totalMs;
    this.scarce = total > 0 && (now.idleMs - this.last.idleMs) / total < idleShareMin;
    this.last = now;
    this.lastMs = nowMs;
    return this.scarce;
  }
}

function readCoreTimes(): CoreTimes {
  let [idleMs, totalMs] = [0, 0];
  for (const { times } of cpus()) {
    idleMs += times.idle;
    totalMs += times.user + times.nice + times.sys + times.idle + times.irq;
  }
  return { idleMs, totalMs };
}
