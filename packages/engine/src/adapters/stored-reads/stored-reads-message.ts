/**
 * The messages between a store's own thread and the thread of its stored reads (threaded-reads.ts, src/stored-reads-thread.ts). Answers are
 * bytes of v8.serialize.
 */
export interface StoredReadsTask {
  readonly storeFolder: string;
  /** The memory of LogProgress. */
  readonly progress: SharedArrayBuffer;
}

export type ToReads =
  | { readonly kind: "ask"; readonly call: number; readonly name: string; readonly given: readonly unknown[] }
  /** Ends the thread; questions that are under way get no answer. */
  | { readonly kind: "end" };

export type FromReads =
  | { readonly kind: "ready" }
  | { readonly kind: "answer"; readonly call: number; readonly bytes: Uint8Array }
  | { readonly kind: "refusal"; readonly call: number; readonly refusal: Refusal }
  /** The read failed in this thread; the store's own thread can try it. */
  | { readonly kind: "failed"; readonly call: number; readonly reason: string };

/** An EngineError, as plain data. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly cure: string;
  readonly retryAfterMs: number | undefined;
}
