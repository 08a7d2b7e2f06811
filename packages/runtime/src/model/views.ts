/**
 * Views: what the engine shows of itself. Plain data, safe to hand out; the gateway decodes values and turns these into API shapes.
 */
import type { Address } from "./address.ts";
import type { Bindings, EndpointSpec } from "./endpoint-spec.ts";
import type { DiskErrorCode, EngineErrorCode } from "./engine-error.ts";
import type { Failure } from "./failure.ts";
import type { JournalRecord } from "./journal-record.ts";
import type { Message } from "./message.ts";
import type { StateSpec } from "./state-spec.ts";
import type { TypedValue } from "./typed-value.ts";
import type { IngressHold, WaitReason } from "./wait-reason.ts";

/** idle: nothing waits. waiting: no endpoint, or its breaker is open, or no credit yet. */
export const entityStatuses = ["idle", "loading", "waiting", "ready", "in-flight", "backing-off", "paused", "parked", "held"] as const;
export type EntityStatus = (typeof entityStatuses)[number];

export interface EntitySummary {
  readonly address: Address;
  readonly status: EntityStatus;
  readonly mailboxDepth: number;
}

export interface StateValueView {
  readonly name: string;
  /** Undefined when the state is registered and empty (or expired). */
  readonly value: TypedValue | undefined;
  readonly spec: StateSpec | undefined;
  readonly writtenMs: number | undefined;
  readonly expiresMs: number | undefined;
}

/** `sequence` is the message's public number, the same in every partition. */
export type WaitingMessage = Omit<Message, "origin">;

export interface EntityView extends EntitySummary {
  readonly state: readonly StateValueView[];
  /** The first messages of the mailbox (those in flight first), at most 100. */
  readonly mailbox: readonly WaitingMessage[];
  /** Why it waits, backs off or is parked. */
  readonly failure: Failure | undefined;
  readonly attempts: number;
  /** When the status last needed attention (first failed attempt, parked, paused). */
  readonly sinceMs: number | undefined;
  readonly retryAtMs: number | undefined;
  /** Undefined when nothing of it waits. */
  readonly waitReason: WaitReason | undefined;
}

export type BreakerState = "closed" | "open" | "probing";

export interface EndpointView {
  readonly spec: EndpointSpec;
  readonly breaker: BreakerState;
  readonly breakerFailure: Failure | undefined;
  readonly breakerSinceMs: number | undefined;
  readonly nextProbeMs: number | undefined;
  /** The first entities that opened the breaker, at most openedByMax (wait-reason.ts). */
  readonly openedBy: readonly Address[];
  /** The entity whose request is the probe that is under way. */
  readonly probe: Address | undefined;
  readonly inFlight: number;
  /** The adaptive bound in force and its ceiling. */
  readonly concurrencyLimit: number;
  readonly concurrencyMax: number;
  /** True when several invocations go into one request, because its functions offer that. */
  readonly isFraming?: boolean;
}

export interface FunctionTypeView {
  readonly type: string;
  /** Undefined when no endpoint serves it now. */
  readonly endpoint: string | undefined;
  /**
   * True when a function has answered under this name, or a module binds it exactly. Other names fall under a wildcard and have messages
   * waiting.
   */
  readonly answered: boolean;
  readonly states: readonly StateSpec[];
  readonly waitingMessages: number;
  /** Set while the ingress refuses its messages. */
  readonly ingressHold: IngressHold | undefined;
  /** The type whose messages wait on disk and because of which this sender is slowed down; undefined when there is none. */
  readonly heldBackBy?: string | undefined;
  readonly inFlight: number;
  readonly parkedEntities: number;
  /** How many of waitingMessages are in mailboxes of parked entities. */
  readonly parkedMessages: number;
  readonly pausedEntities: number;
  readonly backingOffEntities: number;
}

export interface EgressView {
  readonly id: string;
  /** Undefined when no module declares it any more, but records still wait. */
  readonly module: string | undefined;
  readonly waitingRecords: number;
}

/**
 * store-failed: writes fail and are tried again, and nothing is acknowledged. stopped: an invariant broke or the store is damaged.
 * cluster-failed: the cluster that runs the functions is away or refuses them, and messages are kept and wait. `place` is the file, folder
 * or URL, `cure` says what a person can do, `sinceMs` when it began.
 */
export type EngineHealth =
  | { readonly kind: "running" }
  | { readonly kind: "draining" }
  | ({ readonly kind: "store-failed"; readonly code: DiskErrorCode } & HealthProblem)
  | ({ readonly kind: "stopped"; readonly code: EngineErrorCode } & HealthProblem)
  | ({ readonly kind: "cluster-failed"; readonly code: EngineErrorCode } & HealthProblem);

export interface HealthProblem {
  readonly message: string;
  readonly place: string;
  readonly cure: string;
  readonly sinceMs: number;
}

export interface EngineStatus {
  readonly health: EngineHealth;
  readonly epoch: number;
  readonly durableEpoch: number;
  readonly lastDurableMs: number;
  /** Since when the oldest write of an epoch is under way, with all its attempts; undefined when there is none. */
  readonly oldestWriteSinceMs?: number | undefined;
  readonly waitingMessages: number;
  /** How many of these are in mailboxes of parked entities and wait for a person. */
  readonly parkedMessages: number;
  readonly waitingBytes: number;
  readonly inFlight: number;
  readonly parkedEntities: number;
  readonly pausedEntities: number;
  readonly backingOffEntities: number;
  readonly delayedMessages: number;
  readonly residentEntities: number;
  readonly bindings: Bindings;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Pass it back to get the next page; undefined when this was the last one. */
  readonly cursor: string | undefined;
}

/** A trace as far as one page of the list read it. */
export interface TraceSummary {
  readonly trace: number;
  /** The records in order; at least the one that consumed its first message. */
  readonly records: readonly JournalRecord[];
  /** False when the trace goes on, or its later records are beyond the page. */
  readonly complete: boolean;
}

/**
 * Messages of one trace that wait in mailboxes. `looked`: how many rows were read. Not complete when there are more rows or more messages.
 */
export interface WaitingOfTrace {
  readonly messages: readonly WaitingMessage[];
  readonly looked: number;
  readonly complete: boolean;
}

/** The owner of a number that is no trace: a journal record, or a message, delayed message or egress record in one. */
export interface NumberOwner {
  readonly kind: "record" | "message" | "delayed" | "egress";
  /** The journal record that contains it. */
  readonly record: number;
  readonly trace: number | undefined;
  readonly address: Address;
}
