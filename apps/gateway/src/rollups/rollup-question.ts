/** RollupQuestion: what is asked of the kept rollups, and what is answered; plain data both ways. Neighbours: rollup-store.ts answers, rollups.ts asks. */
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
  /** In the order of rollupValues. */
  readonly values: readonly (readonly (number | null)[])[];
  /** Null where nothing ended, too. */
  readonly p50: readonly (number | null)[];
  readonly p95: readonly (number | null)[];
  readonly p99: readonly (number | null)[];
  /** Over the whole range. */
  readonly overall: { readonly p50: number | null; readonly p95: number | null; readonly p99: number | null };
}

export interface RollupReach {
  /** The oldest second that is kept; null: nothing is. */
  readonly fromMs: number | null;
  readonly fileBytes: number;
  readonly fileBytesMax: number;
}

export type RollupQuestion =
  | { readonly kind: "range"; readonly range: RollupRange; readonly keys: readonly RollupKey[] }
  /** The busiest of the range, most messages first; of these namespaces alone, if they are given, and of edges those of one type. */
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

/** Towards the thread. */
export type RollupRequest =
  | { readonly kind: "second"; readonly second: SecondRollup }
  | { readonly kind: "mark"; readonly mark: RollupMark }
  | { readonly kind: "question"; readonly id: number; readonly question: RollupQuestion }
  | { readonly kind: "end" };

/** And back. */
export type RollupReply =
  | { readonly kind: "opened"; readonly warning: string | undefined }
  | { readonly kind: "answer"; readonly id: number; readonly answer: unknown }
  | { readonly kind: "refused"; readonly id: number; readonly message: string }
  | { readonly kind: "disk"; readonly bytes: number }
  | { readonly kind: "warning"; readonly message: string }
  | { readonly kind: "ended" };

export interface RollupThreadData {
  readonly path: string;
  readonly bytesMax: number;
  /** Whose bytes are the gauge of the disk. */
  readonly dataDir: string;
  readonly nowMs: number;
}
