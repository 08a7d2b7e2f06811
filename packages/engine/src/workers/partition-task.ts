/** PartitionTask: what a partition's thread is given when it begins: plain data and ports. */
import type { MessagePort } from "node:worker_threads";
import type { SharedReplyMemory } from "../adapters/http/reply-memory.ts";
import type { EngineLimits } from "../limits.ts";
import type { Bindings } from "@signalbox/runtime/model/endpoint-spec";
import type { PartitionPlace } from "../model/partition-place.ts";

export interface PartitionTask {
  readonly storePath: string;
  readonly place: PartitionPlace;
  /** The limits of the whole engine. */
  readonly limits: EngineLimits;
  readonly bindings: Bindings;
  /** Patterns of the places where endpoints may be (adapters/endpoint-places.ts). */
  readonly endpointAllow: readonly string[];
  /** Shared memory in which all partitions count the bytes of replies. */
  readonly replyMemory: SharedReplyMemory;
  /** URL of a module that exports `createObserver` (worker-observer.ts); undefined when nobody watches. */
  readonly observer: string | undefined;
  /** URL of a module that exports `compileCondition` (runtime/processor/conditions.ts); undefined when breakpoints can have no conditions. */
  readonly conditions: string | undefined;
  /** By partition; the entry of this partition itself is undefined. */
  readonly links: readonly (MessagePort | undefined)[];
}

/** The call number of the answer that says that the partition is open. */
export const openedCall = 0;
