/** PartitionTask: what a partition's thread is told when it begins; plain data and ports. */
import type { MessagePort } from "node:worker_threads";
import type { SharedReplyMemory } from "../adapters/http/reply-memory.ts";
import type { EngineLimits } from "../limits.ts";
import type { Bindings } from "../model/endpoint-spec.ts";
import type { PartitionPlace } from "../model/partition-place.ts";

export interface PartitionTask {
  readonly storePath: string;
  readonly place: PartitionPlace;
  /** Of the whole engine. */
  readonly limits: EngineLimits;
  readonly bindings: Bindings;
  /** Patterns of the places where endpoints may be (adapters/endpoint-places.ts). */
  readonly endpointAllow: readonly string[];
  /** In which all partitions count the bytes of replies. */
  readonly replyMemory: SharedReplyMemory;
  /** URL of a module that exports `createObserver` (worker-observer.ts); undefined: nobody watches. */
  readonly observer: string | undefined;
  /** URL of a module that exports `compileCondition` (runtime/conditions.ts); undefined: breakpoints have no conditions. */
  readonly conditions: string | undefined;
  /** By partition; its own place is empty. */
  readonly links: readonly (MessagePort | undefined)[];
}

/** The number of the answer that says that the partition is open. */
export const openedCall = 0;
