/**
 * PartitionState: the tables of one partition in memory, and the open epoch's write set. Only the files of core/ change it.
 * What it lacks (evicted state, spilled mailboxes, far timers) is on disk and comes back by commands.
 */
import type { EngineLimits } from "../limits.ts";
import type { Address } from "../model/address.ts";
import type { Bindings, EgressSpec } from "../model/endpoint-spec.ts";
import { invariant } from "../model/invariant.ts";
import type { StateSpec } from "../model/state-spec.ts";
import type { Acknowledgement, Action } from "./action.ts";
import { LinkedSet } from "../model/collections/linked-set.ts";
import { NumberMap } from "../model/collections/number-map.ts";
import { onlyPartition, homeOf, type PartitionPlace } from "../model/partition-place.ts";
import { Alarms } from "./tables/alarms.ts";
import type { EndpointState } from "./tables/endpoint-state.ts";
import { Entity } from "./tables/entity.ts";
import { Exchange } from "./cross-partition/outbox.ts";
import { FunctionTypeState } from "./tables/function-type-state.ts";
import type { MailboxCount } from "./scheduling/mailbox-count.ts";
import { mark } from "./coverage-mark.ts";
import { RecentStrangers } from "./scheduling/admission-filter.ts";
import { resolveEndpoint } from "./router.ts";
import { storeKey } from "./store/store-key.ts";
import type { StoredValue } from "./store/store-record.ts";
import { Timers } from "./timers.ts";
import { WriteSet } from "./tables/write-set.ts";

export interface HeldAcknowledgement {
  readonly request: number;
  readonly acknowledgement: Acknowledgement;
}

export interface SealedWrites {
  readonly epoch: number;
  readonly writes: WriteSet;
  readonly acknowledgements: readonly HeldAcknowledgement[];
  /** The sequence below which everything is in this or an earlier epoch. */
  readonly sequenceEnd: number;
}

export class PartitionState {
  readonly limits: EngineLimits;
  readonly place: PartitionPlace;
  readonly exchange = new Exchange();
  bindings: Bindings = { endpoints: [], egresses: [] };
  /** Partitions take turns: each gives every count-th number, so that no two give the same. */
  nextSequence: number;
  nextInvocation = 1;
  alarmOrder = 0;
  /** The epoch that is open now. */
  epoch = 1;
  durableEpoch = 0;
  durableSequenceEnd: number;
  /** Sequences from here on were born in the open epoch. */
  epochFirstSequence: number;
  writes = new WriteSet();
  acknowledgements: HeldAcknowledgement[] = [];
  sealed: SealedWrites[] = [];
  readonly types = new Map<string, FunctionTypeState>();
  readonly endpoints = new Map<string, EndpointState>();
  /** Endpoints that may have both a ready entity and a credit. */
  readonly dispatchable = new LinkedSet<EndpointState>();
  readonly egressSpecs = new Map<string, EgressSpec>();
  readonly egressWaiting = new Map<string, number>();
  /** Records up to here were acknowledged in this life of the partition. */
  readonly egressAcknowledged = new Map<string, number>();
  readonly dirtyEgresses = new Set<string>();
  readonly inFlight = new NumberMap<Entity>();
  readonly alarms = new Alarms();
  readonly timers = new Timers();
  /** Idle entities in memory, oldest first. */
  readonly idle = new LinkedSet<Entity>();
  readonly recentStrangers = new RecentStrangers();
  /** Entities whose spilled messages, or (delivery: committed) whose new messages, wait for the next durable epoch. */
  readonly awaitingDurable = new Set<Entity>();
  /** Paused, parked and backing off, for the Failures page. */
  readonly troubled = new Set<Entity>();
  waitingMessages = 0;
  residentEntities = 0;
  mailboxBytesInMemory = 0;
  stateCacheBytes = 0;
  /** State values of entities that are ready and wait for their turn; they share stateCacheBytesMax with the idle ones. */
  readyValuesBytes = 0;
  delayedMessages = 0;
  journalBytes = 0;
  /** Journal records up to here were trimmed in this life of the partition. */
  journalTrimmed = 0;
  /** Until all that earlier lives left in mailboxes is counted. */
  count: MailboxCount | undefined = undefined;
  draining = false;
  watchArmed = false;

  constructor(limits: EngineLimits, place: PartitionPlace = onlyPartition) {
    this.limits = limits;
    this.place = place;
    this.nextSequence = place.index + 1;
    this.durableSequenceEnd = this.nextSequence;
    this.epochFirstSequence = this.nextSequence;
  }

  takeSequence(): number {
    const sequence = this.nextSequence;
    this.nextSequence += this.place.count;
    return sequence;
  }

  /** To the first number of this partition that is not below `atLeast`. */
  advanceSequence(atLeast: number): void {
    if (this.nextSequence >= atLeast) return;
    const { count } = this.place;
    this.nextSequence += Math.ceil((atLeast - this.nextSequence) / count) * count;
  }

  /** Which partition the name (an entity's id, an egress, a producer) belongs to; undefined: this one. */
  otherHome(name: string): number | undefined {
    const home = homeOf(name, this.place.count);
    return home === this.place.index ? undefined : home;
  }

  functionType(name: string): FunctionTypeState {
    const known = this.types.get(name);
    if (known !== undefined) return known;
    const made = new FunctionTypeState(name, []);
    made.bind(resolveEndpoint(this, name));
    this.types.set(name, made);
    return made;
  }

  findEntity(address: Address): Entity | undefined {
    return this.types.get(address.type)?.entities.get(address.id);
  }

  entity(address: Address): Entity {
    const type = this.functionType(address.type);
    const known = type.entities.get(address.id);
    if (known !== undefined) return known;
    const made = new Entity(type, address.id);
    type.entities.set(address.id, made);
    this.residentEntities++;
    return made;
  }

  /** In the mailboxes here, and on the way to other partitions. */
  get waitingAnywhere(): number {
    return this.waitingMessages + this.exchange.depth;
  }

  /** In memory and not idle: with a mailbox that waits, in flight, or waiting for a person. */
  get waitingEntities(): number {
    return this.residentEntities - this.idle.size;
  }

  registerSpec(type: FunctionTypeState, spec: StateSpec): void {
    type.addSpec(spec);
    this.writeSpecs(type);
  }

  /** Its row, without states too, tells the next life that it is a type. */
  typeAnswered(type: FunctionTypeState): void {
    type.answered = true;
    this.writeSpecs(type);
  }

  /** Values keep the end that they have; what is written (after-invoke: used) from here on gets the new one. */
  changeSpec(type: FunctionTypeState, spec: StateSpec): void {
    type.changeSpec(spec);
    this.writeSpecs(type);
  }

  private writeSpecs(type: FunctionTypeState): void {
    this.writes.put(storeKey.specs(type.name), { kind: "specs", specs: [...type.specs] }, 64 * (type.specs.length + 1));
  }

  /** Bytes of the open and the syncing epochs. */
  get pendingBytes(): number {
    return this.sealed.reduce((sum, sealed) => sum + sealed.writes.bytes, this.writes.bytes);
  }

  /** What the open and the syncing epochs hold for a key; undefined: ask the store. */
  pending(key: string): { readonly record: ReturnType<WriteSet["records"]["get"]> } | undefined {
    if (this.writes.records.has(key)) return { record: this.writes.records.get(key) };
    for (let index = this.sealed.length - 1; index >= 0; index--) {
      const records = this.sealed[index]?.writes.records;
      if (records?.has(key)) return { record: records.get(key) };
    }
    return undefined;
  }

  acknowledgeWhenDurable(request: number, acknowledgement: Acknowledgement): void {
    this.acknowledgements.push({ request, acknowledgement });
  }

  /** For rows that are written once and named by their sequence: born and gone inside one epoch never touches the disk. */
  removeRow(key: string, sequence: number): void {
    if (sequence >= this.epochFirstSequence) {
      mark("message-born-and-gone-in-one-epoch");
      this.writes.forget(key);
    } else this.writes.remove(key);
  }

  putState(entity: Entity, name: string, value: StoredValue): void {
    invariant(entity.status !== "loading", "what is read for an entity does not change meanwhile");
    if (entity.values !== undefined) {
      entity.valuesBytes += value.bytes.length - (entity.values.get(name)?.bytes.length ?? 0);
      entity.values.set(name, value);
    }
    this.writes.put(storeKey.state(entity.keyPart, name), { kind: "state", value }, value.bytes.length + 32);
  }

  removeState(entity: Entity, name: string): void {
    invariant(entity.status !== "loading", "what is read for an entity does not change meanwhile");
    if (entity.values === undefined) {
      // Not loaded: whether there is a value only the disk knows.
      this.writes.remove(storeKey.state(entity.keyPart, name));
      return;
    }
    const before = entity.values.get(name);
    if (before === undefined) return;
    entity.values.delete(name);
    entity.valuesBytes -= before.bytes.length;
    this.writes.remove(storeKey.state(entity.keyPart, name));
  }
}

export type Actions = Action[];
