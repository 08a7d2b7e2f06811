/** Backoff: how long to wait before the next attempt: doubling from firstMs to mostMs, each between a half and the whole of it, so that what failed together does not come back together. */
export interface BackoffBounds {
  readonly firstMs: number;
  readonly mostMs: number;
}

/** The waits after a connection that broke, an engine that has no room, or a receiver that refuses. */
export const connectorBackoff: BackoffBounds = { firstMs: 250, mostMs: 30_000 };

/** `attempts`: failures so far, from 0; `draw`: uniform in [0, 1). */
export function backoffMs(attempts: number, draw: number, { firstMs, mostMs }: BackoffBounds = connectorBackoff): number {
  const whole = Math.min(mostMs, firstMs * 2 ** Math.min(attempts, 30));
  return Math.round(whole / 2 + (whole / 2) * draw);
}
