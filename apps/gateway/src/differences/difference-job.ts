/**
 * DifferenceJob: what crosses to the thread that compares and back. Plain data. Neighbours: differences.ts asks, difference-thread.ts answers.
 */

/** A savepoint's file, or what is there now, which the gateway's thread reads page by page. */
export type SideSource = { readonly kind: "file"; readonly path: string } | { readonly kind: "now" };

/** Between two entities: all up to and with this one have been looked at. */
export interface Place {
  readonly type: string;
  readonly id: string;
}

/** Which entities are compared. */
export interface DifferenceScope {
  readonly type: string | undefined;
  readonly prefix: string;
  /** Of which alone the answer tells; undefined: of all. */
  readonly namespaces: readonly string[] | undefined;
  readonly after: Place | undefined;
}

export const changeKinds = ["came", "went", "changed"] as const;
export type ChangeKind = (typeof changeKinds)[number];

export type DifferenceTask =
  | { readonly kind: "count"; readonly scope: DifferenceScope }
  | { readonly kind: "list"; readonly scope: DifferenceScope; readonly change: ChangeKind | undefined; readonly itemsMax: number }
  | { readonly kind: "entity"; readonly type: string; readonly id: string }
  /** Of the side `from` alone. */
  | { readonly kind: "types" };

/** In one answer; what is left comes with the next, from the place where this one stopped. */
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

/** What was read for an answer, and where it stopped; null: at the end. */
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

/** By type; null: not known of this side. */
export type CountsByType = readonly (readonly [type: string, count: number])[] | null;

/** Messages that wait on one side; atLeast: the file holds more than were looked at. */
export interface AroundSide {
  readonly waiting: CountsByType;
  readonly delayed: CountsByType;
  readonly atLeast: boolean;
}

export interface CountAnswer {
  readonly types: readonly TypeTally[];
  readonly looked: Looked;
  /** With the first answer alone. */
  readonly around: { readonly from: AroundSide; readonly to: AroundSide } | null;
}

export interface ChangedEntity {
  readonly type: string;
  readonly id: string;
  readonly change: ChangeKind;
  /** State values that differ. */
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

/** The beginning of a message's value; bytes null: it has none. */
export interface KeptMessage {
  readonly sequence: number;
  readonly caller: Place | null;
  readonly typename: string;
  readonly bytes: Uint8Array | null;
  readonly sizeBytes: number;
  /** When it was sent; of a delayed one, when it is due. */
  readonly atMs: number | null;
}

export interface KeptMessages {
  readonly total: number;
  readonly first: readonly KeptMessage[];
}

export interface EntitySide {
  readonly values: ReadonlyMap<string, StoredValue>;
  readonly waiting: KeptMessages;
  /** Null: not known of this side. */
  readonly delayed: KeptMessages | null;
}

/** bytes null: too many to be shown beside the others. */
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
  /** Names of values whose type or bytes differ. */
  readonly differing: readonly string[];
}

/** The most first. */
export type TypesAnswer = readonly { readonly type: string; readonly entities: number }[];

export interface DifferenceAnswers {
  readonly types: TypesAnswer;
  readonly count: CountAnswer;
  readonly list: ListAnswer;
  readonly entity: EntityAnswer;
}

/** What the thread asks of what is there now. */
export type NowQuestion =
  | { readonly kind: "types" }
  | { readonly kind: "page"; readonly type: string; readonly prefix: string; readonly after: string | undefined }
  | { readonly kind: "entity"; readonly type: string; readonly id: string };

export interface NowAnswers {
  /** In the order of their bytes, with the messages that wait. */
  readonly types: readonly (readonly [type: string, waiting: number])[];
  /** `next`: where the next page begins; undefined: there is none. */
  readonly page: { readonly entities: readonly StateOf[]; readonly next: string | undefined };
  readonly entity: EntitySide;
}

export type AskNow = <Q extends NowQuestion>(question: Q) => Promise<NowAnswers[Q["kind"]]>;

export type ThreadMessage =
  | { readonly kind: "ask"; readonly question: NowQuestion }
  | { readonly kind: "done"; readonly answer: DifferenceAnswers[DifferenceTask["kind"]] }
  /** unreadable: what SQLite says of a file. */
  | { readonly kind: "unreadable" | "failed"; readonly message: string };

/** told: the answer to the one question that is open. */
export type ToThread = { readonly kind: "job"; readonly job: DifferenceJob } | { readonly kind: "told"; readonly answer: unknown };
