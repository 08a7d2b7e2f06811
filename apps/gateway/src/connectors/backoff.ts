/**
 * Backoff: how long to wait before the next attempt: it doubles from firstMs to mostMs, and a random half of each wait is left out, so that
 * attempts that failed together do not come back together.
 */
export interface BackoffBounds {
  readonly firstMs: number;
  readonly mostMs: number;
}

/** The waits after a broken connection, when the engine has no room, or when a receiver refuses. */
const connectorBackoff: BackoffBounds = { firstMs: 250, mostMs: 30_000 };

/** `attempts`: failures so far, from 0; `draw`: uniform in [0, 1). */
export function backoffMs(attempts: number, draw: number, { firstMs, mostMs }: BackoffBounds = connectorBackoff): number {
  const whole = Math.min(mostMs, firstMs * 2 ** Math.min(attempts, 30));
  return Math.round(whole / 2 + (whole / 2) * draw);
}
