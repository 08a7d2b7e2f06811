/**
 * LoggedStore: the Store port over an epoch log and a store below that lags behind it (docs/decisions/0109). A batch is durable once its
 * frame is in the log; its rows stand in a layer in memory until the store below has them. Every logBytesMax the layer is closed, and
 * its net rows go below beside the traffic: what came and went within a layer never does. Then the log's files are used again.
 * A start reads the log into a layer. The store below begins with the row `formatKey` in it, before the log may hold anything: a version
 * that knows no log refuses that format.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { EngineError } from "../../model/engine-error.ts";
import type { Store, StoreSnapshot, StoreWrite } from "../../ports/store.ts";
import type { StoredReads } from "../../ports/stored-reads.ts";
import { encodeFrame } from "./epoch-frame.ts";
import { EpochLog } from "./epoch-log.ts";
import { readEpochLog, type EpochLogReading } from "./epoch-log-reading.ts";
import { layeredRow, scanKeysLayered, scanLayered, type GiveWay, type LayeredView } from "./layered-scan.ts";
import { layeredSnapshot } from "./layered-snapshot.ts";
import type { LogFiles } from "./log-files.ts";
import { LogProgress } from "./log-progress.ts";
import { OverlayLayer } from "./overlay-layer.ts";

export const logBytesMax = 8 * 1024 * 1024;
/** What is handed below in one batch, each batch a sync and a turn of the event loop: so much keeps the thread for some milliseconds. */
const beside = { rowsMax: 2_000, bytesMax: 512 * 1024 };
/** When a write waits for it: turns of a busy thread are long, and the fewer the better. */
const awaited = { rowsMax: 20_000, bytesMax: 4 * 1024 * 1024 };

export interface LoggedStoreOptions {
  /** Closed with the store. */
  readonly below: Store;
  readonly files: LogFiles;
  /** What they hold, read before the store below was opened: opening changes it, and damage must leave all as it is. */
  readonly reading?: EpochLogReading;
  /** What the store below found wrong with itself beside the traffic. */
  readonly defect?: () => Error | undefined;
  /** The first batch that has it goes below, and so does everything before it. Undefined: the log takes all. */
  readonly formatKey?: string;
  readonly logBytesMax?: number;
  /** As in sorted-keys.ts. */
  readonly deadKeysMin?: number;
  /** Between pieces of a long scan; a turn of the event loop unless given. */
  readonly giveWay?: GiveWay;
  /** Where it says how far it is, for those who follow its log (followed-store.ts). */
  readonly progress?: LogProgress;
  /** Those who follow it, where there are any. */
  readonly reads?: StoredReads | undefined;
}

/** A layer that takes no more rows, and where its last frame lies. */
interface ClosedLayer {
  readonly layer: OverlayLayer;
  readonly generation: number;
  readonly ordinal: number;
}

/** Throws DATA_CORRUPT: the log does not hold all that was acknowledged. */
export function openLoggedStore(options: LoggedStoreOptions): Store {
  return new LoggedStore(options);
}

/** Exported for the planted bugs. */
export class LoggedStore implements Store {
  readonly reads: StoredReads | undefined;
  private readonly below: Store;
  private readonly log: EpochLog;
  private readonly options: LoggedStoreOptions;
  private readonly bytesMax: number;
  private readonly giveWay: GiveWay;
  private readonly progress: LogProgress;
  private layer: OverlayLayer;
  /** The oldest first. */
  private closedLayers: ClosedLayer[] = [];
  private logs: boolean;
  private last: Promise<void> = Promise.resolve();
  private lowering: Promise<void> | undefined;
  private failed = false;
  /** Somebody waits for what is being lowered. */
  private awaits = false;
  private closed = false;

  constructor(options: LoggedStoreOptions) {
    this.options = options;
    this.reads = options.reads;
    this.below = options.below;
    this.bytesMax = options.logBytesMax ?? logBytesMax;
    this.giveWay = options.giveWay ?? (() => nextTurn());
    this.layer = new OverlayLayer(options);
    const reading = options.reading ?? readEpochLog(options.files);
    this.log = new EpochLog(options.files, reading);
    this.logs = options.formatKey === undefined || reading.generation > 0;
    for (const { bytes, rows } of reading.frames) this.layer.addRead(bytes, rows);
    // What was read is a layer of its own, because a part of it may be below already.
    if (this.layer.slots > 0) this.closeLayer(reading.generation);
    this.progress = options.progress ?? new LogProgress();
    this.progress.below = options.files.marks().applied ?? 0;
    this.progress.mayBeBelow = this.log.lastOrdinal;
    this.progress.durable = this.log.lastOrdinal;
  }

  get(key: string): Uint8Array | undefined {
    const own = this.layer.get(key);
    if (own !== undefined) return own.value;
    for (let index = this.closedLayers.length - 1; index >= 0; index--) {
      const row = this.closedLayers[index]?.layer.get(key);
      if (row !== undefined) return row.value;
    }
    return this.below.get(key);
  }

  async getMany(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    const view = this.view();
    const rows = keys.map((key) => layeredRow(view, key));
    const missing = keys.filter((_, index) => rows[index] === undefined);
    const found = missing.length === 0 ? [] : await this.below.getMany(missing);
    let next = 0;
    return rows.map((row) => (row === undefined ? found[next++] : row.value));
  }

  scan(range: Parameters<Store["scan"]>[0]): ReturnType<Store["scan"]> {
    return scanLayered({ open: () => this.view(), giveWay: this.giveWay }, range);
  }

  scanKeys(range: Parameters<Store["scanKeys"]>[0]): ReturnType<Store["scanKeys"]> {
    return scanKeysLayered({ open: () => this.view(), giveWay: this.giveWay }, range);
  }

  snapshot(): StoreSnapshot {
    const below = this.below.snapshot();
    return layeredSnapshot(this.view().layers, below, this.giveWay);
  }

  writeSynced(writes: readonly StoreWrite[]): Promise<void> {
    const write = this.last.then(() => this.write(writes));
    this.last = write.catch(() => undefined);
    return write;
  }

  async sizeBytes(): Promise<number> {
    return (await this.below.sizeBytes()) + this.log.sizeBytes();
  }

  /** What the log holds goes below, so that the next start has nothing to read; if that fails it stays in the log. */
  async close(): Promise<void> {
    await this.last;
    this.closed = true;
    this.closeLayer(this.log.rotate());
    await this.lowered().catch(() => undefined);
    this.log.close();
    await this.below.close();
  }

  private view(): LayeredView {
    const layers = [{ layer: this.layer, slots: this.layer.slots }];
    for (let index = this.closedLayers.length - 1; index >= 0; index--) {
      const layer = this.closedLayers[index]?.layer;
      if (layer !== undefined) layers.push({ layer, slots: layer.slots });
    }
    return { layers, below: this.below };
  }

  private async write(writes: readonly StoreWrite[]): Promise<void> {
    if (this.closed)
      throw new EngineError("ENGINE_STOPPED", `the store with the log ${this.options.files.place} is closed`, "open it again");
    const defect = this.options.defect?.();
    // What is read from a damaged table must not become durable as the ground of something new.
    if (defect !== undefined) throw defect;
    if (writes.length === 0) return;
    if (!this.logs) return this.writeBelow(writes);
    await this.makeRoom();
    const offsets: number[] = [];
    const frame = await this.log.append((name) => {
      offsets.length = 0;
      return encodeFrame(writes, name, (_, offset) => offsets.push(offset));
    });
    this.layer.add(frame, writes, offsets);
    this.progress.durable = this.log.lastOrdinal;
  }

  private async writeBelow(writes: readonly StoreWrite[]): Promise<void> {
    await this.below.writeSynced(writes);
    this.logs = writes.some(({ key, value }) => key === this.options.formatKey && value !== undefined);
  }

  /**
   * A layer that could not be lowered is tried again before anything new. While one goes below another fills; then that is waited for: two bound
   * what is in memory and what a start reads.
   */
  private async makeRoom(): Promise<void> {
    const isFull = this.layer.bytes >= this.bytesMax;
    if (this.failed || (isFull && this.closedLayers.length > 0)) await this.lowered();
    if (!isFull) return;
    this.closeLayer(this.log.rotate());
    this.lower().catch(() => undefined);
  }

  private async lowered(): Promise<void> {
    this.awaits = true;
    try {
      await this.lower();
    } finally {
      this.awaits = false;
    }
  }

  private closeLayer(generation: number): void {
    if (this.layer.slots === 0) return;
    this.closedLayers.push({ layer: this.layer, generation, ordinal: this.log.lastOrdinal });
    this.layer = new OverlayLayer(this.options);
  }

  /** One at a time; whoever comes meanwhile waits for the same. */
  private lower(): Promise<void> {
    this.lowering ??= this.lowerAll().finally(() => {
      this.lowering = undefined;
    });
    return this.lowering;
  }

  private async lowerAll(): Promise<void> {
    try {
      for (let oldest = this.closedLayers[0]; oldest !== undefined; oldest = this.closedLayers[0]) {
        this.progress.mayBeBelow = Math.max(this.progress.mayBeBelow, oldest.ordinal);
        await this.lowerRows(oldest.layer);
        // Before its files are used again: who misses one looks here.
        this.progress.below = oldest.ordinal;
        await this.log.forget(oldest.generation, oldest.ordinal);
        this.closedLayers.shift();
      }
      this.failed = false;
    } catch (error) {
      this.failed = true;
      throw error;
    }
  }

  /** Again from its beginning after a failure: a row that is written twice is the same row. */
  private async lowerRows(layer: OverlayLayer): Promise<void> {
    let rows: StoreWrite[] = [];
    let bytes = 0;
    for (const row of layer.netWrites()) {
      rows.push(row);
      bytes += row.key.length + (row.value?.length ?? 0);
      const { rowsMax, bytesMax } = this.awaits ? awaited : beside;
      if (rows.length < rowsMax && bytes < bytesMax) continue;
      await this.below.writeSynced(rows);
      rows = [];
      bytes = 0;
    }
    if (rows.length > 0) await this.below.writeSynced(rows);
  }
}
