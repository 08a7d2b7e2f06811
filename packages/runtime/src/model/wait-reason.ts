/**
 * WaitReason: why an entity with messages has none of them in a function's hands, as data: what it waits for and until when. Made by
 * runtime/wait-reasons.ts from the partition's memory; the console and the API put it into words. Closed: a reader switches over all kinds.
 */
import type { Address } from "./address.ts";
import type { Failure } from "./failure.ts";
import type { LimitPause } from "./limit-spec.ts";

/** So many of the entities that opened a breaker are named. */
export const openedByMax = 8;

export type WaitReason =
  /** Its turn has not come: others of its type are ready before it and the endpoint has all it may be asked at once. */
  | {
      readonly kind: "behind";
      readonly endpoint: string;
      /** Entities of its type before it; `aheadAtLeast`: so many were counted and there are more. */
      readonly ahead: number;
      readonly aheadAtLeast: boolean;
      readonly inFlight: number;
      readonly concurrencyLimit: number;
    }
  /** Its messages are in a request; what comes later waits for its end. */
  | { readonly kind: "in-flight"; readonly endpoint: string; readonly sinceMs: number; readonly attempt: number; readonly messages: number }
  /** Its values or its messages are being read from disk. */
  | { readonly kind: "loading" }
  /** Its messages wait on disk, and it comes into memory in its turn: `messages` of its type wait like this. */
  | { readonly kind: "on-disk"; readonly type: string; readonly messages: number }
  /** `delivery: committed`: its messages are not on disk yet. */
  | { readonly kind: "not-durable" }
  /** The disk takes less than functions write: nothing is sent until an epoch is on it. */
  | { readonly kind: "disk-behind"; readonly pendingBytes: number }
  /** A limit of a module holds it: by its rate until `untilMs`, when the next token is there, or by what is in flight under it. `key`: whose bucket. */
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
      /** It is no module's: people paused what it covers. */
      readonly pause?: LimitPause | undefined;
    }
  /** The first request of its type is under way: its reply tells which states the function has. */
  | { readonly kind: "first-reply"; readonly endpoint: string }
  /** Most of what its type sends goes to disk only, because `by` has `messages` waiting there: so many of its type may be in flight at once until these are done. */
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
  /** The endpoint is down, says `failure`, the last one; the first `openedByMax` entities that opened the breaker are named. */
  | ({ readonly kind: "breaker-open"; readonly nextProbeMs: number } & Outage)
  /** As before; the probe is under way to `probe`, or (undefined) goes to the first entity that can be sent. */
  | ({ readonly kind: "probing"; readonly probe: Address | undefined } & Outage)
  /** It was in flight when the function's process died: it is tried with no other such one in flight, `alone` when with nothing at all. */
  | { readonly kind: "suspected"; readonly endpoint: string; readonly deaths: number; readonly alone: boolean }
  /** `entity`, which may kill the function's process, is tried alone at the endpoint. */
  | { readonly kind: "held-for-trial"; readonly endpoint: string; readonly entity: Address }
  /** Until a person lets it go on, or until `untilMs`: who keeps that time tells it, and resumes it then. */
  | { readonly kind: "paused"; readonly sinceMs: number; readonly untilMs?: number | undefined }
  | { readonly kind: "parked"; readonly sinceMs: number; readonly attempts: number; readonly failure: Failure | undefined }
  /** A breakpoint holds it since `sinceMs`, until a person lets it go or until `untilMs`. `by`: who set it. */
  | {
      readonly kind: "breakpoint";
      readonly breakpoint: string;
      readonly by: string;
      readonly sinceMs: number;
      readonly untilMs: number;
      /** Its condition could not tell of the first message, and why. */
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

/** Why the ingress refuses messages of a type now: its share of the messages that may wait is full, or a limit of a module is. */
export type IngressHold = "messages" | "limit";
