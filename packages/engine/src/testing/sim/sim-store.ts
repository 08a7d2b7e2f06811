/**
 * SimStore: the Store port over a disk that survives crashes. A handle belongs to one life of the engine and throws once that life is over.
 * It shows the port's faults: a write fails and changes nothing, fails and is whole on disk, is slow, or is whole on disk though its writer
 * did not learn of it before the crash; the disk is full for a time; reads throw; scans take time while the store changes.
 */
import { EngineError } from "@signalbox/runtime/model/engine-error";
import type { ScanRange, Store, StoreReader, StoreSnapshot, StoreWrite } from "../../ports/store.ts";
import type { Faults } from "./faults.ts";

/** What one life of the engine shares: whether it goes on, and how time passes in it. */
export interface StoreLife {
  alive: boolean;
  /** Reads threw in this life; the engine may stop itself then. */
  readFaults: number;
  readonly faults: Faults;
  wait(delayMs: number, label: string): Promise<void>;
  /** The disk accepts nothing at the moment. */
  isFull(): boolean;
  /** A batch was given to the disk, and nothing of it is written yet. */
  handedOver(writes: readonly StoreWrite[], partition: number): void;
  /** A batch is whole on disk, and its writer has not learned of it. */
  written(): void;
  /** A batch that was being written when the machine stopped. */
  cut(kept: boolean): void;
}

interface Underway {
  readonly writes: readonly StoreWrite[];
  applied: boolean;
}

export class StaleHandleError extends Error {
  constructor() {
    super("this store handle belongs to a life of the engine that has ended");
    this.name = "StaleHandleError";
  }
}

export class SimStore implements Store {
  private readonly disk: Store;
  private readonly life: StoreLife;
  private readonly partition: number;
  /** Batches apply in the order of the calls. */
  private last: Promise<void> = Promise.resolve();
  private underway: Underway[] = [];
  private closed = false;

  constructor(disk: Store, { life, partition }: { life: StoreLife; partition: number }) {
    this.disk = disk;
    this.life = life;
    this.partition = partition;
  }

  get(key: string): Uint8Array | undefined {
    this.mayRead();
    return this.disk.get(key);
  }

  async getMany(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    this.mayRead();
    // The port promises no moment: what was read first may be old by the end, and what was read last is new.
    const early = this.life.faults.rng.chance(500);
    const before = early ? await this.disk.getMany(keys) : [];
    await this.scanTakesTime();
    return early ? before : this.disk.getMany(keys);
  }

  scan(range: ScanRange): AsyncIterable<readonly [key: string, value: Uint8Array]> {
    return this.scanOf(this.disk, range);
  }

  scanKeys(range: ScanRange): AsyncIterable<string> {
    return this.keysOf(this.disk, range);
  }

  writeSynced(writes: readonly StoreWrite[]): Promise<void> {
    if (!this.life.alive) return Promise.reject(new StaleHandleError());
    if (this.closed) return Promise.reject(new Error("the simulated store is closed"));
    const batch: Underway = { writes: writes.map((write) => ({ ...write, value: write.value?.slice() })), applied: false };
    this.underway.push(batch);
    this.life.handedOver(writes, this.partition);
    const written = this.last.then(() => this.write(batch));
    this.last = written.catch(() => undefined);
    return written;
  }

  snapshot(): StoreSnapshot {
    this.mayRead();
    const snapshot = this.disk.snapshot();
    return {
      get: (key) => {
        this.mayRead();
        return snapshot.get(key);
      },
      scan: (range) => this.scanOf(snapshot, range),
      scanKeys: (range) => this.keysOf(snapshot, range),
      close: () => snapshot.close(),
    };
  }

  sizeBytes(): Promise<number> {
    return this.disk.sizeBytes();
  }

  async close(): Promise<void> {
    await this.last;
    this.closed = true;
  }

  /** The machine stops: of what was being written a prefix is on disk, each batch whole. */
  crash(): void {
    let whole = true;
    for (const batch of this.underway) {
      if (batch.applied) continue;
      whole = whole && this.life.faults.rng.chance(500);
      if (whole) void this.disk.writeSynced(batch.writes);
      this.life.cut(whole);
    }
    this.underway = [];
  }

  private async write(batch: Underway): Promise<void> {
    const { faults } = this.life;
    const slowMs = faults.hit("storeWriteSlow") ? faults.rng.between(50, 3_000) : undefined;
    // The slowest writes take longer than the committer waits.
    const syncMs = slowMs === undefined ? faults.rng.between(1, 8) : slowMs > 2_950 ? slowMs * 4 : slowMs;
    await this.life.wait(syncMs, "store sync");
    this.mayUse();
    if (this.life.isFull() || faults.hit("storeWriteFails")) this.fail(batch, "the simulated disk is full");
    await this.disk.writeSynced(batch.writes);
    if (faults.hit("storeWriteUnsure")) this.fail(batch, "the simulated disk did not say whether it wrote");
    batch.applied = true;
    this.life.written();
    // Between the sync and its report the machine may stop: the batch is durable and its writer does not know.
    await this.life.wait(faults.rng.between(0, 1), "store synced");
    this.mayUse();
    this.underway = this.underway.filter((other) => other !== batch);
  }

  private fail(batch: Underway, message: string): never {
    this.underway = this.underway.filter((other) => other !== batch);
    throw new EngineError("STORE_FAILED", message, "Wait for calm.");
  }

  private async *scanOf(reader: StoreReader, range: ScanRange): AsyncGenerator<readonly [key: string, value: Uint8Array]> {
    this.mayRead();
    // What a scan shows is fixed when it begins, although the store changes meanwhile.
    const rows: (readonly [key: string, value: Uint8Array])[] = [];
    for await (const row of reader.scan(range)) rows.push(row);
    await this.scanTakesTime();
    yield* rows;
  }

  private async *keysOf(reader: StoreReader, range: ScanRange): AsyncGenerator<string> {
    this.mayRead();
    const keys: string[] = [];
    for await (const key of reader.scanKeys(range)) keys.push(key);
    await this.scanTakesTime();
    yield* keys;
  }

  private async scanTakesTime(): Promise<void> {
    const { faults } = this.life;
    await this.life.wait(faults.hit("storeScanSlow") ? faults.rng.between(5, 500) : faults.rng.between(0, 2), "store scan");
    this.mayUse();
  }

  private mayUse(): void {
    if (!this.life.alive) throw new StaleHandleError();
    if (this.closed) throw new Error("the simulated store is closed");
  }

  private mayRead(): void {
    this.mayUse();
    if (!this.life.faults.hit("storeReadFails")) return;
    this.life.readFaults++;
    throw new EngineError("STORE_FAILED", "the simulated disk does not read", "Wait for calm.");
  }
}
