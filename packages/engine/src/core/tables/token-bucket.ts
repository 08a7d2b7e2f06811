/**
 * TokenBucket: allows so many messages a second, and so many at once after a pause. Its whole state is one number: the moment at which it
 * will be full again. The time comes from the caller, in steady milliseconds (limit-table.ts), so that no step of the wall clock fills or
 * empties it.
 */

/** Sums of fractions end slightly below a whole number; this much is forgiven. */
const rounding = 1e-6;

export class TokenBucket {
  readonly perSecond: number;
  readonly burst: number;
  private fullAtMs: number;
  /** No wait is longer than this, so that a clock that went back unseen holds nobody for the size of the step. */
  private longestMs: number;

  constructor({ perSecond, burst, fullAtMs }: { perSecond: number; burst: number; fullAtMs: number }) {
    this.perSecond = perSecond;
    this.burst = burst;
    this.fullAtMs = fullAtMs;
    this.longestMs = this.spanMs(burst);
  }

  /** How many tokens there are; below 0 after a batch that was larger than the burst. */
  level(nowMs: number): number {
    return this.burst - (this.missingMs(nowMs) * this.perSecond) / 1000;
  }

  /** How many whole tokens there are. */
  whole(nowMs: number): number {
    return Math.floor(this.level(nowMs) + rounding);
  }

  take(count: number, nowMs: number): void {
    const missingMs = this.missingMs(nowMs) + this.spanMs(count);
    this.longestMs = Math.max(this.spanMs(this.burst), missingMs);
    this.fullAtMs = nowMs + missingMs;
  }

  isFull(nowMs: number): boolean {
    return this.fullAtMs <= nowMs;
  }

  /** How long until so many tokens are there. */
  untilMs(count: number, nowMs: number): number {
    return Math.max(0, this.missingMs(nowMs) - this.spanMs(this.burst - count));
  }

  /** When it will be full if nothing is taken. */
  fullFromMs(nowMs: number): number {
    return nowMs + this.missingMs(nowMs);
  }

  private missingMs(nowMs: number): number {
    return Math.min(Math.max(0, this.fullAtMs - nowMs), this.longestMs);
  }

  private spanMs(count: number): number {
    return (count * 1000) / this.perSecond;
  }
}
