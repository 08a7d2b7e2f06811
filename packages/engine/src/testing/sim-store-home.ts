/**
 * SimDisk and SimStoreHome: where simulated stores live. The disk outlives the engine's lives; a home is one life's way to it. Adopting
 * the next store is one step: a crash leaves the old one in use or the new one, never both and never half.
 */
import { createMemoryStore } from "../adapters/store-memory.ts";
import { EngineError } from "../model/engine-error.ts";
import type { NextStore, StoreHome } from "../ports/store-home.ts";
import type { Store } from "../ports/store.ts";
import { SimStore, StaleHandleError, type StoreLife } from "./sim-store.ts";

export class SimDisk {
  private readonly stores = new Map<number, Store>();
  private currentName = 0;
  private nextName = 1;

  constructor() {
    this.stores.set(0, createMemoryStore());
  }

  /** What a machine that starts now would find. */
  current(): Store {
    const store = this.stores.get(this.currentName);
    if (store === undefined) throw new Error("the disk lost its store");
    return store;
  }

  create(): number {
    const name = this.nextName++;
    this.stores.set(name, createMemoryStore());
    return name;
  }

  open(name: number): Store {
    const store = this.stores.get(name);
    if (store === undefined) throw new Error(`no store ${name} on the disk`);
    return store;
  }

  adopt(name: number): void {
    this.open(name);
    this.currentName = name;
  }

  removeStale(): void {
    for (const name of this.stores.keys()) if (name !== this.currentName) this.stores.delete(name);
  }
}

export interface HomeLife extends StoreLife {
  /** What will be in use next, whole, before it is. */
  adopting(store: Store): Promise<void>;
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

  async openCurrent(): Promise<Store> {
    await this.takeTime("home open");
    return this.handle(this.disk.current());
  }

  async createNext(): Promise<NextStore> {
    await this.takeTime("home create");
    if (this.life.faults.hit("storeHomeFails")) throw homeFailure("no next store could be created");
    const name = this.disk.create();
    return {
      store: this.handle(this.disk.open(name)),
      adopt: async () => {
        await this.takeTime("home adopt");
        if (this.closed || this.life.faults.hit("adoptFails")) throw homeFailure("the next store could not be adopted");
        await this.life.adopting(this.disk.open(name));
        this.disk.adopt(name);
        // Adopted and unheard: the next life finds the new store.
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

  private handle(store: Store): SimStore {
    const handle = new SimStore(store, this.life);
    this.handles.push(handle);
    return handle;
  }

  private async takeTime(label: string): Promise<void> {
    await this.life.wait(this.life.faults.rng.between(0, 5), label);
    if (!this.life.alive) throw new StaleHandleError();
  }
}
