/** LimitView: a limit in force and what it counts now: all of it, and the keys that wait. Plain data, as views.ts. */
import type { LimitSpec } from "./limit-spec.ts";

/** So many keys of a limit are shown: those that are held, then those with most messages. */
export const limitKeysShownMax = 50;

interface LimitCounts {
  /** Messages that may start now; undefined: no rate, or (of a whole limit by key) each key has its own. */
  readonly tokens: number | undefined;
  readonly waitingMessages: number;
  readonly inFlight: number;
  /** Somebody who is ready waits for it. */
  readonly held: boolean;
  /** While a rate holds: when the next token is there. */
  readonly untilMs: number | undefined;
}

export interface LimitKeyView extends LimitCounts {
  readonly key: string;
}

export interface LimitView extends LimitCounts {
  /** As the module says; with several partitions each has its share. */
  readonly spec: LimitSpec;
  /** With a bucket of their own now. */
  readonly keys: number;
  /** Keys beyond limitKeysMax share one bucket, and somebody waits in it. */
  readonly shared: boolean;
  readonly topKeys: readonly LimitKeyView[];
}
