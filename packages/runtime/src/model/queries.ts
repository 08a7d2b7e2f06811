/** Queries: the parameters of reads of entities and of the journal. Plain data: it passes between threads as it is. */
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

/** `from`: rising order from this sequence on, included. `before`: falling order below it; undefined means from the newest. */
export type RecordsQuery =
  | { readonly kind: "from"; readonly sequence: number }
  | { readonly kind: "before"; readonly sequence: number | undefined };

export interface HeldQuery {
  /** Undefined for all breakpoints. */
  readonly breakpoint?: string | undefined;
  readonly limit: number;
}
