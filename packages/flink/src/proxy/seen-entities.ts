/**
 * SeenEntities: what the gateway saw of each entity when its function was last called: its values after that call. That is not always what
 * Flink has: a call that Flink repeats after a failure may have shown values that never came to count. It is bounded in entities and bytes;
 * what was seen longest ago is removed first.
 */
import { formatAddress, type Address, type Effects, type StateEntry, type StateSpec, type TypedValue } from "@signalbox/runtime";

export interface SeenEntity {
  readonly address: Address;
  readonly values: ReadonlyMap<string, TypedValue>;
  readonly atMs: number;
  readonly sizeBytes: number;
}

export interface SeenLimits {
  readonly entitiesMax: number;
  readonly bytesMax: number;
  readonly typesMax: number;
}

const entityBytes = 200;

export class SeenEntities {
  readonly #limits: SeenLimits;
  /** The entities in the order in which they were seen. */
  readonly #entities = new Map<string, SeenEntity>();
  readonly #specs = new Map<string, Map<string, StateSpec>>();
  #bytes = 0;

  constructor(limits: SeenLimits) {
    this.#limits = limits;
  }

  registered(type: string, missing: readonly StateSpec[]): void {
    const specs = this.#typeOf(type);
    for (const spec of missing) specs?.set(spec.name, spec);
  }

  specsOf(type: string): readonly StateSpec[] {
    return [...(this.#specs.get(type)?.values() ?? [])];
  }

  /** The types whose functions answered. */
  get types(): readonly string[] {
    return [...this.#specs.keys()];
  }

  called(address: Address, call: { state: readonly StateEntry[]; effects: Effects; atMs: number }): void {
    this.#typeOf(address.type);
    const values = new Map<string, TypedValue>();
    for (const { name, value } of call.state) if (value !== undefined) values.set(name, value);
    for (const mutation of call.effects.mutations) {
      if (mutation.kind === "modify") values.set(mutation.name, mutation.value);
      else values.delete(mutation.name);
    }
    const key = formatAddress(address);
    this.#forget(key);
    const sizeBytes = [...values].reduce((sum, [name, { bytes }]) => sum + name.length + bytes.length, entityBytes + key.length);
    if (sizeBytes > this.#limits.bytesMax) return;
    // A value is part of a request or of a reply, which is larger.
    const kept = new Map([...values].map(([name, value]) => [name, { ...value, bytes: Uint8Array.from(value.bytes) }]));
    this.#entities.set(key, { address, values: kept, atMs: call.atMs, sizeBytes });
    this.#bytes += sizeBytes;
    for (const oldest of this.#entities.keys()) {
      if (this.#entities.size <= this.#limits.entitiesMax && this.#bytes <= this.#limits.bytesMax) break;
      this.#forget(oldest);
    }
  }

  entity(address: Address): SeenEntity | undefined {
    return this.#entities.get(formatAddress(address));
  }

  /** Returns entities in id order, after `after`. */
  page(query: { type: string; prefix: string; after: string | undefined; limit: number }): SeenEntity[] {
    const { type, prefix, after, limit } = query;
    return [...this.#entities.values()]
      .filter(({ address }) => address.type === type && address.id.startsWith(prefix) && (after === undefined || address.id > after))
      .toSorted((a, b) => (a.address.id < b.address.id ? -1 : 1))
      .slice(0, limit);
  }

  /** Another state is in force, and what was seen belongs to another past. */
  clear(): void {
    this.#entities.clear();
    this.#bytes = 0;
  }

  #typeOf(type: string): Map<string, StateSpec> | undefined {
    const known = this.#specs.get(type);
    if (known !== undefined || this.#specs.size >= this.#limits.typesMax) return known;
    const made = new Map<string, StateSpec>();
    this.#specs.set(type, made);
    return made;
  }

  #forget(key: string): void {
    const seen = this.#entities.get(key);
    if (seen === undefined) return;
    this.#entities.delete(key);
    this.#bytes -= seen.sizeBytes;
  }
}
