/**
 * Entity: one address in memory: its mailbox, loaded state values and the attempt in flight. Idle entities are evicted, oldest first.
 * Neighbours: mailbox-queue.ts (what waits), dispatch.ts (sends), invocation.ts (ends), entity-status.ts (legal moves).
 */
import type { Address } from "@signalbox/runtime/model/address";
import type { Failure } from "@signalbox/runtime/model/failure";
import type { StateEdit } from "@signalbox/runtime/model/state-edit";
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
  /** Its part of all its store keys. */
  readonly keyPart: string;
  readonly mailbox = new MailboxQueue();
  status: CoreEntityStatus = "idle";
  /** Undefined when not loaded. Once loaded, a name that is not in the map has no value. */
  values: Map<string, StoredValue> | undefined = undefined;
  valuesBytes = 0;
  /** Whether it has been idle in memory before. */
  rested = false;
  /** Bytes that it adds to Residency.readyValuesBytes while it stands in the queue of its type. */
  readyBytes = 0;
  /** The endpoint that the request in flight went to; the type may be bound elsewhere since. */
  sentTo: EndpointState | undefined = undefined;
  /** The invocation in flight; 0: none. */
  invocation = 0;
  attempt = 0;
  batchCount = 0;
  /** The states that the request in flight carried: the first `statesSentCount` of this list, which may have grown since. */
  statesSent: readonly string[] = noNames;
  statesSentCount = 0;
  startedMs = 0;
  deadlineMs = 0;
  firstAttemptMs = 0;
  private failuresSpent = 0;
  /** The scope in which a limit by key counts it while it has messages; undefined if no such limit covers its type. */
  scope: LimitScope | undefined = undefined;
  /** How often in a row the endpoint answered it that it is overloaded. */
  overloads = 0;
  /** It failed twice and others of its type were answered between, so its failures say nothing about the endpoint. */
  contrasted = false;
  /** `answers` of its type when it failed last; -1: it has not failed since its last answer. */
  answersSeen = -1;
  /** It was in flight when another entity, on trial, killed the process. */
  wasVictim = false;
  onTrial = false;
  /** It was sent with nothing else in flight at the endpoint, and nothing else is sent there until it ends. */
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
  /** The epoch in which its first message was edited last: until it is durable, the disk has the message as it was before. */
  editedEpoch = 0;
  /** The breakpoint that holds it, exactly while its status is `held`, and since when. */
  heldAt: Breakpoint | undefined = undefined;
  heldSinceMs = 0;
  /** Why the breakpoint's condition could not be evaluated on its first message when it was held; undefined if it could. */
  heldUnclear: string | undefined = undefined;
  private stepping = false;
  private attemptsKept = false;
  mailboxLoading = false;
  /** The durable epoch when the read of its mailbox that is under way began. */
  mailboxLoadEpoch = 0;

  constructor(type: FunctionTypeState, id: string) {
    this.type = type;
    this.id = id;
    this.address = { type: type.name, id };
    this.keyPart = entityPart(type.name, id);
  }

  /** How often the function's process died with it in flight; deaths as a victim do not count. Above 0 it is a suspect (trial.ts). */
  get deaths(): number {
    return this.deathsSeen;
  }

  set deaths(deaths: number) {
    const stayed = this.mustStay;
    this.deathsSeen = deaths;
    this.countStaying(stayed);
  }

  /** Its spent attempts. */
  get failures(): number {
    return this.failuresSpent;
  }

  set failures(failures: number) {
    this.failuresSpent = failures;
    if (failures === 0) this.setAttemptsKept(false);
  }

  /** True while only memory knows what is to become of it: it does not leave memory, however long it waits. */
  get mustStay(): boolean {
    return this.deathsSeen > 0 || this.stepping || this.attemptsKept;
  }

  /** True for an entity that is no suspect any more and has spent attempts: it still has the room that it had as a suspect. */
  get keepsAttempts(): boolean {
    return this.attemptsKept;
  }

  /** Ends when it has no spent attempts any more. */
  keepAttempts(): void {
    this.setAttemptsKept(this.failures > 0);
  }

  /** True while a person lets its first message, and no other, past breakpoints; ends when the message is done. */
  get isStepping(): boolean {
    return this.stepping;
  }

  private countStaying(stayed: boolean): void {
    if (stayed !== this.mustStay) this.type.countStaying(this.status, stayed ? -1 : 1);
  }

  /** All scopes in which its messages, its load and its invocation count. */
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

  /** Forgets the values in memory. They are on disk or on their way there, and are read again when the entity is sent. */
  unload(): void {
    this.values = undefined;
    this.valuesBytes = 0;
  }

  /** Whether the request in flight carried the state. */
  wasSent(name: string): boolean {
    const index = this.statesSent.indexOf(name);
    return index >= 0 && index < this.statesSentCount;
  }

  /** Gives it fresh attempts, as if it had never failed. */
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
    this.setStepping(true);
  }

  endStep(): void {
    this.setStepping(false);
  }

  move(event: EntityEvent): void {
    const before = this.status;
    this.status = nextStatus(before, event);
    if (before === this.status) return;
    this.type.countStatus(before, this.status, this.mailbox.depth);
    if (!this.mustStay) return;
    this.type.countStaying(before, -1);
    this.type.countStaying(this.status, 1);
  }

  private setStepping(stepping: boolean): void {
    const stayed = this.mustStay;
    this.stepping = stepping;
    this.countStaying(stayed);
  }

  private setAttemptsKept(kept: boolean): void {
    if (kept === this.attemptsKept) return;
    const stayed = this.mustStay;
    this.attemptsKept = kept;
    this.countStaying(stayed);
  }
}
