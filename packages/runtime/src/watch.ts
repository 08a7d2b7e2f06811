/**
 * Watch: events, reported as they happen. Calls of an observer are synchronous and must be cheap; an observer that throws has a bug. When
 * parts of a runtime run in threads of their own, observers there (ThreadObserver) send digests of what they hear.
 */
import type { EngineEvent } from "./model/engine-event.ts";

export interface Observer {
  on(event: EngineEvent): void;
}

export interface Watch {
  /** Calls the observer with every event of every entity from now on; the returned function ends it. */
  observe(observer: Observer): () => void;
}

export const watchMethods = ["observe"] as const satisfies readonly (keyof Watch)[];

export interface ThreadObserver extends Observer {
  /** Gets a message from the gateway (what is being watched). */
  told(message: unknown): void;
  /** Called when the thread ends. */
  end(): void;
}

/** Whether the observed partition is the home of an id. */
export type IsHome = (id: string) => boolean;

/** The observed partition's place among all; it gives the sequences index + 1, index + 1 + count, … */
export interface PartitionPlace {
  readonly index: number;
  readonly count: number;
}

/** The type of `createObserver`, which the module of a thread's observer exports. */
export type CreateThreadObserver = (send: (digest: unknown) => void, isHome: IsHome, place: PartitionPlace) => ThreadObserver;
