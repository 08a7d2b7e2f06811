/**
 * Look: what the engine holds, as plain values of the functions' own types. What no definition knows stays bytes.
 * Neighbours: testbox.ts asks the engine and shows this.
 */
import type { EgressRecord, EntityView, JournalRecord, JournalValue, TypedValue } from "@signalbox/runtime";
import { types, type Address, type AnyEntity } from "@signalbox/functions";

export interface EntityLook {
  /** idle, ready, backing-off, parked, … */
  readonly status: string;
  readonly mailboxDepth: number;
  readonly state: Readonly<Record<string, unknown>>;
  /** Why it is parked or backing off. */
  readonly failure: string | undefined;
}

export interface SentEntry {
  readonly from: Address;
  readonly to: Address;
  readonly typename: string;
  readonly value: unknown;
}

export interface EgressEntry {
  readonly typename: string;
  readonly value: unknown;
}

export interface HistoryEntry {
  readonly outcome: string;
  readonly messages: readonly { readonly typename: string; readonly value: unknown }[];
  /** Only what the invocation changed. */
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
}

/** What an egress of kind http takes as a request with a JSON body. */
export const httpJsonType = "io.signalbox.http/json";

type Decode = (bytes: Uint8Array) => unknown;

export class Look {
  readonly #decoders = new Map<string, Decode>();

  constructor(entities: readonly AnyEntity[]) {
    for (const type of Object.values(types)) this.#decoders.set(type.typename, (bytes) => type.decode(bytes));
    for (const { states, handlers } of entities) {
      for (const { type } of states) this.#decoders.set(type.typename, (bytes) => type.decode(bytes));
      for (const { valueType } of handlers.values()) this.#decoders.set(valueType.typename, (bytes) => valueType.decode(bytes));
    }
  }

  entity(view: EntityView | undefined): EntityLook {
    if (view === undefined) return { status: "idle", mailboxDepth: 0, state: {}, failure: undefined };
    const state = view.state.flatMap(({ name, value }) => (value === undefined ? [] : [[name, this.value(value)] as const]));
    return { status: view.status, mailboxDepth: view.mailboxDepth, state: Object.fromEntries(state), failure: view.failure?.message };
  }

  sent(records: readonly JournalRecord[], to: Partial<Address> = {}): SentEntry[] {
    return records
      .flatMap(({ address, sent }) => sent.map(({ target, value }) => ({ from: address, to: target, ...this.kept(value) })))
      .filter((entry) => (to.type === undefined || entry.to.type === to.type) && (to.id === undefined || entry.to.id === to.id));
  }

  egress(records: readonly EgressRecord[]): EgressEntry[] {
    return records.map(({ egress, value }) => ({ typename: value.typename, value: this.left(egress, value) }));
  }

  /** A schema's values leave as JSON under the id of their egress, or as the body of a request. */
  left(egress: string, value: TypedValue): unknown {
    const isJson = value.typename === egress || value.typename === httpJsonType;
    if (!isJson || this.#decoders.has(value.typename)) return this.value(value);
    try {
      return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(value.bytes));
    } catch {
      return value.bytes;
    }
  }

  history(records: readonly JournalRecord[]): HistoryEntry[] {
    return records.map(({ outcome, messages, state }) => ({
      outcome: outcome.kind,
      messages: messages.map(({ value }) => this.kept(value)),
      before: this.#named(state.map(({ name, before }) => [name, before])),
      after: this.#named(state.map(({ name, after }) => [name, after])),
    }));
  }

  #named(values: readonly (readonly [string, JournalValue | undefined])[]): Record<string, unknown> {
    return Object.fromEntries(values.flatMap(([name, value]) => (value === undefined ? [] : [[name, this.kept(value).value] as const])));
  }

  /** A value of the journal. */
  kept({ typename, bytes = new Uint8Array() }: JournalValue): { readonly typename: string; readonly value: unknown } {
    return { typename, value: this.value({ typename, bytes }) };
  }

  /** Decoded, where a definition knows its type; else its bytes. */
  value({ typename, bytes }: TypedValue): unknown {
    const decode = this.#decoders.get(typename);
    // A value may be null.
    return decode === undefined ? bytes : decode(bytes);
  }
}
