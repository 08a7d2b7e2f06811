/**
 * DifferenceJob: the plain data that goes to the thread that compares and comes back. Neighbours: differences.ts asks, difference-thread.ts
 * answers.
 */

/** One side: a savepoint's file, or the current data, which the gateway's thread reads page by page. */
export type SideSource = { readonly kind: "file"; readonly path: string } | { readonly kind: "now" };

/** A place between two entities: everything up to and including this one has been looked at. */
export interface Place {
  readonly type: string;
  readonly id: string;
}

/** Which entities are compared. */
export interface DifferenceScope {
  readonly type: string | undefined;
  readonly prefix: string;
  /** The namespaces that the answer may show; undefined when it may show all. */
  readonly namespaces: readonly string[] | undefined;
  readonly after: Place | undefined;
}

export const changeKinds = ["came", "went", "changed"] as const;
export type ChangeKind = (typeof changeKinds)[number];

export type DifferenceTask =
  | { readonly kind: "count"; readonly scope: DifferenceScope }
  | { readonly kind: "list"; readonly scope: DifferenceScope; readonly change: ChangeKind | undefined; readonly itemsMax: number }
  | { readonly kind: "entity"; readonly type: string; readonly id: string }
  /** Counts the entities of the side `from` alone. */
  | { readonly kind: "types" };

/** The limits of one answer. What is left comes with the next answer, from the place where this one stopped. */
export interface DifferenceBudget {
  readonly msMax: number;
  readonly entitiesMax: number;
  readonly bytesMax: number;
}

export interface DifferenceJob {
  readonly from: SideSource;
  readonly to: SideSource;
  readonly task: DifferenceTask;
  readonly budget: DifferenceBudget;
}

/** What was read for an answer, and where it stopped; null when it reached the end. */
export interface Looked {
  readonly entities: number;
  readonly bytes: number;
  readonly stoppedAfter: Place | null;
}

export interface TypeTally {
  readonly type: string;
  came: number;
  went: number;
  changed: number;
  same: number;
}

/** Counts by type; null when this side does not know them. */
export type CountsByType = readonly (readonly [type: string, count: number])[] | null;

/** Messages that wait on one side; `atLeast` when the file holds more than were looked at. */
export interface AroundSide {
  readonly waiting: CountsByType;
  readonly delayed: CountsByType;
  readonly atLeast: boolean;
}

export interface CountAnswer {
  readonly types: readonly TypeTally[];
  readonly looked: Looked;
  /** Only the first answer has it. */
  readonly around: { readonly from: AroundSide; readonly to: AroundSide } | null;
}

export interface ChangedEntity {
  readonly type: string;
  readonly id: string;
  readonly change: ChangeKind;
  /** How many state values differ. */
  readonly values: number;
}

export interface ListAnswer {
  readonly items: readonly ChangedEntity[];
  readonly looked: Looked;
}

export interface StoredValue {
  readonly typename: string;
  readonly bytes: Uint8Array;
}

/** An entity with state. */
export interface StateOf {
  readonly type: string;
  readonly id: string;
  readonly values: ReadonlyMap<string, StoredValue>;
}

/** The beginning of a message's value; `bytes` is null when it has no value. */
export interface KeptMessage {
  readonly sequence: number;
  readonly caller: Place | null;
  readonly typename: string;
  readonly bytes: Uint8Array | null;
  readonly sizeBytes: number;
  /** When it was sent; for a delayed message, when it is due. */
  readonly atMs: number | null;
}

export interface KeptMessages {
  readonly total: number;
  readonly first: readonly KeptMessage[];
}

export interface EntitySide {
  readonly values: ReadonlyMap<string, StoredValue>;
  readonly waiting: KeptMessages;
  /** Null when this side does not know them. */
  readonly delayed: KeptMessages | null;
}

/** `bytes` is null when there are too many to show beside the others. */
export interface ShownValue {
  readonly typename: string;
  readonly bytes: Uint8Array | null;
  readonly sizeBytes: number;
}

export interface ShownSide extends Omit<EntitySide, "values"> {
  readonly values: ReadonlyMap<string, ShownValue>;
}

export interface EntityAnswer {
  readonly from: ShownSide;
  readonly to: ShownSide;
  /** Names of the values whose type or bytes differ. */
  readonly differing: readonly string[];
}

/** The type with the most entities comes first. */
export type TypesAnswer = readonly { readonly type: string; readonly entities: number }[];

export interface DifferenceAnswers {
  readonly types: TypesAnswer;
  readonly count: CountAnswer;
  readonly list: ListAnswer;
  readonly entity: EntityAnswer;
}

/** What the thread asks of the current data. */
export type NowQuestion =
  | { readonly kind: "types" }
  | { readonly kind: "page"; readonly type: string; readonly prefix: string; readonly after: string | undefined }
  | { readonly kind: "entity"; readonly type: string; readonly id: string };

export interface NowAnswers {
  /** Types in the order of their bytes, each with the number of messages that wait. */
  readonly types: readonly (readonly [type: string, waiting: number])[];
  /** `next` is where the next page begins; undefined when there is none. */
  readonly page: { readonly entities: readonly StateOf[]; readonly next: string | undefined };
  readonly entity: EntitySide;
}

export type AskNow = <Q extends NowQuestion>(question: Q) => Promise<NowAnswers[Q["kind"]]>;

export type ThreadMessage =
  | { readonly kind: "ask"; readonly question: NowQuestion }
  | { readonly kind: "done"; readonly answer: DifferenceAnswers[DifferenceTask["kind"]] }
  /** `unreadable` carries what SQLite says of a file. */
  | { readonly kind: "unreadable" | "failed"; readonly message: string };

/** `told` carries the answer to the one question that is open. */
export type ToThread = { readonly kind: "job"; readonly job: DifferenceJob } | { readonly kind: "told"; readonly answer: unknown };
