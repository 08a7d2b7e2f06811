/** LimitView: a limit in force and its present counts: in total, and for keys that wait. Plain data, as views.ts. */
import type { LimitSpec } from "./limit-spec.ts";

/** How many keys of a limit are shown: held ones first, then those with most messages. */
export const limitKeysShownMax = 50;

interface LimitCounts {
  /** How many messages may start now; undefined without a rate, and for the total of a limit by key, where each key has its own. */
  readonly tokens: number | undefined;
  readonly waitingMessages: number;
  readonly inFlight: number;
  /** True when a ready entity waits for it. */
  readonly held: boolean;
  /** When the next token comes, while the rate holds something back. */
  readonly untilMs: number | undefined;
}

export interface LimitKeyView extends LimitCounts {
  readonly key: string;
}

export interface LimitView extends LimitCounts {
  /** The spec of the module; with several partitions each has a share of it. */
  readonly spec: LimitSpec;
  /** How many keys have a bucket of their own now. */
  readonly keys: number;
  /** True when an entity waits in the bucket that keys beyond limitKeysMax share. */
  readonly shared: boolean;
  readonly topKeys: readonly LimitKeyView[];
}
