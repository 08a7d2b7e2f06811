/**
 * Watch: what happens, told as it happens. Calls of an observer are synchronous and must be cheap; one that throws is a bug of its owner.
 * Where the parts of a runtime have threads of their own, observers there (ThreadObserver) send digests of what they hear.
 */
import type { EngineEvent } from "./model/engine-event.ts";

export interface Observer {
  on(event: EngineEvent): void;
}

export interface Watch {
  /** From now on, every event of every entity; the function that it returns ends it. */
  observe(observer: Observer): () => void;
}

export const watchMethods = ["observe"] as const satisfies readonly (keyof Watch)[];

export interface ThreadObserver extends Observer {
  /** What the gateway has to say to it (what is watched). */
  told(message: unknown): void;
  /** The thread ends. */
  end(): void;
}

/** Whether an id lives in the partition that is observed. */
export type IsHome = (id: string) => boolean;

/** Which of how many partitions is observed; it gives the sequences index + 1, index + 1 + count, … */
export interface PartitionPlace {
  readonly index: number;
  readonly count: number;
}

/** What the module of a thread's observer exports as `createObserver`. */
export type CreateThreadObserver = (send: (digest: unknown) => void, isHome: IsHome, place: PartitionPlace) => ThreadObserver;
