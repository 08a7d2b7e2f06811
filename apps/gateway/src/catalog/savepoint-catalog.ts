/** SavepointCatalog over the database: what the savepoint files hold, one row a file. */
import { z } from "zod";
import type { SavepointCatalog, SavepointOrigin, SavepointRecord, SavepointStatus } from "./catalog.ts";
import type { DatabaseClient } from "./database-client.ts";

/** Counts are 64-bit columns; in the gateway they are numbers, exact up to 2^53. Lists are JSON. */
type SavepointDbRow = {
  [Field in Exclude<keyof SavepointRecord, "error" | "erasedMs" | "modules" | "types">]: SavepointRecord[Field] extends number
    ? bigint
    : string;
} & { error: string | null; erasedMs: bigint | null; modules: string | null; types: string | null };

const modulesShape = z.array(z.object({ name: z.string(), revision: z.number() }));
const typesShape = z.array(z.object({ type: z.string(), entities: z.number() }));

export function savepointCatalog(client: DatabaseClient): SavepointCatalog {
  return {
    async list() {
      return (await client.savepoint.findMany({ orderBy: [{ createdMs: "desc" }, { id: "desc" }] })).map(toRecord);
    },
    async find(id) {
      const row = await client.savepoint.findUnique({ where: { id } });
      return row === null ? undefined : toRecord(row);
    },
    async put(record) {
      const row = toRow(record);
      await client.savepoint.upsert({ where: { id: record.id }, create: row, update: row });
    },
    async remove(id) {
      return (await client.savepoint.deleteMany({ where: { id } })).count > 0;
    },
  };
}

function toRow(record: SavepointRecord): SavepointDbRow {
  return {
    ...record,
    createdMs: BigInt(record.createdMs),
    epoch: BigInt(record.epoch),
    entities: BigInt(record.entities),
    messages: BigInt(record.messages),
    delayedMessages: BigInt(record.delayedMessages),
    egressRecords: BigInt(record.egressRecords),
    sizeBytes: BigInt(record.sizeBytes),
    durationMs: BigInt(Math.round(record.durationMs)),
    error: record.error ?? null,
    erasedMs: record.erasedMs === undefined ? null : BigInt(record.erasedMs),
    modules: record.modules === undefined ? null : JSON.stringify(record.modules),
    types: record.types === undefined ? null : JSON.stringify(record.types),
  };
}

function toRecord(row: SavepointDbRow): SavepointRecord {
  return {
    ...row,
    createdMs: Number(row.createdMs),
    status: row.status as SavepointStatus,
    origin: row.origin as SavepointOrigin,
    epoch: Number(row.epoch),
    entities: Number(row.entities),
    messages: Number(row.messages),
    delayedMessages: Number(row.delayedMessages),
    egressRecords: Number(row.egressRecords),
    sizeBytes: Number(row.sizeBytes),
    durationMs: Number(row.durationMs),
    error: row.error ?? undefined,
    erasedMs: row.erasedMs === null ? undefined : Number(row.erasedMs),
    modules: listOf(row.modules, modulesShape),
    types: listOf(row.types, typesShape),
  };
}

/** Returns undefined for a list that a later version wrote in another form. */
function listOf<T>(json: string | null, shape: z.ZodType<T>): T | undefined {
  if (json === null) return undefined;
  try {
    return shape.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}
