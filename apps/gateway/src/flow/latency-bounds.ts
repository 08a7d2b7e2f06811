/** The upper bounds of the latency histogram of /metrics. A duration counts in the first that it does not exceed. */
export const latencyBoundsMs: readonly number[] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000];

export function latencyBucket(durationMs: number): number {
  let bucket = 0;
  while (bucket < latencyBoundsMs.length && durationMs > (latencyBoundsMs[bucket] ?? 0)) bucket += 1;
  return bucket;
}
