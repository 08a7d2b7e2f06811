/**
 * Entity: one address in memory: its mailbox, loaded state values and the attempt in flight. Idle entities are evicted, oldest first.
 * Neighbours: mailbox-queue.ts (what waits), dispatch.ts (sends), invocation.ts (ends), entity-status.ts (legal moves).
 */
import type { Address } from "../../model/address.ts";
import type { Failure } from "../../model/failure.ts";
import type { StateEdit } from "../../model/state-edit.ts";
import type { Breakpoint } from "./breakpoint.ts";
import type { EndpointState } from "./endpoint-state.ts";
import { nextStatus, type CoreEntityStatus, type EntityEvent } from "./entity-status.ts";
import type { FunctionTypeState } from "./function-type-state.ts";
import { Links } from "../../model/collections/linked-set.ts";
import { MailboxQueue } from "./mailbox-queue.ts";
import type { LimitScope } from "./limit-scope.ts";
import { entityPart } from "../store/store-key.ts";
import type { EntityRecord, StoredValue } from "../store/store-record.ts";

export interface PendingEdit {
  readonly request: number;
  readonly edits: readonly StateEdit[];
}

export const noEdits: readonly PendingEdit[] = [];
const noNames: readonly string[] = [];
const noScopes: readonly LimitScope[] = [];

export class Entity {
  readonly links = new Links<Entity>();
  readonly type: FunctionTypeState;
  readonly id: string;
  readonly address: Address;
  /** Its part of every store key. */
  readonly keyPart: string;
  readonly mailbox = new MailboxQueue();
  status: CoreEntityStatus = "idle";
  /** Undefined: not loaded. A name that is absent is empty. */
  values: Map<string, StoredValue> | undefined = undefined;
  valuesBytes = 0;
  /** Whether it was idle in memory before. */
  rested = false;
  /** Bytes that it adds to Residency.readyValuesBytes while it stands in the queue of its type. */
  readyBytes = 0;
  /** Where the request in flight went; it may since have been unbound. */
  sentTo: EndpointState | undefined = undefined;
  /** The invocation in flight; 0: none. */
  invocation = 0;
  attempt = 0;
  batchCount = 0;
  /** The states that the request in flight carried: so many of this list, which may have grown since. */
  statesSent: readonly string[] = noNames;
  statesSentCount = 0;
  startedMs = 0;
  deadlineMs = 0;
  firstAttemptMs = 0;
  failures = 0;
  /** The scope in which a limit by key counts it while it has messages; undefined if no such limit covers its type. */
  scope: LimitScope | undefined = undefined;
  /** How often in a row the endpoint was overloaded for it. */
  overloads = 0;
  /** It failed twice and others of its type were answered between: its failures say nothing of the endpoint. */
  contrasted = false;
  /** `answers` of its type when it failed last; -1: it has not failed since its last answer. */
  answersSeen = -1;
  /** It was in flight when another, on trial, killed the process. */
  wasVictim = false;
  onTrial = false;
  /** Nothing else was in flight at the endpoint when it was sent, and nothing is until it ends. */
  isAlone = false;
  failure: Failure | undefined = undefined;
  sinceMs = 0;
  retryAtMs = 0;
  /** After a failed batch its messages go one by one, so that the bad one ends up alone at the head. */
  singlesLeft = 0;
  pauseWanted = false;
  /** What its row on disk says while it is paused or parked, or will be once its invocation has ended (status-row.ts). */
  statusRow: EntityRecord | undefined = undefined;
  pendingEdits: readonly PendingEdit[] = noEdits;
  private deathsSeen = 0;
  /** When its first message was edited last: until then is durable, the disk has the one before. */
  editedEpoch = 0;
  /** The breakpoint that holds it, exactly while its status is `held`, and since when. */
  heldAt: Breakpoint | undefined = undefined;
  heldSinceMs = 0;
  /** The breakpoint's condition could not tell of its first message when it came to be held, and why. */
  heldUnclear: string | undefined = undefined;
  /** A person lets its first message past breakpoints, alone; ends when the message is done. */
  isStepping = false;
  mailboxLoading = false;
  /** What was durable when the read under way began. */
  mailboxLoadEpoch = 0;

  constructor(type: FunctionTypeState, id: string) {
    this.type = type;
    this.id = id;
    this.address = { type: type.name, id };
    this.keyPart = entityPart(type.name, id);
  }

  /** How often the process of the function died with it in flight, deaths as a victim not counted. Above 0 it is suspected (trial.ts). */
  get deaths(): number {
    return this.deathsSeen;
  }

  set deaths(deaths: number) {
    const was = this.deathsSeen > 0;
    this.deathsSeen = deaths;
    if (was !== deaths > 0) this.type.countSuspect(this.status, was ? -1 : 1);
  }

  /** All that its messages, its load and its invocation count in. */
  get scopes(): readonly LimitScope[] {
    const shared = this.type.limits?.shared ?? noScopes;
    return this.scope === undefined ? shared : [...shared, this.scope];
  }

  /** In the order of the type's specs. */
  fill(values: readonly (StoredValue | undefined)[]): void {
    this.values = new Map();
    for (const [index, value] of values.entries()) {
      const name = this.type.specs[index]?.name;
      if (value === undefined || name === undefined) continue;
      this.values.set(name, value);
      this.valuesBytes += value.bytes.length;
    }
  }

  /** Its values are on disk or on their way there; they are read again when it is sent. */
  unload(): void {
    this.values = undefined;
    this.valuesBytes = 0;
  }

  /** Whether the request in flight carried the state. */
  wasSent(name: string): boolean {
    const index = this.statesSent.indexOf(name);
    return index >= 0 && index < this.statesSentCount;
  }

  /** With fresh attempts, as if it had never failed. */
  forgetFailures(): void {
    this.failures = 0;
    this.overloads = 0;
    this.failure = undefined;
    this.contrasted = false;
    this.answersSeen = -1;
    this.deaths = 0;
    this.wasVictim = false;
  }

  beginStep(): void {
    this.isStepping = true;
  }

  endStep(): void {
    this.isStepping = false;
  }

  move(event: EntityEvent): void {
    const before = this.status;
    this.status = nextStatus(before, event);
    if (before === this.status) return;
    this.type.countStatus(before, this.status, this.mailbox.depth);
    if (this.deathsSeen === 0) return;
    this.type.countSuspect(before, -1);
    this.type.countSuspect(this.status, 1);
  }
}
