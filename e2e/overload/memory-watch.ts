/** MemoryWatch: samples the resident memory of a process every half second, from Linux's /proc. */
import { readFileSync } from "node:fs";

const everyMs = 500;

export interface MemorySample {
  readonly atMs: number;
  readonly megabytes: number;
}

export class MemoryWatch implements Disposable {
  readonly samples: MemorySample[] = [];
  readonly #timer: NodeJS.Timeout;
  readonly #startMs = performance.now();

  constructor(pid: number) {
    const sample = (): void => {
      this.samples.push({ atMs: performance.now() - this.#startMs, megabytes: residentMegabytes(pid) });
    };
    sample();
    this.#timer = setInterval(sample, everyMs);
  }

  get now(): number {
    return this.samples.at(-1)?.megabytes ?? 0;
  }

  /** Returns the highest sample of a span of time. */
  peak(fromMs = 0, toMs = Number.POSITIVE_INFINITY): number {
    const inside = this.samples.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
    return Math.max(0, ...inside.map(({ megabytes }) => megabytes));
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

export function residentMegabytes(pid: number): number {
  const line = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Math.round(Number(line?.[1] ?? 0) / 1024);
}
