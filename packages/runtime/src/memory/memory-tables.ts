/**
 * MemoryTables: the data of a memory runtime: entities with state and mailbox, the journal, outboxes, producers, keys, answers, delayed
 * messages. Plain maps; memory-machine.ts changes them, the facets read them.
 */
import { formatAddress, splitTypeName, type Address } from "../model/address.ts";
import type { Bindings, EndpointSpec } from "../model/endpoint-spec.ts";
import type { Failure } from "../model/failure.ts";
import type { JournalRecord } from "../model/journal-record.ts";
import type { DelayedMessage, EgressRecord, Message } from "../model/message.ts";
import type { StateSpec } from "../model/state-spec.ts";
import type { TypedValue } from "../model/typed-value.ts";
import type { EntityStatus } from "../model/views.ts";
import { WatchedTraces } from "../model/watched-traces.ts";
import type { Accepted, IngressMessage } from "../messages.ts";

export interface MemoryLimits {
  readonly messageBytesMax: number;
  readonly waitingMessagesMax: number;
  /** How many journal records are kept; the oldest are forgotten first. */
  readonly journalRecordsMax: number;
  /** How many idempotency keys, and how many answers of calls, are kept; the oldest are forgotten first. */
  readonly keysMax: number;
}

export interface MemoryValue {
  readonly value: TypedValue;
  readonly writtenMs: number;
  readonly expiresMs: number | undefined;
}

/** An entity at the beginning: the states of its type, and their values. */
export interface GivenEntity {
  readonly address: Address;
  readonly specs: readonly StateSpec[];
  /** When the values were written is not known, so they do not expire before they are written again. */
  readonly values: readonly { readonly name: string; readonly value: TypedValue }[];
}

/** Why nothing of an entity runs until a person says so. */
export type Hold = { readonly kind: "parked"; readonly failure: Failure } | { readonly kind: "paused" };

export interface MemoryEntity {
  readonly address: Address;
  readonly values: Map<string, MemoryValue>;
  readonly mailbox: Message[];
  /** How many of the first messages are in flight. */
  inFlight: number;
  hold: (Hold & { readonly sinceMs: number }) | undefined;
  /** Edits of values that wait for the end of the invocation. */
  readonly edits: (() => void)[];
}

export class MemoryTables {
  readonly limits: MemoryLimits;
  readonly entities = new Map<string, MemoryEntity>();
  readonly specs = new Map<string, StateSpec[]>();
  records: JournalRecord[] = [];
  outbox: EgressRecord[] = [];
  readonly delayed = new Map<number, { readonly message: DelayedMessage; readonly cancel: () => void }>();
  readonly watched = new WatchedTraces();
  readonly producers = new Map<string, { readonly sequence: number; readonly text: string | undefined }>();
  readonly keys = new Map<string, { readonly accepted: Accepted; readonly message: IngressMessage }>();
  /** The answers by the id of callAddress. */
  readonly answers = new Map<string, TypedValue>();
  /** Calls that want many answers, by the number of their message. */
  readonly streams = new Map<number, { readonly count: number; readonly isOver: boolean }>();
  bindings: Bindings = { endpoints: [], egresses: [] };
  next = 1;
  epoch = 0;

  constructor(limits: MemoryLimits) {
    this.limits = limits;
  }

  give({ address, specs, values }: GivenEntity, nowMs: number): void {
    this.specs.set(address.type, [...specs]);
    const entity = this.entity(address);
    for (const { name, value } of values) entity.values.set(name, { value, writtenMs: nowMs, expiresMs: undefined });
  }

  entity(address: Address): MemoryEntity {
    const key = formatAddress(address);
    const known = this.entities.get(key);
    if (known !== undefined) return known;
    const entity: MemoryEntity = { address, values: new Map(), mailbox: [], inFlight: 0, hold: undefined, edits: [] };
    this.entities.set(key, entity);
    return entity;
  }

  /** Exact name before namespace wildcard. */
  endpointOf(type: string): EndpointSpec | undefined {
    const split = splitTypeName(type);
    if (split.kind === "error") return undefined;
    const { endpoints } = this.bindings;
    return endpoints.find(({ id }) => id === type) ?? endpoints.find(({ id }) => id === `${split.typeName.namespace}/*`);
  }

  statusOf(entity: MemoryEntity): EntityStatus {
    if (entity.inFlight > 0) return "in-flight";
    if (entity.hold !== undefined) return entity.hold.kind;
    if (entity.mailbox.length === 0) return "idle";
    return this.endpointOf(entity.address.type) === undefined ? "waiting" : "ready";
  }

  valueOf(entity: MemoryEntity, name: string, nowMs: number): MemoryValue | undefined {
    const held = entity.values.get(name);
    return held?.expiresMs !== undefined && held.expiresMs <= nowMs ? undefined : held;
  }

  waitingMessages(): number {
    return [...this.entities.values()].reduce((sum, { mailbox }) => sum + mailbox.length, 0);
  }
}

/** Makes room for one more. */
export function forgetOldest<K>(map: Map<K, unknown>, countMax: number): void {
  for (const key of map.keys()) {
    if (map.size < countMax) return;
    map.delete(key);
  }
}
