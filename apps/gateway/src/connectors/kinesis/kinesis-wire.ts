/**
 * KinesisCalls: the requests of the two kinds to Kinesis; each call is one request, tried once. kinesis-client.ts implements them with
 * Amazon's SDK, tests with a stream in memory. A call that fails rejects with a KinesisError.
 */
export interface KinesisShard {
  readonly id: string;
  /** One after a split, two after a merge; some may be so old that they are gone. */
  readonly parents: readonly string[];
  /** Hash keys of the records that belong here, both ends included. */
  readonly firstHash: bigint;
  readonly lastHash: bigint;
}

export interface KinesisRecord {
  /** A number of up to 128 bits and more, as text. */
  readonly sequence: string;
  readonly key: string;
  readonly data: Uint8Array;
}

export type ReadFrom =
  | { readonly kind: "oldest" }
  | { readonly kind: "time"; readonly atMs: number }
  | { readonly kind: "after"; readonly sequence: string }
  | { readonly kind: "at"; readonly sequence: string };

export interface FetchedRecords {
  readonly records: readonly KinesisRecord[];
  /** Undefined when the shard has ended and this was the rest of it. */
  readonly next: string | undefined;
  /** How far the answer is behind the end of the stream. */
  readonly behindMs: number;
}

export interface KinesisEntry {
  readonly key: string;
  readonly hashKey: string | undefined;
  readonly data: Uint8Array;
}

/** The outcome of one entry of a put. Without a code the entry is in the stream. */
export interface PutOutcome {
  readonly code: string | undefined;
  readonly detail: string | undefined;
}

export interface StreamDescription {
  /** Tells a stream from an earlier one of the same name. */
  readonly createdMs: number;
  /** By the clock of the service, undefined if it did not say. */
  readonly serviceNowMs: number | undefined;
}

export interface KinesisCalls {
  /** Resolves when the service answers and knows the credentials, whatever rights they have. */
  identify(): Promise<void>;
  describe(stream: string): Promise<StreamDescription>;
  shards(stream: string): Promise<KinesisShard[]>;
  iterator(place: { readonly stream: string; readonly shard: string }, from: ReadFrom): Promise<string>;
  records(iterator: string, place: { readonly stream: string; readonly shard: string }): Promise<FetchedRecords>;
  put(stream: string, entries: readonly KinesisEntry[]): Promise<PutOutcome[]>;
  close(): void;
}

/** The most records of one call of records(). */
export const recordsPerFetchMax = 1000;
/** The most entries that Kinesis accepts in one put. */
export const entriesPerPutMax = 500;
