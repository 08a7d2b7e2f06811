/**
 * Command: everything that can happen to a partition. What the core needs from the world (time, draws, what the store holds)
 * arrives inside, so the same commands give the same state and the same actions (G8).
 */
import type { Address } from "@signalbox/runtime/model/address";
import type { BreakpointSpec } from "@signalbox/runtime/model/breakpoint";
import type { MessageCondition } from "@signalbox/runtime/model/message-condition";
import type { Bindings } from "@signalbox/runtime/model/endpoint-spec";
import type { InvocationOutcome } from "@signalbox/runtime/model/invocation";
import type { DelayedMessage, Message } from "@signalbox/runtime/model/message";
import type { OutboxEntry, OutboxDelivery } from "../model/outbox-entry.ts";
import type { AnswerWish } from "@signalbox/runtime/model/call";
import type { StateEdit } from "@signalbox/runtime/model/state-edit";
import type { TypedValue } from "@signalbox/runtime/model/typed-value";
import type { EntityStatus } from "@signalbox/runtime/model/views";
import type { JournalSegment } from "./journal/segment-codec.ts";
import type { KeyRecord, StoredValue } from "./store/store-record.ts";

export interface IngressItem {
  readonly target: Address;
  readonly value: TypedValue;
  /** Set for a call: what the function sends back to its caller is kept as its one answer, or as the next of several. */
  readonly wantsAnswer: AnswerWish | undefined;
  readonly idempotencyKey: string | undefined;
  readonly headers?: string | undefined;
  /** What the store holds for the key and the target, read through the open epochs. */
  readonly knownKey: KeyRecord | undefined;
  /** The sequence that the producer gave it; 0 if it has no producer. */
  readonly producerSequence: number;
}

export interface ExpiredKey {
  readonly key: string;
  /** Undefined for a row that a format before 10 wrote. */
  readonly target: Address | undefined;
  readonly atMs: number;
  readonly usedAfresh: boolean;
}

export interface ProducerPosition {
  readonly id: string;
  /** The last sequence of the batch before this one; undefined for the first batch. */
  readonly previousSequence: number | undefined;
  /** Read through the open epochs; 0: never seen. */
  readonly lastSequence: number;
  /** The producer's position after this batch; undefined when the producer keeps no positions. */
  readonly next?: { readonly sequence: number; readonly text: string } | undefined;
}

export interface TokenRead {
  readonly dueMs: number;
  readonly sequence: number;
}

/** What a read found of one mailbox, up to its end. */
export interface ColdMailbox {
  readonly address: Address;
  readonly keyPart: string;
  /** The first ones, in order. */
  readonly messages: readonly Message[];
  /** How many more wait behind `messages`. */
  readonly more: number;
}

export interface LoadedEntity {
  readonly address: Address;
  /** In the order of the type's specs when it was asked for. */
  readonly values: readonly (StoredValue | undefined)[];
}

export type OperatorAction =
  | { readonly kind: "retry" }
  | { readonly kind: "pause" }
  | { readonly kind: "resume" }
  /** With `ifSequence` it is refused where another message is first. */
  | { readonly kind: "discard-head"; readonly ifSequence?: number | undefined }
  | { readonly kind: "edit-head"; readonly value: TypedValue; readonly ifSequence?: number | undefined }
  /** Lets the entity's first message, and no other, past the breakpoint that holds it. */
  | { readonly kind: "step" };

export type ActionSelection =
  | { readonly kind: "one"; readonly address: Address }
  | { readonly kind: "by-status"; readonly type: string | undefined; readonly status: EntityStatus };

export interface TrimmedBlock {
  readonly sequence: number;
  /** Entities whose history has a row that points at this block. */
  readonly histories: readonly Address[];
  readonly hasDirectory: boolean;
  /** The segment that ends with this block: its buckets that have postings. */
  readonly segmentBuckets?: readonly number[] | undefined;
  readonly bytes: number;
}

export type Command =
  | {
      readonly kind: "ingress";
      readonly nowMs: number;
      readonly request: number;
      /** The name of the door they came through. */
      readonly ingress: string;
      /** New sequences are given above this number, which is the highest of the other partitions; 0 if there are none. */
      readonly clock: number;
      readonly items: readonly IngressItem[];
      readonly producer: ProducerPosition | undefined;
      /**
       * Only with a single item that wants an answer: this request is told the answer, or at once that nobody waits for it here (calls.ts).
       */
      readonly waiter?: number;
    }
  | { readonly kind: "loaded"; readonly nowMs: number; readonly entities: readonly LoadedEntity[] }
  | { readonly kind: "mailbox-loaded"; readonly nowMs: number; readonly address: Address; readonly messages: readonly Message[] }
  | {
      readonly kind: "cold-read";
      readonly nowMs: number;
      readonly scan: number;
      readonly type: string;
      /** The entity that an operator acts on; undefined: the type's cursor. */
      readonly held: string | undefined;
      /** In order of key, each whole. */
      readonly mailboxes: readonly ColdMailbox[];
      /** The next read begins here; undefined: there are no more rows. */
      readonly reached: string | undefined;
    }
  | {
      readonly kind: "reply";
      readonly nowMs: number;
      readonly invocation: number;
      readonly attempt: number;
      readonly outcome: InvocationOutcome;
      readonly draw: number;
      readonly tokens: ReadonlyMap<string, TokenRead | undefined>;
    }
  /** The wall clock was put forward (below 0: back) by `byMs` since the previous command. */
  | { readonly kind: "clock-stepped"; readonly nowMs: number; readonly byMs: number }
  | { readonly kind: "tick"; readonly nowMs: number; readonly draw: number }
  | { readonly kind: "timers-loaded"; readonly nowMs: number; readonly delayed: readonly DelayedMessage[]; readonly reachedEnd: boolean }
  | { readonly kind: "epoch-durable"; readonly nowMs: number; readonly epoch: number }
  | { readonly kind: "bindings"; readonly nowMs: number; readonly request: number; readonly bindings: Bindings }
  | {
      readonly kind: "operator-action";
      readonly nowMs: number;
      readonly request: number;
      readonly selection: ActionSelection;
      readonly act: OperatorAction;
    }
  | {
      readonly kind: "edit-state";
      readonly nowMs: number;
      readonly request: number;
      readonly address: Address;
      readonly edits: readonly StateEdit[];
      /** What the disk and the open epochs hold now, in the order of the type's specs. */
      readonly values: readonly (StoredValue | undefined)[];
    }
  /** The request is acknowledged with the next answer of the call; until then its wait may be ended. */
  | { readonly kind: "await-answer"; readonly nowMs: number; readonly request: number; readonly call: string }
  | { readonly kind: "end-wait"; readonly nowMs: number; readonly request: number }
  | {
      readonly kind: "egress-acknowledged";
      readonly nowMs: number;
      readonly request: number;
      readonly egress: string;
      readonly sequences: readonly number[];
    }
  | {
      readonly kind: "journal-trimmed";
      readonly nowMs: number;
      /** Whole blocks, named by their first record. */
      readonly blocks: readonly TrimmedBlock[];
    }
  /** The directories of its blocks are durable. */
  | { readonly kind: "journal-indexed"; readonly nowMs: number; readonly segment: JournalSegment }
  | {
      readonly kind: "keys-expired";
      readonly nowMs: number;
      readonly keys: readonly ExpiredKey[];
    }
  | {
      readonly kind: "state-expired";
      readonly nowMs: number;
      readonly rows: readonly { readonly address: Address; readonly name: string }[];
    }
  /** From another partition. */
  | { readonly kind: "received"; readonly nowMs: number; readonly request: number; readonly delivery: OutboxDelivery }
  | { readonly kind: "outbox-loaded"; readonly nowMs: number; readonly to: number; readonly entries: readonly OutboxEntry[] }
  | { readonly kind: "outbox-acknowledged"; readonly nowMs: number; readonly to: number; readonly through: number }
  | { readonly kind: "outbox-undelivered"; readonly nowMs: number; readonly to: number; readonly round: number }
  | {
      readonly kind: "set-breakpoint";
      readonly nowMs: number;
      readonly request: number;
      readonly spec: BreakpointSpec;
      readonly condition: MessageCondition | undefined;
    }
  | { readonly kind: "release-breakpoint"; readonly nowMs: number; readonly request: number; readonly id: string }
  | { readonly kind: "watch-trace"; readonly nowMs: number; readonly request: number; readonly trace: number; readonly forMs: number }
  | { readonly kind: "drain"; readonly nowMs: number };
