/**
 * StoredReads: reads that need only what is durable in a store, answered outside the thread that writes it, by the names of
 * runtime/reads/engine-reads.ts. An answer shows the store at one moment at or after the question, as the store's own reads would. Legal
 * faults: it gives no answer (the store is asked then), it is slow, it ends at any time.
 */
export interface StoredReads {
  /** Resolves with undefined when it cannot answer now. Rejects with the error of the read. */
  ask(name: string, given: readonly unknown[]): Promise<{ readonly answer: unknown } | undefined>;
}
