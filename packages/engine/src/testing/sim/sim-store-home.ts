/**
 * SimDisk and SimStoreHome: where simulated stores live. The disk outlives the engine's lives, and a home is the way to it in one life.
 * Adopting the next store is one step: a crash leaves the old one in use or the new one, never both and never a half.
 */
import { createMemoryStore } from "../../adapters/store-memory.ts";
import { EngineError } from "@signalbox/runtime/model/engine-error";
import type { NextStores, StoreHome } from "../../ports/store-home.ts";
import type { ScanRange, Store, StoreReader } from "../../ports/store.ts";
import { SimStore, StaleHandleError, type StoreLife } from "./sim-store.ts";

/**
 * The stores that are in use together, one a partition, and all of them as one to read: an entity, an egress or a key is in only one of
 * them.
 */
export interface StoreSet {
  readonly stores: readonly Store[];
  readonly all: StoreReader;
}

function storeSet(count: number, make: () => Store): StoreSet {
  const stores = Array.from({ length: count }, make);
  return {
    stores,
    all: { get: (key) => firstOf(stores, key), scan: (range) => scanAll(stores, range), scanKeys: (range) => keysOfAll(stores, range) },
  };
}

function firstOf(stores: readonly Store[], key: string): Uint8Array | undefined {
  for (const store of stores) {
    const value = store.get(key);
    if (value !== undefined) return value;
  }
  return undefined;
}

async function* scanAll(stores: readonly Store[], range: ScanRange): AsyncGenerator<readonly [key: string, value: Uint8Array]> {
  for (const store of stores) yield* store.scan(range);
}

async function* keysOfAll(stores: readonly Store[], range: ScanRange): AsyncGenerator<string> {
  for (const store of stores) yield* store.scanKeys(range);
}

export class SimDisk {
  private readonly sets = new Map<number, StoreSet>();
  private currentName = 0;
  private nextName = 1;

  private readonly make: () => Store;

  constructor(partitions = 1, make: () => Store = createMemoryStore) {
    this.make = make;
    this.sets.set(0, storeSet(partitions, make));
  }

  /** What a machine that starts now would find. */
  current(): StoreSet {
    return this.open(this.currentName);
  }

  /** All stores, in use or not. */
  everyStore(): Store[] {
    return [...this.sets.values()].flatMap(({ stores }) => stores);
  }

  create(partitions: number): number {
    const name = this.nextName++;
    this.sets.set(name, storeSet(partitions, this.make));
    return name;
  }

  open(name: number): StoreSet {
    const set = this.sets.get(name);
    if (set === undefined) throw new Error(`no stores ${name} on the disk`);
    return set;
  }

  adopt(name: number): void {
    this.open(name);
    this.currentName = name;
  }

  removeStale(): void {
    for (const name of this.sets.keys()) if (name !== this.currentName) this.sets.delete(name);
  }
}

export interface HomeLife extends StoreLife {
  /** The whole next stores, before they are in use. */
  adopting(next: StoreSet): Promise<void>;
}

function homeFailure(message: string): EngineError {
  return new EngineError("STORE_FAILED", message, "Wait for calm.");
}

export class SimStoreHome implements StoreHome {
  private readonly disk: SimDisk;
  private readonly life: HomeLife;
  private handles: SimStore[] = [];
  private closed = false;

  constructor(disk: SimDisk, life: HomeLife) {
    this.disk = disk;
    this.life = life;
  }

  async openCurrent(): Promise<Store[]> {
    await this.takeTime("home open");
    return this.handlesOf(this.disk.current());
  }

  async createNext(partitions: number): Promise<NextStores> {
    await this.takeTime("home create");
    if (this.life.faults.hit("storeHomeFails")) throw homeFailure("no next store could be created");
    const name = this.disk.create(partitions);
    return {
      stores: this.handlesOf(this.disk.open(name)),
      adopt: async () => {
        await this.takeTime("home adopt");
        if (this.closed || this.life.faults.hit("adoptFails")) throw homeFailure("the next store could not be adopted");
        await this.life.adopting(this.disk.open(name));
        this.disk.adopt(name);
        // The store is adopted and nobody learned of it; the next life finds it.
        if (this.life.faults.hit("adoptSlow")) await this.life.wait(this.life.faults.rng.between(100, 10_000), "home settles");
        await this.takeTime("home adopted");
      },
    };
  }

  async removeStale(): Promise<void> {
    await this.takeTime("home clean");
    this.disk.removeStale();
  }

  close(): void {
    this.closed = true;
    this.handles = [];
  }

  crash(): void {
    for (const handle of this.handles) handle.crash();
    this.handles = [];
  }

  private handlesOf({ stores }: StoreSet): SimStore[] {
    const handles = stores.map((store, index) => new SimStore(store, { life: this.life, partition: index }));
    this.handles.push(...handles);
    return handles;
  }

  private async takeTime(label: string): Promise<void> {
    await this.life.wait(this.life.faults.rng.between(0, 5), label);
    if (!this.life.alive) throw new StaleHandleError();
  }
}
