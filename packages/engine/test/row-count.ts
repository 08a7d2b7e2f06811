/** RowCount: rows of a store that nobody writes to, counted as they are read: what a query costs, however busy the machine is. */
import type { StoreReader, StoreSnapshot } from "../src/ports/store.ts";

export class RowCount implements StoreReader {
  private readonly real: StoreReader;
  private rows = 0;

  constructor(real: StoreReader) {
    this.real = real;
  }

  /** Since the last time. */
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
    return {
      get: (key) => this.get(key),
      scan: (range) => this.scan(range),
      scanKeys: (range) => this.scanKeys(range),
      close: async () => undefined,
    };
  }

  private async *counted<T>(rows: AsyncIterable<T>): AsyncGenerator<T> {
    for await (const row of rows) {
      this.rows++;
      yield row;
    }
  }
}
