/**
 * Engine: the public face. The gateway talks to this and nothing below it; runtime/ implements it over core/ and ports/.
 * Every promise that reports a change resolves only after the epoch that holds the change was synced (G3).
 */
import type { Address } from "./model/address.ts";
import type { Bindings } from "./model/endpoint-spec.ts";
import type { Era } from "./model/era.ts";
import type { JournalRecord } from "./model/journal-record.ts";
import type { EgressRecord } from "./model/message.ts";
import type { TypedValue } from "./model/typed-value.ts";
import type {
  EgressView,
  EndpointView,
  EngineStatus,
  EntityStatus,
  EntitySummary,
  EntityView,
  FunctionTypeView,
  NumberOwner,
  Page,
  TraceSummary,
  WaitingOfTrace,
} from "./model/views.ts";

export interface IngressMessage {
  readonly target: Address;
  readonly value: TypedValue;
  /**
   * A repeat of the same key to the same target within idempotencyKeyAgeMs changes nothing and gets the first answer; with another value or
   * type it is refused with IDEMPOTENCY_KEY_REUSED. At most 256 characters.
   */
  readonly idempotencyKey?: string | undefined;
  /**
   * A call: the function's caller is an address of the engine's own, and what the function sends to its caller first is kept as the answer for
   * callAnswerAgeMs (answer()). A key stands for a call or for a plain message, never for both.
   */
  readonly wantsAnswer?: boolean | undefined;
}

export interface Accepted {
  readonly messageId: number;
  readonly traceId: number;
  readonly repeated: boolean;
}

/** Where a producer goes on. The text is its own: the engine keeps it and never reads it. */
export interface ProducerPosition {
  /** Not below any sequence of the messages that came with it. */
  readonly sequence: number;
  readonly text: string;
}

/** What the engine tells instead of being asked again and again. May be told once too often, never too seldom. */
export type EngineChange =
  /** Records of the egress became durable, or were acknowledged. */
  | { readonly kind: "egress-records"; readonly egress: string }
  /** Another state is in force: positions and outboxes are those of the savepoint. */
  | { readonly kind: "restored" };

/** Rows of a producer (gRPC Publish): sequences rise by any step; a sequence not above the last one is a harmless repeat. */
export interface ProducerBatch {
  readonly producer: string;
  /**
   * How far the producer has come with this batch, kept in the same epoch as its messages. The batch then follows exactly on `previousSequence`,
   * or is refused with SEQUENCE_GAP: whoever holds another position asks for the one in force.
   */
  readonly position?: ProducerPosition | undefined;
  /** Of the batch that was handed over before this one: if that was refused, this one is too, and no sequence overtakes another. */
  readonly previousSequence?: number | undefined;
  readonly messages: readonly { readonly sequence: number; readonly message: IngressMessage }[];
}

/** Which entities an action reaches: one, or all of a type (or of every type) that have this status. */
export type EntitySelection =
  | { readonly kind: "one"; readonly address: Address }
  | { readonly kind: "by-status"; readonly type: string | undefined; readonly status: EntityStatus };

export type EntityAction =
  /** Parked or backing off: try now with fresh attempts. */
  | { readonly kind: "retry" }
  | { readonly kind: "pause" }
  | { readonly kind: "resume" }
  /** Removes the first waiting message; a parked entity then goes on. */
  | { readonly kind: "discard-head" }
  /** Replaces the value of the first waiting message; a parked entity then goes on. */
  | { readonly kind: "edit-head"; readonly value: TypedValue };

export interface SavepointSummary {
  readonly path: string;
  readonly epoch: number;
  readonly entities: number;
  readonly messages: number;
  readonly delayedMessages: number;
  readonly egressRecords: number;
  readonly sizeBytes: number;
  /** sha256 of the file in hex. */
  readonly checksum: string;
  readonly durationMs: number;
}

export interface SavepointProgress {
  readonly rows: number;
  readonly phase: "reading" | "writing" | "syncing";
}

export interface RestoreOptions {
  readonly expectedChecksum?: string | undefined;
  /** How the savepoint is called in the era that begins. */
  readonly name?: string | undefined;
  /** While nothing new is let in any more, before anything is replaced (a savepoint of now). When it rejects, so does the restore. */
  readonly before?: (() => Promise<void>) | undefined;
  readonly onProgress?: ((progress: RestoreProgress) => void) | undefined;
}

export interface RestoreProgress {
  readonly phase: "filling" | "draining" | "journal" | "opening";
  readonly rows: number;
}

export interface Engine {
  status(): EngineStatus;
  functionTypes(): FunctionTypeView[];
  endpoints(): EndpointView[];
  egresses(): EgressView[];

  /** `ingress` is the name of the door, for those who watch. Resolves when durable. Rejects with EngineError: UNKNOWN_FUNCTION_TYPE, OVERLOADED, MESSAGE_TOO_LARGE, STORE_FAILED, … */
  accept(message: IngressMessage, ingress?: string): Promise<Accepted>;
  /**
   * The answer of a call, by the messageId with which it was accepted; durable. Resolves with undefined when none has come within waitMs
   * (at most answerWaitMsMax); it may come later. Rejects with OVERLOADED when too many wait.
   */
  answer(messageId: number, options: { readonly waitMs: number }): Promise<TypedValue | undefined>;
  /** Resolves with the highest sequence of the producer that is durable. Messages to unknown types reject the batch. */
  acceptBatch(batch: ProducerBatch, ingress?: string): Promise<{ readonly durableSequence: number }>;
  /** 0 when the producer was never seen. */
  producerSequence(producer: string): Promise<number>;
  /** What came with its last batch; undefined: it never gave one. */
  producerPosition(producer: string): Promise<ProducerPosition | undefined>;
  /** Returns the way to stop being told. A listener must not throw. */
  onChange(listener: (change: EngineChange) => void): () => void;

  /** Replaces what is in force; running invocations end under the old bindings. */
  applyBindings(bindings: Bindings): Promise<void>;

  /** In id order. Entities with state, a mailbox, a status or a journal entry. Never waits for a count. */
  entities(query: { type: string; prefix?: string | undefined; cursor?: string | undefined; limit: number }): Promise<Page<EntitySummary>>;
  /** Those that need a person or a moment: parked, paused, backing off; newest first, at most `limit`. */
  troubledEntities(query: { type?: string | undefined; status?: EntityStatus | undefined; limit: number }): Promise<EntityView[]>;
  entity(address: Address): Promise<EntityView | undefined>;
  /** Resolves with how many entities it changed. For "one": rejects UNKNOWN_ENTITY, ENTITY_NOT_PARKED, MAILBOX_EMPTY. */
  act(selection: EntitySelection, action: EntityAction): Promise<{ readonly changed: number }>;
  /** Undefined value deletes. Waits for an in-flight invocation of the entity to end. */
  editState(address: Address, name: string, value: TypedValue | undefined): Promise<void>;

  /** Newest first. */
  history(query: { address: Address; cursor?: string | undefined; limit: number }): Promise<Page<JournalRecord>>;
  /** Newest first over all entities. */
  journal(query: { cursor?: string | undefined; limit: number }): Promise<Page<JournalRecord>>;
  /** Newest first, by first message. Reads a bounded piece of the journal, whatever the traces did. */
  traces(query: { cursor?: string | undefined; limit: number }): Promise<Page<TraceSummary>>;
  /** All records of one trace in order; `complete` false: it goes on (still running, delayed) or the journal no longer reaches it. */
  trace(trace: number, limits: { recordsMax: number }): Promise<{ readonly records: readonly JournalRecord[]; readonly complete: boolean }>;

  /** Durable records of an egress in order of sequence. */
  egressRecords(query: { egress: string; after?: number | undefined; limit: number }): Promise<EgressRecord[]>;
  /** Removes the records up to and including `through`. */
  egressAcknowledge(egress: string, through: number): Promise<void>;

  takeSavepoint(
    path: string,
    options?: { onProgress?: (progress: SavepointProgress) => void; signal?: AbortSignal },
  ): Promise<SavepointSummary>;
  /**
   * Refuses whatever would be lost (ENGINE_RESTORING) from the call on, stops dispatch, replaces everything or nothing, and goes on from the
   * savepoint in a new era. The bindings in force stay, and the journal with its past.
   */
  restoreSavepoint(path: string, options?: RestoreOptions): Promise<{ readonly epoch: number }>;
  /** In rising order; none before the first restore. What came before them is still in the journal, as far as that reaches back. */
  eras(): readonly Era[];
  /** Above every sequence that was ever given: nothing has a number from here on. */
  nextSequence(): number;
  /** Messages of a trace that wait in mailboxes; at most rowsMax rows a partition are read. */
  waitingOfTrace(trace: number, limits: { rowsMax: number }): Promise<WaitingOfTrace>;
  /** What has this number, as far as the journal tells. */
  ownerOf(sequence: number): Promise<NumberOwner | undefined>;
  /** The oldest record that the journal still has. */
  journalReach(): Promise<JournalRecord | undefined>;

  /** Resolves once nothing waits that could run now, nothing is in flight and everything is durable (tests, drains). */
  settled(): Promise<void>;
  /** No new invocations; in-flight ones end (at most drainTimeoutMs), epochs finish; then closed. */
  stop(options?: { drainTimeoutMs?: number }): Promise<void>;
}
