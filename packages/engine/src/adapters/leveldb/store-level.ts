/**
 * Level store: the Store port on LevelDB (classic-level). One process at a time may hold a folder. It is checked before LevelDB opens it
 * (store-level-check.ts), and a mark beside it says what was synced (store-level-mark.ts). Batches apply in the order of the calls; when
 * one fails, those queued behind it fail too and the folder is opened anew before the next, once the disk has room for that: LevelDB
 * refuses every write after a failed sync. Opening anew ends open snapshots and scans; other reads go on.
 */
import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { ClassicLevel } from "classic-level";
import { EngineError } from "@signalbox/runtime/model/engine-error";
import type { ScanRange, Store, StoreReader, StoreSnapshot, StoreWrite } from "../../ports/store.ts";
import { checkLevelFolder, type CheckDepth } from "./store-level-check.ts";
import { heldError, levelError, withCode } from "./store-level-error.ts";
import { openDurableMark, type DurableMark } from "./store-level-mark.ts";
import { requireRoom } from "./store-level-room.ts";
import { startScrub, type Scrub } from "./store-level-scrub.ts";

/**
 * classic-level keeps a Set of everything that must be closed with the database, batches included, and a Set that all entries pass through
 * makes V8 keep them alive (model/collections/number-map.ts). So batches are kept out of it: apply() writes or closes each, and close()
 * waits for apply().
 */
class Level extends ClassicLevel<string, Uint8Array> {
  override attachResource(resource: Parameters<ClassicLevel["attachResource"]>[0]): void {
    if (!("write" in resource)) super.attachResource(resource);
  }
}
type LevelSnapshot = ReturnType<Level["snapshot"]>;

/**
 * For all partitions together; two write buffers of a partition may be in memory, and in the log, at once. Smaller ones compact more:
 * random adds over a million entities cost 113 µs with 8 MiB and 68 with 32. Larger ones make a start after a crash longer, because it
 * first writes what the log holds into tables: 29 MB took 0.3 s.
 */
const writeBufferBytes = 16 * 1024 * 1024;
const writeBufferBytesMin = 8 * 1024 * 1024;
/** A larger cache saved no CPU with a hundred thousand or a million entities, because the system caches the files. */
const blockCacheBytes = 4 * 1024 * 1024;
const tableFileBytesMax = 8 * 1024 * 1024;
/**
 * A scan begins with this chunk, because most scans end early, and doubles it, so that a long scan takes fewer turns of the event loop,
 * each of 2–3 ms.
 */
const scanChunkEntriesAtFirst = 500;
/**
 * The first chunk of a scan that mostly needs a row or two: 500 blocks of the journal would be half a megabyte to read for the first one.
 */
const scanChunkEntriesOfFew = 2;
const scanChunkEntriesMax = 4000;
const scanChunkBytesMax = 512 * 1024;
/** Such a scan mostly reads blocks of the journal: decoding this much takes some 3 ms, and 512 KiB would take 25. */
const scanChunkBytesOfFewMax = 64 * 1024;
/** UTF-8 bytes of a key that a point read may hand over as text; see primeKeyBuffer. */
const textKeyBytesMax = 16 * 1024;

const textKeys = { keyEncoding: "utf8", valueEncoding: "view" } as const;
const byteKeys = { keyEncoding: "view", valueEncoding: "view" } as const;

export interface OtherReaders {
  /** Resolves once no reader has the store open; no reader opens it before `release`. */
  hold(): Promise<void>;
  release(): void;
}

export interface LevelStoreOptions {
  /** How many partitions share the memory that one would have. */
  readonly partitions?: number;
  /** How much of the tables is checked before the store opens; the rest is checked while it is in use. */
  readonly tableBytesAtStartMax?: number;
  /** Threads of this process that read the store too. They must close it before this thread does, or LevelDB would stay open. */
  readonly others?: OtherReaders | undefined;
}

export interface LevelStore extends Store {
  /** The defect that was found in the tables since the store was opened; it then takes no writes. */
  defect(): Error | undefined;
}

/** Folders that this thread has open. LevelDB keeps out other processes, but with `multithreading` no longer other threads. */
const held = new Set<string>();

export async function openLevelStore(path: string, options: LevelStoreOptions = {}): Promise<LevelStore> {
  if (held.has(path)) throw heldError(path, "this process has it open");
  const level = new Level(path, {
    ...textKeys,
    writeBufferSize: Math.max(writeBufferBytesMin, Math.floor(writeBufferBytes / (options.partitions ?? 1))),
    cacheSize: blockCacheBytes,
    maxFileSize: tableFileBytesMax,
    // Lets another thread of this process read the store (openLevelReader). Other processes are still kept out.
    multithreading: true,
    // An existing store is opened within this turn. Creating one first takes a turn of the event loop, which a busy start may not get soon.
    createIfMissing: !existsSync(join(path, "CURRENT")),
  });
  const folder = await openLevel(level, { ...options, path, depth: "everything" });
  held.add(path);
  const writer = createWriter(level, { path, folder, others: options.others });
  return {
    ...createReader(level, path, undefined),
    async getMany(keys) {
      try {
        return await level.getMany([...keys], textKeys);
      } catch (error) {
        throw levelError(error, path);
      }
    },
    writeSynced: writer.writeSynced,
    snapshot: () => snapshotOf(level, path),
    sizeBytes: () => folderBytes(path),
    defect: writer.defect,
    close: writer.close,
  };
}

export interface LevelReader {
  snapshot(): StoreSnapshot;
  close(): Promise<void>;
}

/** Opens a store that another thread of this process has open. It must be closed before that thread closes it. */
export async function openLevelReader(path: string): Promise<LevelReader> {
  const level = new Level(path, { ...textKeys, multithreading: true, createIfMissing: false });
  await level.open();
  primeKeyBuffer(level);
  return { snapshot: () => snapshotOf(level, path), close: () => level.close() };
}

function snapshotOf(level: Level, path: string): StoreSnapshot {
  const snapshot = level.snapshot();
  return { ...createReader(level, path, snapshot), close: () => snapshot.close() };
}

interface OpenFolder {
  lastSequence: number;
  readonly mark: DurableMark;
  readonly scrub: Scrub;
}

async function openLevel(level: Level, how: LevelStoreOptions & { path: string; depth: CheckDepth }): Promise<OpenFolder> {
  const { path, depth } = how;
  try {
    const { lastSequence, unread } = checkLevelFolder(path, depth, how.tableBytesAtStartMax);
    await level.open();
    primeKeyBuffer(level);
    return { lastSequence, mark: openDurableMark(path, lastSequence), scrub: startScrub(unread) };
  } catch (error) {
    await level.close();
    throw levelError(error, path);
  }
}

/**
 * classic-level 3.0.0 copies the key of a synchronous read into a buffer that it sizes by the first key, and grows it
 * only when the buffer is filled to the last byte. A longer key whose last character does not fit leaves a gap, is cut
 * there, and the read misses. So the first key is long, and keys that could exceed it go as bytes.
 */
function primeKeyBuffer(level: Level): void {
  level.getSync("\0".repeat(textKeyBytesMax), textKeys);
}

interface OpenedLevel {
  readonly path: string;
  readonly folder: OpenFolder;
  readonly others: OtherReaders | undefined;
}

function createWriter(level: Level, opened: OpenedLevel): Pick<LevelStore, "writeSynced" | "defect" | "close"> {
  const { path, others } = opened;
  let folder: OpenFolder | undefined = opened.folder;
  let last: Promise<void> | undefined;
  let suspect = false;
  let closed = false;

  /** Reads go on until there is room to open anew; only then is the store closed for a moment. */
  async function openAnew(batchBytes: number): Promise<OpenFolder> {
    requireRoom(path, batchBytes);
    const scrub = folder?.scrub;
    folder?.mark.close();
    folder = undefined;
    await others?.hold();
    await level.close();
    const opened = await openLevel(level, { path, depth: "logs" }).finally(() => others?.release());
    // The scrub that the start began goes on.
    folder = scrub === undefined ? opened : { ...opened, scrub };
    suspect = false;
    return folder;
  }

  async function apply(writes: readonly StoreWrite[]): Promise<void> {
    if (closed) throw new EngineError("ENGINE_STOPPED", `the store ${path} is closed`, "open it again");
    const into = suspect || folder === undefined ? await openAnew(bytesOf(writes)) : folder;
    // Nothing that may depend on what was read from a damaged table may become durable.
    if (into.scrub.defect !== undefined) throw into.scrub.defect;
    const batch = await batchOf(level, writes);
    try {
      await batch.write({ sync: true });
    } catch (error) {
      suspect = true;
      throw levelError(error, path);
    }
    into.lastSequence += writes.length;
    into.mark.set(into.lastSequence);
  }

  return {
    writeSynced(writes) {
      const write = last === undefined ? apply(writes) : last.then(() => apply(writes));
      last = write;
      const forget = (): void => {
        if (last === write) last = undefined;
      };
      write.then(forget, forget);
      return write;
    },
    defect: () => folder?.scrub.defect,
    async close() {
      await last?.catch(() => undefined);
      closed = true;
      folder?.mark.close();
      await folder?.scrub.close();
      folder = undefined;
      await others?.hold();
      await level.close();
      held.delete(path);
    },
  };
}

/** A chained batch costs a third less than an array of operations (measured: 2.0 to 2.9 µs a row). */
async function batchOf(level: Level, writes: readonly StoreWrite[]): Promise<ReturnType<Level["batch"]>> {
  const batch = level.batch();
  try {
    for (const { key, value } of writes) {
      if (value === undefined) batch.del(key);
      else batch.put(key, value);
    }
    return batch;
  } catch (error) {
    await batch.close();
    throw error;
  }
}

function bytesOf(writes: readonly StoreWrite[]): number {
  return writes.reduce((sum, { key, value }) => sum + key.length + (value?.length ?? 0), 0);
}

function createReader(level: Level, path: string, snapshot: LevelSnapshot | undefined): StoreReader {
  const textRead = { ...textKeys, snapshot };
  const byteRead = { ...byteKeys, snapshot };
  return {
    get(key) {
      try {
        // A UTF-16 unit takes at most three bytes.
        if (key.length * 3 < textKeyBytesMax) return level.getSync(key, textRead);
        return level.getSync<Uint8Array, Uint8Array>(Buffer.from(key), byteRead);
      } catch (error) {
        throw levelError(error, path);
      }
    },
    scan: (range) => chunked(() => level.iterator({ ...scanOptions(range), snapshot }), path, range),
    scanKeys: (range) => chunked(() => level.keys({ ...scanOptions(range), snapshot }), path, range),
  };
}

interface ChunkIterator<T> {
  nextv(size: number): Promise<T[]>;
  close(): Promise<void>;
}

async function* chunked<T>(open: () => ChunkIterator<T>, path: string, { few }: ScanRange): AsyncGenerator<T> {
  const [atFirst, growth] = few === true ? [scanChunkEntriesOfFew, 4] : [scanChunkEntriesAtFirst, 2];
  let iterator: ChunkIterator<T> | undefined;
  try {
    iterator = open();
    for (let entries = atFirst; ; entries = Math.min(growth * entries, scanChunkEntriesMax)) {
      const chunk = await iterator.nextv(entries);
      if (chunk.length === 0) return;
      // yield* would wrap each entry in a promise of its own.
      for (const found of chunk) yield found;
    }
  } catch (error) {
    throw withCode(error) ? levelError(error, path) : error;
  } finally {
    await iterator?.close();
  }
}

function scanOptions(range: ScanRange) {
  return {
    lt: range.lt,
    ...(range.gte === undefined ? {} : { gte: range.gte }),
    ...(range.gt === undefined ? {} : { gt: range.gt }),
    ...(range.limit === undefined ? {} : { limit: range.limit }),
    reverse: range.reverse === true,
    highWaterMarkBytes: range.few === true ? scanChunkBytesOfFewMax : scanChunkBytesMax,
  };
}

async function folderBytes(path: string): Promise<number> {
  const names = await readdir(path);
  // Compaction may delete files at any moment; a file that is gone counts as 0.
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(path, name)).then(
        (file) => file.size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
