/**
 * MailboxSums: rows that say how many messages wait for each type and for each paused or parked entity, so that a start reads no mailbox.
 * Stores of formats before 16, and stores that were filled from a savepoint, lack them: they are made here in one pass over the keys of the
 * mailboxes. The format version is written last, together with the sums, so that a pass that a crash interrupted is made again. Neighbour:
 * recovery-reader.ts.
 */
import { BytesWriter } from "../../core/store/bytes-writer.ts";
import { entityPartOfMessage, metaKey, splitKey, storeKey, tableRange } from "../../core/store/store-key.ts";
import { storeFormatAfter } from "../../core/store/store-format.ts";
import { decodeRecord, encodeRecord, type EntityRecord, type MetaRecord } from "../../core/store/store-record.ts";
import type { Store, StoreWrite } from "../../ports/store.ts";

const batchRows = 4_000;
/** `progress` is called after each of so many rows. */
const progressRows = 100_000;

/** Returns the meta row as it is afterwards. */
export async function addMailboxSums(
  store: Store,
  meta: MetaRecord,
  progress: (rows: number) => void = () => undefined,
): Promise<MetaRecord> {
  const held = new Map<string, { readonly record: EntityRecord; messages: number }>();
  for await (const [key, bytes] of store.scan(tableRange("e"))) held.set(key.slice(2), { record: decodeRecord.entity(bytes), messages: 0 });
  const sums = new Map<string, number>();
  let rows = 0;
  let entity = "";
  let type = "";
  for await (const key of store.scanKeys(tableRange("m"))) {
    const part = entityPartOfMessage(key);
    if (part !== entity) {
      entity = part;
      type = splitKey(key)[1] ?? "";
    }
    sums.set(type, (sums.get(type) ?? 0) + 1);
    const one = held.get(part);
    if (one !== undefined) one.messages++;
    if (++rows % progressRows === 0) progress(rows);
  }
  const writer = new BytesWriter();
  let writes: StoreWrite[] = [];
  for (const [part, { record, messages }] of held) {
    writes.push({ key: storeKey.entity(part), value: encodeRecord(writer, { kind: "entity", record: { ...record, messages } }) });
    if (writes.length < batchRows) continue;
    await store.writeSynced(writes);
    writes = [];
  }
  for (const [name, waiting] of sums)
    writes.push({ key: storeKey.waiting(name), value: encodeRecord(writer, { kind: "waiting", waiting }) });
  const after = { ...meta, formatVersion: storeFormatAfter(meta.formatVersion) };
  writes.push({ key: metaKey, value: encodeRecord(writer, { kind: "meta", meta: after }) });
  await store.writeSynced(writes);
  return after;
}
