/**
 * ScaleToZero: what a module says of an endpoint that may have nothing running. Neighbours: modules/ reads it, sleepers.ts goes by it.
 */
export interface ScaleToZero {
  readonly endpoint: string;
  readonly module: string;
  /** Who starts the functions when work arrives and nobody is there; undefined: the gateway starts the endpoint's own processes. */
  readonly wake: Wake | undefined;
  /** Without work for so long it counts as asleep. */
  readonly idleAfterMs: number;
}

export type Wake =
  /** Asked with POST. */
  | { readonly kind: "url"; readonly url: string }
  /** Run where the gateway was started. `shown` has variables by their names. */
  | { readonly kind: "command"; readonly command: readonly string[]; readonly shown: readonly string[] };

export function shownWake(wake: Wake): string {
  return wake.kind === "url" ? wake.url : wake.shown.join(" ");
}
