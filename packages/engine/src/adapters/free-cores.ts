/**
 * FreeCores: whether this machine has idle cores, by the operating system's count over the last tenth of a second or more. Work that is not
 * urgent (savepoint-writer.ts) slows down when there are none. In a container the count is that of the host, whose idle cores may be out of
 * reach: then the work does not slow down, and nothing else changes.
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

  /** May be called often. It asks the system rarely, because that reads a file for each core. */
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
