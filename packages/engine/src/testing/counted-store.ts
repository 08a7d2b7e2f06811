/**
 * CountedStore: a read-only store that counts the rows that are read, so that a test measures what a question costs however busy the
 * machine is.
 */
import type { Store, StoreReader, StoreSnapshot } from "../ports/store.ts";

/** The store has no writer, so it needs no snapshots of its own. */
type Counted = StoreReader & Partial<Pick<Store, "snapshot">>;

export class CountedStore implements StoreReader {
  private readonly real: Counted;
  private rows = 0;

  constructor(real: Counted) {
    this.real = real;
  }

  /** The rows that were read since the last call. */
  take(): number {
    const { rows } = this;
    this.rows = 0;
    return rows;
  }

  get(key: string): Uint8Array | undefined {
    this.rows++;
    return this.real.get(key);
  }

  scan(range: Parameters<StoreReader["scan"]>[0]): ReturnType<StoreReader["scan"]> {
    return this.counted(this.real.scan(range));
  }

  scanKeys(range: Parameters<StoreReader["scan"]>[0]): ReturnType<StoreReader["scanKeys"]> {
    return this.counted(this.real.scanKeys(range));
  }

  snapshot(): StoreSnapshot {
    const snapshot = this.real.snapshot?.();
    if (snapshot === undefined) {
      return {
        get: (key) => this.get(key),
        scan: (range) => this.scan(range),
        scanKeys: (range) => this.scanKeys(range),
        close: async () => undefined,
      };
    }
    return {
      get: (key) => {
        this.rows++;
        return snapshot.get(key);
      },
      scan: (range) => this.counted(snapshot.scan(range)),
      scanKeys: (range) => this.counted(snapshot.scanKeys(range)),
      close: () => snapshot.close(),
    };
  }

  private async *counted<T>(rows: AsyncIterable<T>): AsyncGenerator<T> {
    for await (const row of rows) {
      this.rows++;
      yield row;
    }
  }
}
