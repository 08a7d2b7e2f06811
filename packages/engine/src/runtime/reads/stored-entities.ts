/**
 * StoredEntities: pages of a type's entities as the store alone knows them: ids in order, merged from the tables that hold ids, with the
 * state that is asked for. Another thread may read them (ports/stored-reads.ts); entity-queries.ts adds what the partition has in memory.
 * Guarantee: a page is bounded in number and in bytes, and its cursor says when it ended early.
 */
import { afterEntity, entityPart, idPrefixRange, splitKey, storeKey, type KeyTable } from "../../core/store/store-key.ts";
import { decodeRecord, type StoredValue } from "../../core/store/store-record.ts";
import type { EntityQuery } from "@signalbox/runtime/model/queries";
import { compareUtf8 } from "@signalbox/runtime/model/utf8-order";
import type { Page } from "@signalbox/runtime/model/views";
import type { Store, StoreReader } from "../../ports/store.ts";

/** The tables whose keys hold the id of an entity. */
export const entityTables: readonly KeyTable[] = ["s", "m", "e", "h"];

/** So many rows of one id are read past. Beyond that it is cheaper to seek the next id. */
const rowsPassedMax = 16;
const pageBytesMax = 4 * 1024 * 1024;

export interface StoredEntitiesQuery extends EntityQuery {
  /** The names of the state values that are wanted. */
  readonly names: readonly string[];
}

export interface StoredEntity {
  readonly id: string;
  /** A value for each of the names that has a row. A value that has expired and is not swept yet is among them. */
  readonly values: readonly { readonly name: string; readonly value: StoredValue }[];
}

export async function readStoredEntities(store: Pick<Store, "snapshot">, query: StoredEntitiesQuery): Promise<Page<StoredEntity>> {
  const snapshot = store.snapshot();
  const ids = entityTables.map((table) => idsIn(snapshot, table, query));
  try {
    const heads = await Promise.all(ids.map(nextOf));
    const items: StoredEntity[] = [];
    let bytes = 0;
    while (items.length < query.limit && bytes < pageBytesMax) {
      const id = smallest(heads);
      if (id === undefined) return { items, cursor: undefined };
      const values = valuesOf(snapshot, entityPart(query.type, id), query.names);
      for (const { value } of values) bytes += value.bytes.length;
      items.push({ id, values });
      for (const [index, rest] of ids.entries()) {
        if (heads[index] === id) heads[index] = await nextOf(rest);
      }
    }
    return { items, cursor: smallest(heads) === undefined ? undefined : items.at(-1)?.id };
  } finally {
    await Promise.all(ids.map((rest) => rest.return(undefined)));
    await snapshot.close();
  }
}

function valuesOf(store: StoreReader, keyPart: string, names: readonly string[]): StoredEntity["values"] {
  return names.flatMap((name) => {
    const bytes = store.get(storeKey.state(keyPart, name));
    return bytes === undefined ? [] : [{ name, value: decodeRecord.state(bytes) }];
  });
}

function smallest(ids: readonly (string | undefined)[]): string | undefined {
  let least: string | undefined;
  for (const id of ids) if (id !== undefined && (least === undefined || compareUtf8(id, least) < 0)) least = id;
  return least;
}

type Ids = AsyncGenerator<string, undefined>;

async function nextOf(ids: Ids): Promise<string | undefined> {
  return (await ids.next()).value;
}

/** Yields each id once, upward. Most ids have few rows, which are read past; behind one that has many the next id is sought. */
async function* idsIn(store: StoreReader, table: KeyTable, { type, prefix = "", cursor }: EntityQuery): Ids {
  const range = idPrefixRange(table, type, prefix);
  const behindCursor = cursor === undefined ? range.gte : afterEntity(table, type, cursor);
  let gte: string | undefined = compareUtf8(behindCursor, range.gte) > 0 ? behindCursor : range.gte;
  let last: string | undefined;
  while (gte !== undefined) {
    const keys = store.scanKeys({ gte, lt: range.lt, few: true });
    gte = undefined;
    let passed = 0;
    for await (const key of keys) {
      const id = splitKey(key)[2];
      if (id === undefined) continue;
      if (id !== last) {
        last = id;
        passed = 0;
        yield id;
      } else if (++passed > rowsPassedMax) {
        gte = afterEntity(table, type, id);
        break;
      }
    }
  }
  return undefined;
}
