/**
 * SavepointEntry: what savepoint rows an entry of a store is. The thread that writes a savepoint and the simulator read entries with it;
 * runtime/savepoint-rows.ts turns rows back into writes. An entry of another table throws: a savepoint never drops one silently.
 */
import type { SavepointRow } from "../model/savepoint-rows.ts";
import { splitKey, type KeyTable } from "./store-key.ts";
import { decodeRecord } from "./store-record.ts";

/** The tables of a savepoint, in the order in which they are read. */
export const savepointKeyTables = ["s", "m", "t", "o", "e", "f", "p", "i"] as const satisfies readonly KeyTable[];

export function savepointRowsOf(key: string, bytes: Uint8Array): SavepointRow[] {
  const [table, type = "", id = "", name = ""] = splitKey(key);
  switch (table) {
    case "s": {
      const { expiresMs, ...value } = decodeRecord.state(bytes);
      return [{ kind: "state", type, id, name, ...value, expiresMs: expiresMs === 0 ? undefined : expiresMs }];
    }
    case "m":
      return [{ kind: "message", ...decodeRecord.message(bytes) }];
    case "t": {
      const { cancellationToken, ...delayed } = decodeRecord.delayed(bytes);
      return [{ kind: "delayed", ...delayed, token: cancellationToken }];
    }
    case "o":
      return [{ kind: "egress", ...decodeRecord.egressRecord(bytes) }];
    case "e": {
      const { failure, ...record } = decodeRecord.entity(bytes);
      return [{ kind: "entity", address: { type, id }, ...record, failure: failure && JSON.stringify(failure) }];
    }
    case "f":
      return decodeRecord.specs(bytes).map((spec) => ({ kind: "spec", type, spec }));
    case "p":
      return [{ kind: "producer", producer: type, sequence: decodeRecord.producer(bytes) }];
    case "i":
      return [{ kind: "idempotency", key: type, ...decodeRecord.idempotency(bytes) }];
    default:
      throw new Error(`the store's table ${table ?? ""} is no part of a savepoint`);
  }
}
