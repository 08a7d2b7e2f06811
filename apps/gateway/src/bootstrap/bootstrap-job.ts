/**
 * BootstrapJob: a savepoint that is made from other data: which sources, which SQL over them, and what becomes of entities that exist
 * already. It is plain data: it goes from the gateway, or from the command line, to the code that does it.
 */

export const fileSourceKinds = ["csv", "jsonl", "parquet", "sqlite"] as const;
export type FileSourceKind = (typeof fileSourceKinds)[number];

/** `name` is what the SQL calls it: a table (csv, jsonl, parquet), or a schema with tables (sqlite, postgresql). */
export type BootstrapSource =
  | { readonly kind: FileSourceKind; readonly name: string; readonly path: string }
  | { readonly kind: "postgresql"; readonly name: string; readonly url: string };

/**
 * What happens to an entity that the savepoint holds already into which the rows are merged: it stays, it is replaced whole, or its rows
 * are errors.
 */
export const whenThere = ["skip", "replace", "fail"] as const;
export type WhenThere = (typeof whenThere)[number];

export interface BootstrapLimits {
  readonly memoryBytesMax: number;
  readonly scratchBytesMax: number;
  readonly threads: number;
  readonly rowsMax: number;
  readonly timeMsMax: number;
}

export interface BootstrapJob {
  readonly sql: string;
  readonly sources: readonly BootstrapSource[];
  /** When set, the file at outPath is a savepoint that the rows are put into; when undefined, a new one is made there. */
  readonly merge: WhenThere | undefined;
  /** State values that functions registered. A row whose value has another type is an error. */
  readonly registered: readonly { readonly type: string; readonly name: string; readonly typename: string }[];
  readonly descriptorSets: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  readonly outPath: string;
  /** The caller makes and removes it. */
  readonly scratchFolder: string;
  /** With more wrong rows than this, nothing is made. */
  readonly errorsMax: number;
  readonly nowMs: number;
  readonly limits: BootstrapLimits;
}

export const bootstrapLimits: BootstrapLimits = {
  memoryBytesMax: 512 * 1024 * 1024,
  scratchBytesMax: 16 * 1024 * 1024 * 1024,
  threads: 2,
  rowsMax: 100_000_000,
  timeMsMax: 30 * 60_000,
};

export interface RowError {
  /** The number of the statement, from 1. */
  readonly statement: number;
  /** The number of the row among those that the statement gave, from 1. */
  readonly row: number;
  readonly key: string;
  readonly problem: string;
  readonly cure: string;
}

export interface BootstrapReport {
  /** The number of rows that the SQL gave. */
  readonly rows: number;
  /** The number of state values that the savepoint holds now and did not hold before. */
  readonly values: number;
  readonly entities: number;
  /** Entities that existed already and stayed as they were, or were replaced. */
  readonly skippedEntities: number;
  readonly replacedEntities: number;
  readonly states: readonly { readonly type: string; readonly name: string; readonly typename: string; readonly values: number }[];
  /** The first errorsShownMax errors. */
  readonly errors: readonly RowError[];
  readonly errorsTotal: number;
  /** False when it stopped at the first error beyond those that are allowed or shown. */
  readonly complete: boolean;
  readonly sample: readonly {
    readonly type: string;
    readonly id: string;
    readonly name: string;
    readonly typename: string;
    readonly value: string;
  }[];
  readonly elapsedMs: number;
}

export const errorsShownMax = 100;
export const sampleRowsMax = 20;
export const statementsMax = 1_000;

/** What the process that does a job sends. */
export type BootstrapSaid =
  | { readonly kind: "progress"; readonly rows: number }
  | { readonly kind: "done"; readonly report: BootstrapReport }
  | { readonly kind: "refused"; readonly code: string; readonly detail: string; readonly where: string; readonly cure: string };
