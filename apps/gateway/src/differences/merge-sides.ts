/**
 * mergeSides: reads two sides of a comparison, entity by entity in one order, until both end or the budget does. It is pure except for the
 * clock that it is given.
 * Guarantee: an entity is visited once, with all of its values of both sides; what a budget cuts off continues after the place that is
 * returned.
 */
import type {
  AroundSide,
  DifferenceBudget,
  DifferenceScope,
  EntitySide,
  Looked,
  StateOf,
  StoredValue,
  TypesAnswer,
} from "./difference-job.ts";
import { compareUtf8 } from "@signalbox/runtime";

export interface Side {
  /** Entities with state, in the order of types and ids by their bytes, after the scope's place. */
  entities(scope: DifferenceScope): AsyncGenerator<readonly StateOf[], void>;
  around(scope: DifferenceScope): Promise<AroundSide>;
  entity(type: string, id: string): Promise<EntitySide>;
  /** Counts entities by type: those with state, a mailbox or a status. */
  types(): Promise<TypesAnswer>;
  close(): void;
}

export interface Merging {
  readonly scope: DifferenceScope;
  readonly budget: DifferenceBudget;
  readonly nowMs: () => number;
}

/** Called for each entity; at least one of the two is there. Returning false ends the merge after this entity. */
export type Visit = (from: StateOf | undefined, to: StateOf | undefined) => boolean;

/** The clock is read once for this many entities. */
const entitiesPerGlance = 64;

export async function mergeSides(sides: readonly [Side, Side], { scope, budget, nowMs }: Merging, visit: Visit): Promise<Looked> {
  const endsMs = nowMs() + budget.msMax;
  const [from, to] = [new Head(sides[0].entities(scope)), new Head(sides[1].entities(scope))];
  let entities = 0;
  const looked = (last: StateOf | undefined): Looked => ({
    entities,
    bytes: from.bytes + to.bytes,
    stoppedAfter: last === undefined ? null : { type: last.type, id: last.id },
  });
  try {
    for (;;) {
      const [one, other] = [await from.peek(), await to.peek()];
      const first = one === undefined ? other : other === undefined || compare(one, other) <= 0 ? one : other;
      if (first === undefined) return looked(undefined);
      const isThere = (entity: StateOf | undefined): boolean => entity !== undefined && compare(entity, first) === 0;
      const [before, after] = [isThere(one) ? from.take() : undefined, isThere(other) ? to.take() : undefined];
      entities++;
      const goesOn = visit(before, after);
      const isSpent =
        entities >= budget.entitiesMax ||
        from.bytes + to.bytes >= budget.bytesMax ||
        (entities % entitiesPerGlance === 0 && nowMs() >= endsMs);
      if (!goesOn || isSpent) return looked(first);
    }
  } finally {
    await Promise.all([from.end(), to.end()]);
  }
}

function compare(left: StateOf, right: StateOf): number {
  return left.type === right.type ? compareUtf8(left.id, right.id) : compareUtf8(left.type, right.type);
}

/** The reading end of one side, which shows its next entity. */
class Head {
  readonly #batches: AsyncGenerator<readonly StateOf[], void>;
  #batch: readonly StateOf[] = [];
  #at = 0;
  bytes = 0;

  constructor(batches: AsyncGenerator<readonly StateOf[], void>) {
    this.#batches = batches;
  }

  /** Returns a promise only where a new batch has to be read. */
  peek(): StateOf | undefined | Promise<StateOf | undefined> {
    return this.#at < this.#batch.length ? this.#batch[this.#at] : this.#refill();
  }

  take(): StateOf | undefined {
    const entity = this.#batch[this.#at++];
    for (const { bytes } of entity?.values.values() ?? []) this.bytes += bytes.length;
    return entity;
  }

  async end(): Promise<void> {
    await this.#batches.return();
  }

  async #refill(): Promise<StateOf | undefined> {
    do {
      const next = await this.#batches.next();
      if (next.done === true) return undefined;
      this.#batch = next.value;
      this.#at = 0;
    } while (this.#batch.length === 0);
    return this.#batch[0];
  }
}

/** Returns the names of values that only one side has, or whose type or bytes differ. */
export function differingValues(from: ReadonlyMap<string, StoredValue>, to: ReadonlyMap<string, StoredValue>): string[] {
  const names: string[] = [];
  for (const [name, value] of from) {
    const other = to.get(name);
    if (other === undefined || other.typename !== value.typename || !isEqual(value.bytes, other.bytes)) names.push(name);
  }
  for (const name of to.keys()) if (!from.has(name)) names.push(name);
  return names;
}

function isEqual(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && Buffer.compare(left, right) === 0;
}
