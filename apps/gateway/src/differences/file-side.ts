/**
 * FileSide: a savepoint's file as one side of a comparison: entities with state in the order of their bytes, batch by batch, and what waits
 * for them. A file that was written by hand may lack tables and columns, and may sort by rules of its own, so every query says its order.
 * Values that had expired when the savepoint was taken are left out. Neighbours: difference-thread.ts reads it; engine's adapters/savepoint
 * has the format.
 */
import Database from "better-sqlite3";
import type {
  AroundSide,
  CountsByType,
  DifferenceScope,
  EntitySide,
  KeptMessage,
  KeptMessages,
  StateOf,
  StoredValue,
  TypesAnswer,
} from "./difference-job.ts";
import type { Side } from "./merge-sides.ts";
import { isSeen } from "./seen-type.ts";

/** How many rows of a table of messages are looked at, because no index orders them by receiver. */
const messagesLookedMax = 1_000_000;
/** How many types a record holds; those with the fewest entities are left out. */
const typesKeptMax = 500;
const messagesShownMax = 20;
/** How much of each message is kept: enough for a line. */
const messageBytesMax = 2_048;
const batchEntities = 256;
const batchBytesMax = 4 * 1024 * 1024;

type StateRow = readonly [id: string, name: string, typename: string, value: Uint8Array, expiresMs: number | null];

export class FileSide implements Side {
  readonly #database: Database.Database;
  readonly #createdMs: number;
  readonly #expires: string;

  constructor(path: string) {
    this.#database = new Database(path, { readonly: true, fileMustExist: true });
    this.#database.pragma("trusted_schema = OFF");
    this.#database.pragma("query_only = ON");
    this.#expires = this.#has("state", "expires_ms") ? "expires_ms" : "NULL";
    this.#createdMs = this.#has("savepoint", "created_ms") ? Number(this.#one("SELECT created_ms FROM savepoint") ?? 0) : 0;
  }

  close(): void {
    this.#database.close();
  }

  async *entities(scope: DifferenceScope): AsyncGenerator<readonly StateOf[], void> {
    const { type, after } = scope;
    if (type !== undefined) return yield* this.#ofType(type, scope);
    if (after !== undefined) yield* this.#ofType(after.type, scope);
    const next = this.#database
      .prepare<[string], string>('SELECT "type" FROM state WHERE "type" COLLATE BINARY > ? ORDER BY "type" COLLATE BINARY LIMIT 1')
      .pluck();
    for (let at = next.get(after?.type ?? ""); at !== undefined; at = next.get(at)) yield* this.#ofType(at, scope);
  }

  *#ofType(type: string, { prefix, namespaces, after }: DifferenceScope): Generator<readonly StateOf[], void> {
    if (!isSeen(type, namespaces)) return;
    const goesOn = after?.type === type && after.id >= prefix;
    const rows = this.#database
      .prepare<[string, string], StateRow>(
        `SELECT "id", "name", typename, value, ${this.#expires} FROM state WHERE "type" COLLATE BINARY = ? AND "id" COLLATE BINARY ${goesOn ? ">" : ">="} ? ORDER BY "id" COLLATE BINARY, "name" COLLATE BINARY`,
      )
      .raw()
      .iterate(type, goesOn ? after.id : prefix);
    let batch: StateOf[] = [];
    let bytes = 0;
    let open: { readonly id: string; readonly values: Map<string, StoredValue> } | undefined;
    for (const [id, name, typename, value, expiresMs] of rows) {
      if (!id.startsWith(prefix)) break;
      if (expiresMs !== null && expiresMs <= this.#createdMs) continue;
      if (open?.id !== id) {
        if (open !== undefined) batch.push({ type, ...open });
        open = { id, values: new Map() };
        if (batch.length >= batchEntities || bytes >= batchBytesMax) {
          yield batch;
          batch = [];
          bytes = 0;
        }
      }
      open.values.set(name, { typename, bytes: value });
      bytes += value.length;
    }
    if (open !== undefined) batch.push({ type, ...open });
    if (batch.length > 0) yield batch;
  }

  async around(scope: DifferenceScope): Promise<AroundSide> {
    const waiting = this.#messagesByType("message", scope);
    const delayed = this.#messagesByType("delayed_message", scope);
    return { waiting: waiting.counts, delayed: delayed.counts, atLeast: waiting.atLeast || delayed.atLeast };
  }

  #messagesByType(
    table: "message" | "delayed_message",
    { type, prefix, namespaces }: DifferenceScope,
  ): { counts: CountsByType; atLeast: boolean } {
    if (!this.#has(table, "target_type")) return { counts: [], atLeast: false };
    const looked = `SELECT target_type AS t, target_id AS i FROM ${table} LIMIT ${messagesLookedMax}`;
    const rows = this.#database
      .prepare<[string, string], readonly [string, number]>(
        `SELECT t, count(*) FROM (${looked}) WHERE substr(i, 1, length(?)) COLLATE BINARY = ? GROUP BY t COLLATE BINARY`,
      )
      .raw()
      .all(prefix, prefix);
    const counts = rows.filter(([of]) => (type === undefined || of === type) && isSeen(of, namespaces));
    return {
      counts,
      atLeast: Number(this.#one(`SELECT count(*) FROM (SELECT 1 FROM ${table} LIMIT ${messagesLookedMax + 1})`)) > messagesLookedMax,
    };
  }

  async types(): Promise<TypesAnswer> {
    const parts = ['SELECT "type", "id" FROM state'];
    if (this.#has("message", "target_type")) parts.push("SELECT target_type, target_id FROM message");
    if (this.#has("entity", "type")) parts.push('SELECT "type", "id" FROM entity');
    // UNION with an order merges sorted streams, so the state, which is in order already, is not sorted again.
    const rows = this.#database
      .prepare<[number], readonly [string, number]>(
        `SELECT "type", count(*) FROM (${parts.join(" UNION ")} ORDER BY 1, 2) GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?`,
      )
      .raw()
      .all(typesKeptMax);
    return rows.map(([type, entities]) => ({ type, entities }));
  }

  async entity(type: string, id: string): Promise<EntitySide> {
    const rows = this.#database
      .prepare<[string, string], StateRow>(
        `SELECT "id", "name", typename, value, ${this.#expires} FROM state WHERE "type" COLLATE BINARY = ? AND "id" COLLATE BINARY = ? ORDER BY "name" COLLATE BINARY`,
      )
      .raw()
      .all(type, id);
    const there = rows.filter(([, , , , expiresMs]) => expiresMs === null || expiresMs > this.#createdMs);
    return {
      values: new Map(there.map(([, name, typename, bytes]) => [name, { typename, bytes }])),
      waiting: this.#messagesOf("message", { type, id }),
      delayed: this.#messagesOf("delayed_message", { type, id }),
    };
  }

  #messagesOf(table: "message" | "delayed_message", { type, id }: { type: string; id: string }): KeptMessages {
    if (!this.#has(table, "target_type")) return { total: 0, first: [] };
    const cell = (name: string): string => (this.#has(table, name) ? name : "NULL");
    const at = table === "message" ? cell("at_ms") : "due_ms";
    const order = table === "message" ? "sequence" : "due_ms, sequence";
    const looked = `FROM (SELECT * FROM ${table} LIMIT ${messagesLookedMax}) WHERE target_type COLLATE BINARY = ? AND target_id COLLATE BINARY = ?`;
    const total = Number(this.#database.prepare(`SELECT count(*) ${looked}`).pluck().get(type, id));
    const rows = this.#database
      .prepare<[string, string], MessageRow>(
        `SELECT sequence, ${cell("caller_type")}, ${cell("caller_id")}, typename, substr(value, 1, ${messageBytesMax}), length(value), ${at} ${looked} ORDER BY ${order} LIMIT ${messagesShownMax}`,
      )
      .raw()
      .all(type, id);
    return { total, first: rows.map(messageOf) };
  }

  #has(table: string, column: string): boolean {
    return (
      this.#database.prepare<[string, string]>("SELECT 1 FROM pragma_table_info(?) WHERE name = ? COLLATE NOCASE").get(table, column) !==
      undefined
    );
  }

  #one(sql: string): unknown {
    return this.#database.prepare(sql).pluck().get();
  }
}

type MessageRow = readonly [number, string | null, string | null, string, Uint8Array | null, number | null, number | null];

function messageOf([sequence, callerType, callerId, typename, bytes, sizeBytes, atMs]: MessageRow): KeptMessage {
  const caller = callerType === null || callerId === null ? null : { type: callerType, id: callerId };
  return { sequence, caller, typename, bytes, sizeBytes: sizeBytes ?? 0, atMs };
}
