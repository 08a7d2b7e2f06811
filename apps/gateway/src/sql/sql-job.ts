/**
 * What the gateway and the process of a query send each other: the query and its answer over IPC, pages of live tables over a pipe of their
 * own.
 */
import type { MaskRule } from "../masking/mask-rule.ts";
import type { LiveTableName, SqlRow } from "./sql-tables.ts";

export interface SqlLimits {
  readonly memoryBytesMax: number;
  readonly scratchBytesMax: number;
  readonly threads: number;
  readonly answerBytesMax: number;
}

export const sqlLimits: SqlLimits = {
  memoryBytesMax: 256 * 1024 * 1024,
  scratchBytesMax: 2 * 1024 * 1024 * 1024,
  threads: 1,
  answerBytesMax: 32 * 1024 * 1024,
};

export interface SqlJob {
  readonly sql: string;
  readonly rowsMax: number;
  readonly explain: boolean;
  /** The files of the savepoints that are ready, by id. */
  readonly savepoints: Readonly<Record<string, string>>;
  readonly descriptorSets: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  /** The masks for what the process reads by itself; rows of live tables come masked. */
  readonly masks: readonly MaskRule[];
  readonly scratchFolder: string;
  readonly limits: SqlLimits;
}

export type SqlJson = string | number | boolean | null | SqlJson[] | { [key: string]: SqlJson };

export interface SqlResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** The types of $1, $2, … as the query wants them; only an EXPLAIN has them. */
  readonly parameters: readonly string[];
  readonly rows: readonly (readonly SqlJson[])[];
  readonly truncated: boolean;
  readonly read: readonly { readonly table: string; readonly rows: number }[];
  readonly plan: string | null;
}

export type SqlSaid =
  | { readonly kind: "done"; readonly result: SqlResult }
  | { readonly kind: "refused"; readonly code: string; readonly detail: string; readonly where: string; readonly cure: string };

export interface PullParameters {
  readonly type: string | undefined;
  readonly prefix: string | undefined;
}

/** The first pull of a scan opens it. */
export interface Pull {
  readonly scan: number;
  readonly table: LiveTableName;
  readonly parameters: PullParameters;
}

export type Pulled = { readonly kind: "rows"; readonly rows: readonly SqlRow[] } | { readonly kind: "error"; readonly message: string };

/** The descriptor in the child; the gateway has the other end. */
export const pullFd = 4;
