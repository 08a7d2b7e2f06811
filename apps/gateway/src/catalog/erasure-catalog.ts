/**
 * The catalog of erasures over the database: who asked, why, and how far each one is. Neighbour: services/erasures runs them.
 */
import type { Door, PrincipalKind } from "../contract/principal.ts";
import type { ErasureCatalog, ErasureRecord } from "./catalog.ts";
import type { DatabaseClient } from "./database-client.ts";

interface ErasureDbRow {
  readonly id: string;
  readonly beganMs: bigint;
  readonly endedMs: bigint | null;
  readonly state: string;
  readonly kind: string;
  readonly by: string;
  readonly door: string;
  readonly reason: string;
  readonly targets: string | null;
  readonly standing: string;
}

export function erasureCatalog(client: DatabaseClient): ErasureCatalog {
  return {
    async list(limit) {
      return (await client.erasure.findMany({ orderBy: [{ beganMs: "desc" }, { id: "desc" }], take: limit })).map(toRecord);
    },
    async find(id) {
      const row = await client.erasure.findUnique({ where: { id } });
      return row === null ? undefined : toRecord(row);
    },
    async put({ beganMs, endedMs, name, targets, ...record }) {
      const ended = endedMs === undefined ? null : BigInt(endedMs);
      const row = { ...record, by: name, beganMs: BigInt(beganMs), endedMs: ended, targets: targets ?? null };
      await client.erasure.upsert({ where: { id: record.id }, create: row, update: row });
    },
  };
}

function toRecord({ beganMs, endedMs, state, kind, by, door, targets, ...row }: ErasureDbRow): ErasureRecord {
  return {
    ...row,
    beganMs: Number(beganMs),
    endedMs: endedMs === null ? undefined : Number(endedMs),
    state: state as ErasureRecord["state"],
    kind: kind as PrincipalKind,
    name: by,
    door: door as Door,
    targets: targets ?? undefined,
  };
}
