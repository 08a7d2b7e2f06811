/**
 * SavepointEntry: which savepoint rows an entry of a store becomes. The thread that writes a savepoint and the simulator read entries with
 * it; runtime/savepoints/savepoint-rows.ts turns rows back into writes. A state's bytes are a view of the entry's. An entry of another
 * table throws: a savepoint never drops one silently.
 */
import type { SavepointRow } from "../../model/savepoint-rows.ts";
import { splitKey, type KeyTable } from "./store-key.ts";
import { decodeRecord } from "./store-record.ts";

/** The tables of a savepoint, in the order in which they are read. */
export const savepointKeyTables = ["s", "m", "t", "o", "e", "f", "p", "i"] as const satisfies readonly KeyTable[];

export function savepointRowsOf(key: string, bytes: Uint8Array): SavepointRow[] {
  const parts = splitKey(key);
  const [table, type = "", id = "", name = ""] = parts;
  switch (table) {
    case "s": {
      // Most rows of most savepoints: a view instead of a copy saves a sixth of the writing.
      const { typename, bytes: value, writtenMs, expiresMs } = decodeRecord.state(bytes, "views");
      return [{ kind: "state", type, id, name, typename, bytes: value, writtenMs, expiresMs: expiresMs === 0 ? undefined : expiresMs }];
    }
    case "m":
      return [{ kind: "message", ...decodeRecord.message(bytes, { type, id }) }];
    case "t": {
      const { cancellationToken, ...delayed } = decodeRecord.delayed(bytes);
      return [{ kind: "delayed", ...delayed, token: cancellationToken }];
    }
    case "o":
      return [{ kind: "egress", ...decodeRecord.egressRecord(bytes) }];
    case "e": {
      const { status, failure, attempts, sinceMs } = decodeRecord.entity(bytes);
      return [{ kind: "entity", address: { type, id }, status, failure: failure && JSON.stringify(failure), attempts, sinceMs }];
    }
    case "f":
      return decodeRecord.specs(bytes).map((spec) => ({ kind: "spec", type, spec }));
    case "p":
      return [{ kind: "producer", producer: type, ...decodeRecord.producer(bytes) }];
    case "i":
      return [
        {
          kind: "idempotency",
          key: type,
          target: parts.length > 2 ? { type: id, id: name } : undefined,
          ...decodeRecord.idempotency(bytes),
        },
      ];
    default:
      throw new Error(`the store's table ${table ?? ""} is no part of a savepoint`);
  }
}
