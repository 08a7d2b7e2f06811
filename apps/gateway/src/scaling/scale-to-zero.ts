/**
 * ScaleToZero: what a module declares of an endpoint that may have nothing running. Neighbours: modules/ reads it, sleepers.ts acts on it.
 */
export interface ScaleToZero {
  readonly endpoint: string;
  readonly module: string;
  /** What starts the functions when work arrives and nothing runs; when undefined, the gateway starts the endpoint's own processes. */
  readonly wake: Wake | undefined;
  /** Without work for this long, the endpoint counts as asleep. */
  readonly idleAfterMs: number;
}

export type Wake =
  /** The URL is asked with POST. */
  | { readonly kind: "url"; readonly url: string }
  /** The command runs where the gateway was started. `shown` has variables by their names. */
  | { readonly kind: "command"; readonly command: readonly string[]; readonly shown: readonly string[] };

export function shownWake(wake: Wake): string {
  return wake.kind === "url" ? wake.url : wake.shown.join(" ");
}
