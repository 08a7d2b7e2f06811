/**
 * ConnectorTraffic: counts what went through an ingress since the gateway started, its rate, and keeps the last records that could not
 * become messages.
 */
import type { InvalidSample } from "./connector.ts";

const rateWindowMs = 10_000;
const samplesKeptMax = 20;

export interface KeptSample extends InvalidSample {
  readonly atMs: number;
}

export class ConnectorTraffic {
  records = 0;
  invalidRecords = 0;
  /** Newest last. */
  readonly samples: KeptSample[] = [];
  #window = { beganMs: 0, records: 0 };
  #before = { tookMs: 0, records: 0 };

  add(records: number, nowMs: number): void {
    this.records += records;
    this.#turnOver(nowMs);
    this.#window.records += records;
  }

  invalid(sample: InvalidSample, atMs: number): void {
    this.invalidRecords++;
    this.samples.push({ ...sample, atMs });
    if (this.samples.length > samplesKeptMax) this.samples.shift();
  }

  /** Records a second over the last ten to twenty seconds. */
  perSecond(nowMs: number): number {
    this.#turnOver(nowMs);
    const ms = nowMs - this.#window.beganMs + this.#before.tookMs;
    return ms <= 0 ? 0 : ((this.#window.records + this.#before.records) * 1000) / ms;
  }

  /** When the current window is over it becomes the previous one; a window without events for long counts as empty. */
  #turnOver(nowMs: number): void {
    const tookMs = nowMs - this.#window.beganMs;
    // A clock that was set back begins a new window.
    if (tookMs >= 0 && tookMs < rateWindowMs) return;
    const isFresh = tookMs >= 0 && tookMs < 2 * rateWindowMs;
    this.#before = isFresh ? { tookMs, records: this.#window.records } : { tookMs: rateWindowMs, records: 0 };
    this.#window = { beganMs: nowMs, records: 0 };
  }
}
