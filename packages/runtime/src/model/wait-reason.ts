/**
 * WaitReason: why an entity with messages has none in flight, as data: what it waits for and until when. Made by
 * runtime/reads/wait-reasons.ts from the partition's memory; the console and the API put it into words. Closed: a reader switches over all
 * kinds.
 */
import type { Address } from "./address.ts";
import type { Failure } from "./failure.ts";
import type { LimitPause } from "./limit-spec.ts";

/** How many of the entities that opened a breaker are named. */
export const openedByMax = 8;

export type WaitReason =
  /** Its turn has not come: others of its type are ready before it, and all credits of the endpoint are in use. */
  | {
      readonly kind: "behind";
      readonly endpoint: string;
      /** How many entities of its type are before it; `aheadAtLeast`: the counting stopped there and there are more. */
      readonly ahead: number;
      readonly aheadAtLeast: boolean;
      readonly inFlight: number;
      readonly concurrencyLimit: number;
    }
  /** Its messages are in flight; later ones wait for the end of the invocation. */
  | { readonly kind: "in-flight"; readonly endpoint: string; readonly sinceMs: number; readonly attempt: number; readonly messages: number }
  /** Its values or its messages are being read from disk. */
  | { readonly kind: "loading" }
  /** Its messages wait on disk, and it comes into memory in its turn: `messages` of its type wait like this. */
  | { readonly kind: "on-disk"; readonly type: string; readonly messages: number }
  /** `delivery: committed`: its messages are not on disk yet. */
  | { readonly kind: "not-durable" }
  /** The disk is slower than the functions: nothing is sent until an epoch is durable. */
  | { readonly kind: "disk-behind"; readonly pendingBytes: number }
  /**
   * A limit of a module holds it: by its rate until `untilMs`, when the next token comes, or by what is in flight under it. `key`: the key
   * of the bucket.
   */
  | {
      readonly kind: "limit";
      readonly limit: string;
      readonly module: string;
      readonly key: string | undefined;
      readonly bound: "rate" | "in-flight";
      readonly messagesPerSecond: number | undefined;
      readonly untilMs: number | undefined;
      readonly inFlight: number;
      readonly inFlightMax: number | undefined;
      /** Set when the limit is a pause by people and not one of a module. */
      readonly pause?: LimitPause | undefined;
    }
  /** The first request of its type is under way: its reply tells which states the function has. */
  | { readonly kind: "first-reply"; readonly endpoint: string }
  /**
   * Most messages of its type go to disk only, because `by` has `messages` waiting there. Until these are done, only so many of its type
   * may be in flight.
   */
  | {
      readonly kind: "held-back";
      readonly endpoint: string;
      readonly by: string;
      readonly messages: number;
      readonly inFlight: number;
      readonly inFlightMax: number;
    }
  /** No endpoint serves its type. */
  | { readonly kind: "no-endpoint"; readonly type: string }
  /** `failure` is that of attempt number `attempt`, the last one. */
  | { readonly kind: "backing-off"; readonly untilMs: number; readonly attempt: number; readonly failure: Failure | undefined }
  /** The endpoint is down. `failure` is the last one; the first `openedByMax` entities that opened the breaker are named. */
  | ({ readonly kind: "breaker-open"; readonly nextProbeMs: number } & Outage)
  /** As breaker-open, and a probe is under way for the entity `probe`, or (undefined) goes to the first one that can be sent. */
  | ({ readonly kind: "probing"; readonly probe: Address | undefined } & Outage)
  /**
   * It was in flight when the function's process died. It is tried apart from other suspects; `alone` when nothing else at all may be in
   * flight.
   */
  | { readonly kind: "suspected"; readonly endpoint: string; readonly deaths: number; readonly alone: boolean }
  /** `entity`, which may kill the function's process, is tried alone at the endpoint. */
  | { readonly kind: "held-for-trial"; readonly endpoint: string; readonly entity: Address }
  /** Paused until a person resumes it, or until `untilMs`, which the gateway keeps. */
  | { readonly kind: "paused"; readonly sinceMs: number; readonly untilMs?: number | undefined }
  | { readonly kind: "parked"; readonly sinceMs: number; readonly attempts: number; readonly failure: Failure | undefined }
  /** A breakpoint holds it since `sinceMs`, until a person releases it or until `untilMs`. `by`: who set it. */
  | {
      readonly kind: "breakpoint";
      readonly breakpoint: string;
      readonly by: string;
      readonly sinceMs: number;
      readonly untilMs: number;
      /** Why the condition could not be evaluated on the first message; undefined if it could. */
      readonly unclear?: string | undefined;
    }
  /** The engine is stopping: it goes on after the next start. */
  | { readonly kind: "draining" };

interface Outage {
  readonly endpoint: string;
  readonly sinceMs: number;
  readonly failure: Failure | undefined;
  readonly openedBy: readonly Address[];
}

/** Why the ingress refuses messages of a type now: its share of the waiting messages is full, or a limit of a module is. */
export type IngressHold = "messages" | "limit";
