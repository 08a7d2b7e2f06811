/**
 * LoggedStore: the Store port over an epoch log and a store below that lags behind it (docs/decisions/0109). A batch is durable once its
 * frame is in the log; its rows stand in a layer in memory until the store below has them. Every logBytesMax the layer is closed and its
 * net rows are written to the store below in the background; a row that came and went within the layer never is. Then the log's files are
 * used again. A start reads the log into a layer. The first batch of a new store goes to the store below and carries the row `formatKey`,
 * so that a version that knows no log refuses the store.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { EngineError } from "@signalbox/runtime/model/engine-error";
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
/**
 * The size of one batch to the store below. Each batch is a sync and a turn of the event loop, and one of this size takes some
 * milliseconds.
 */
const beside = { rowsMax: 2_000, bytesMax: 512 * 1024 };
/** The size of a batch while a write waits for it: on a busy thread each turn takes long, so there should be few of them. */
const awaited = { rowsMax: 20_000, bytesMax: 4 * 1024 * 1024 };

export interface LoggedStoreOptions {
  /** Closed with the store. */
  readonly below: Store;
  readonly files: LogFiles;
  /** What the files hold. Read it before the store below is opened: opening changes that store, and a damaged store must stay unchanged. */
  readonly reading?: EpochLogReading;
  /** A defect that the store below found in the background. */
  readonly defect?: () => Error | undefined;
  /** The first batch with this key goes to the store below, and so does every batch before it. Undefined: all batches go to the log. */
  readonly formatKey?: string;
  readonly logBytesMax?: number;
  /** As in sorted-keys.ts. */
  readonly deadKeysMin?: number;
  /** Called between pieces of a long scan; a turn of the event loop by default. */
  readonly giveWay?: GiveWay;
  /** Where the store reports its progress to threads that follow its log (followed-store.ts). */
  readonly progress?: LogProgress;
  /** The thread that follows the log, if there is one. */
  readonly reads?: StoredReads | undefined;
}

/** A layer that takes no more rows, and where its last frame lies. */
interface ClosedLayer {
  readonly layer: OverlayLayer;
  readonly generation: number;
  readonly ordinal: number;
}

/** Throws DATA_CORRUPT when the log does not hold all that was acknowledged. */
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
  /** Oldest first. */
  private closedLayers: ClosedLayer[] = [];
  private logs: boolean;
  private last: Promise<void> = Promise.resolve();
  private lowering: Promise<void> | undefined;
  private failed = false;
  /** A write waits for the layer that is being lowered. */
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
    // What was read from the log gets a layer of its own, because a part of it may be in the store below already.
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

  /** Lowers what the log holds, so that the next start has nothing to read; if that fails, it stays in the log. */
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
    // Nothing that may depend on what was read from a damaged table may become durable.
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
   * Before a write, a layer whose lowering failed is tried again. While one layer is lowered the next one fills; when that is full too, the
   * write waits. So two layers bound the memory and what a start has to read.
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

  /** Only one lowering runs at a time; a call during it waits for the same one. */
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
        // Set before the files are used again: a follower that misses a file looks here.
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

  /** After a failure this starts again from the layer's beginning: writing a row twice does no harm. */
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
