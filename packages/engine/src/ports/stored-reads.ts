/**
 * StoredReads: reads that need what is durable in a store and nothing else, answered beside the thread that writes it, by the names of
 * runtime/engine-reads.ts. An answer shows one moment at or after the question, as the store's own reads would.
 * Legal faults: it answers nothing (then the question is the store's), it is slow, it ends at any time.
 */
export interface StoredReads {
  /** Resolves with undefined: it cannot now. Rejects as the read itself does. */
  ask(name: string, given: readonly unknown[]): Promise<{ readonly answer: unknown } | undefined>;
}
