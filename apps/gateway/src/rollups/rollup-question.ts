/**
 * RollupQuestion: what is asked of the kept rollups, and what is answered; plain data both ways. Neighbours: rollup-store.ts answers,
 * rollups.ts asks.
 */
import type { RollupKey, RollupKind, SecondRollup } from "./rollup.ts";

export const rollupMarkKinds = ["savepoint", "restore", "module", "restart"] as const;
export type RollupMarkKind = (typeof rollupMarkKinds)[number];

export interface RollupMark {
  readonly atMs: number;
  readonly kind: RollupMarkKind;
  readonly text: string;
}

export interface RollupRange {
  readonly fromMs: number;
  readonly toMs: number;
  /** A whole number of seconds. */
  readonly stepMs: number;
}

/** One bucket after the other from `fromMs` on; null where the gateway did not run or nothing is kept any more. */
export interface RollupSeries {
  readonly key: RollupKey;
  /** One list for each value, in the order of rollupValues. */
  readonly values: readonly (readonly (number | null)[])[];
  /** Null also where nothing ended. */
  readonly p50: readonly (number | null)[];
  readonly p95: readonly (number | null)[];
  readonly p99: readonly (number | null)[];
  /** The percentiles over the whole range. */
  readonly overall: { readonly p50: number | null; readonly p95: number | null; readonly p99: number | null };
}

export interface RollupReach {
  /** The oldest second that is kept; null when there is none. */
  readonly fromMs: number | null;
  readonly fileBytes: number;
  readonly fileBytesMax: number;
}

export type RollupQuestion =
  | { readonly kind: "range"; readonly range: RollupRange; readonly keys: readonly RollupKey[] }
  /**
   * Asks for the busiest keys of the range, most messages first; limited to these namespaces if they are given, and for edges to those of
   * one type.
   */
  | {
      readonly kind: "busiest";
      readonly range: RollupRange;
      readonly of: RollupKind;
      readonly limit: number;
      readonly namespaces?: readonly string[];
      readonly touching?: string;
    }
  | { readonly kind: "marks"; readonly range: Omit<RollupRange, "stepMs"> }
  | { readonly kind: "reach" };

export interface RollupAnswers {
  readonly range: readonly RollupSeries[];
  readonly busiest: { readonly series: readonly RollupSeries[]; readonly known: number };
  readonly marks: readonly RollupMark[];
  readonly reach: RollupReach;
}

/** What is sent to the thread. */
export type RollupRequest =
  | { readonly kind: "second"; readonly second: SecondRollup }
  | { readonly kind: "mark"; readonly mark: RollupMark }
  | { readonly kind: "question"; readonly id: number; readonly question: RollupQuestion }
  | { readonly kind: "end" };

/** What the thread sends back. */
export type RollupReply =
  | { readonly kind: "opened"; readonly warning: string | undefined }
  /** A second or a mark is written, or refused with a warning. */
  | { readonly kind: "taken" }
  | { readonly kind: "answer"; readonly id: number; readonly answer: unknown }
  | { readonly kind: "refused"; readonly id: number; readonly message: string }
  | { readonly kind: "disk"; readonly bytes: number }
  | { readonly kind: "warning"; readonly message: string }
  | { readonly kind: "ended" };

export interface RollupThreadData {
  readonly path: string;
  readonly bytesMax: number;
  /** The folder whose size is the gauge of the disk. */
  readonly dataDir: string;
  readonly nowMs: number;
}
