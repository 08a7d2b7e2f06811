/**
 * ScaleToZero: what a module says of an endpoint that may have nothing running. Neighbours: modules/ reads it, sleepers.ts goes by it.
 */
export interface ScaleToZero {
  readonly endpoint: string;
  readonly module: string;
  /** Asked with POST when work arrives and nobody is there; undefined: the gateway starts the endpoint's own processes. */
  readonly wakeUrl: string | undefined;
  /** Without work for so long it counts as asleep. */
  readonly idleAfterMs: number;
}
