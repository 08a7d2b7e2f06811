/**
 * Mirror: the state of all entities as plain values, kept beside the engine while a world runs, so that an invariant can be asked after
 * everything that happens. Neighbours: world.ts feeds it with what the engine tells, and anew after a crash.
 */
import type { Engine, JournalRecord } from "@signalbox/runtime";
import type { Address, AnyEntity } from "@signalbox/functions";
import type { Look } from "./look.ts";

export interface WorldView {
  /** Decoded state by name; a state that is empty is absent. */
  state(of: Address): Readonly<Record<string, unknown>>;
  /** All entities of a type that have state. */
  all(type: string): readonly { readonly id: string; readonly state: Readonly<Record<string, unknown>> }[];
}

const entitiesMax = 10_000;

export class Mirror implements WorldView {
  readonly #types: readonly string[];
  readonly #look: Look;
  readonly #states = new Map<string, Map<string, Record<string, unknown>>>();

  constructor(entities: readonly AnyEntity[], look: Look) {
    this.#types = entities.map(({ type }) => type);
    this.#look = look;
  }

  state({ type, id }: Address): Readonly<Record<string, unknown>> {
    return this.#states.get(type)?.get(id) ?? {};
  }

  all(type: string): readonly { readonly id: string; readonly state: Readonly<Record<string, unknown>> }[] {
    return [...(this.#states.get(type) ?? [])].map(([id, state]) => ({ id, state }));
  }

  /** Called when an invocation was applied. */
  apply({ address, state }: JournalRecord): void {
    if (state.length === 0) return;
    const after = { ...this.state(address) };
    for (const { name, after: value } of state) {
      if (value === undefined) delete after[name];
      else after[name] = this.#look.kept(value).value;
    }
    this.#put(address, after);
  }

  /** Called after a crash: what was not durable is gone. */
  async reload(engine: Omit<Engine, "observe">, run: <T>(promise: Promise<T>) => Promise<T>): Promise<void> {
    this.#states.clear();
    for (const type of this.#types) {
      const page = await run(engine.entities({ type, limit: entitiesMax }));
      for (const { address } of page.items) this.#put(address, { ...this.#look.entity(await run(engine.entity(address))).state });
    }
  }

  #put({ type, id }: Address, state: Record<string, unknown>): void {
    const ofType = this.#states.get(type) ?? new Map<string, Record<string, unknown>>();
    this.#states.set(type, ofType);
    if (Object.keys(state).length === 0) ofType.delete(id);
    else ofType.set(id, state);
  }
}
