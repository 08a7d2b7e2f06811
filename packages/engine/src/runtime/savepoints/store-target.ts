/** StoreTarget: a store that is being filled before it is in use: rows in batches, each synced. Neighbours: journal-carry.ts, erased-copy.ts. */
import { BytesWriter } from "../../core/store/bytes-writer.ts";
import type { Store, StoreWrite } from "../../ports/store.ts";

const batchRowsMax = 4_000;
const batchBytesMax = 4 * 1024 * 1024;

export class StoreTarget {
  readonly writer = new BytesWriter();
  journalBytes = 0;
  private readonly store: Store;
  private rows: StoreWrite[] = [];
  private bytes = 0;

  constructor(store: Store) {
    this.store = store;
  }

  async put(key: string, value: Uint8Array): Promise<void> {
    this.rows.push({ key, value });
    this.bytes += key.length + value.length;
    if (this.rows.length >= batchRowsMax || this.bytes >= batchBytesMax) await this.flush();
  }

  putBlock(key: string, value: Uint8Array): Promise<void> {
    this.journalBytes += value.length;
    return this.put(key, value);
  }

  async flush(): Promise<void> {
    const { rows } = this;
    this.rows = [];
    this.bytes = 0;
    if (rows.length > 0) await this.store.writeSynced(rows);
  }
}
