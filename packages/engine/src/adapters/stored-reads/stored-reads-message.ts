/** What a store's own thread and the thread of its stored reads say to each other (threaded-reads.ts, src/stored-reads-thread.ts). Answers are bytes of v8.serialize. */
export interface StoredReadsTask {
  readonly storeFolder: string;
  /** Of LogProgress. */
  readonly progress: SharedArrayBuffer;
}

export type ToReads =
  | { readonly kind: "ask"; readonly call: number; readonly name: string; readonly given: readonly unknown[] }
  /** What is under way is answered no more. */
  | { readonly kind: "end" };

export type FromReads =
  | { readonly kind: "ready" }
  | { readonly kind: "answer"; readonly call: number; readonly bytes: Uint8Array }
  | { readonly kind: "refusal"; readonly call: number; readonly refusal: Refusal }
  /** The store's thread can try itself. */
  | { readonly kind: "failed"; readonly call: number; readonly reason: string };

/** An EngineError, as plain data. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly cure: string;
  readonly retryAfterMs: number | undefined;
}
