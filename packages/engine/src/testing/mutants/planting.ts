/** Planting: the ways in which mutants.ts plants a bug: a method replaced while worlds run, or a port that breaks its rules. */
import type { ScanRange, Store } from "../../ports/store.ts";

type Method = (...given: never[]) => unknown;
/** The methods of a class, by name; private ones too. */
type Owner = { readonly prototype: object };

/** `make` gets the real method; the function that is returned restores it. */
export function replaceMethod(
  owner: Owner,
  name: string,
  make: (real: (self: object, given: readonly unknown[]) => unknown) => Method,
): () => void {
  const found = Object.getOwnPropertyDescriptor(owner.prototype, name);
  const real: unknown = found?.value;
  if (found === undefined || typeof real !== "function") throw new Error(`there is no method ${name} to plant a bug in`);
  const call = (self: object, given: readonly unknown[]): unknown => Reflect.apply(real, self, given);
  Object.defineProperty(owner.prototype, name, { ...found, value: make(call) });
  return () => Object.defineProperty(owner.prototype, name, found);
}

export function replaceGetter(owner: Owner, name: string, get: () => unknown): () => void {
  const found = Object.getOwnPropertyDescriptor(owner.prototype, name);
  if (found?.get === undefined) throw new Error(`there is no getter ${name} to plant a bug in`);
  Object.defineProperty(owner.prototype, name, { ...found, get });
  return () => Object.defineProperty(owner.prototype, name, found);
}

export function changedStore(store: Store, change: Partial<Store>): Store {
  return {
    get: (key) => store.get(key),
    getMany: (keys) => store.getMany(keys),
    scan: (range) => store.scan(range),
    scanKeys: (range) => store.scanKeys(range),
    writeSynced: (writes) => store.writeSynced(writes),
    snapshot: () => store.snapshot(),
    sizeBytes: () => store.sizeBytes(),
    close: () => store.close(),
    ...change,
  };
}

/** The rows of a table never reach the disk. */
export const withoutTable = (table: string) => (store: Store) =>
  changedStore(store, { writeSynced: (writes) => store.writeSynced(writes.filter(({ key }) => !key.startsWith(`${table}\u0000`))) });

/** The rows of a table are never removed. */
export const withoutRemovals = (table: string) => (store: Store) =>
  changedStore(store, {
    writeSynced: (writes) => store.writeSynced(writes.filter(({ key, value }) => value !== undefined || !key.startsWith(`${table}\u0000`))),
  });

export function isTable(range: ScanRange, table: string): boolean {
  return (range.gte ?? range.gt ?? "").startsWith(`${table}\u0000`);
}

export async function* nothing<T>(): AsyncGenerator<T> {
  yield* [];
}
