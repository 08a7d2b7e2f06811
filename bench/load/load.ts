/**
 * Load: what a load generator measured. Latency is from sending to the answer that says the message is durable, by the sender's clock.
 */
export interface Load {
  /** The number of messages that were acknowledged. */
  readonly sent: number;
  readonly p50Ms: number | undefined;
  readonly p99Ms: number | undefined;
  /** The CPU of the load generator, when it is this process. */
  readonly loadCpuMicroseconds: number | undefined;
}

export function percentiles(latenciesMs: readonly number[]): { p50Ms: number | undefined; p99Ms: number | undefined } {
  const sorted = Float64Array.from(latenciesMs).sort();
  const at = (share: number): number | undefined => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

export function cpuOfThisProcess(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
