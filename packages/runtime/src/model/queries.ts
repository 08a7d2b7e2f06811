/** Queries: which entities and which records of the journal are asked for. Plain data: it passes between threads as it is. */
import type { EntityStatus } from "./views.ts";

export interface EntityQuery {
  readonly type: string;
  readonly prefix?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export interface TroubledQuery {
  readonly type?: string | undefined;
  readonly status?: EntityStatus | undefined;
  readonly limit: number;
}

/** `from`: upward, that sequence included; `before`: downward, below it, undefined: from the newest. */
export type RecordsQuery =
  | { readonly kind: "from"; readonly sequence: number }
  | { readonly kind: "before"; readonly sequence: number | undefined };

export interface HeldQuery {
  /** Undefined: of all. */
  readonly breakpoint?: string | undefined;
  readonly limit: number;
}
