/**
 * The catalogs of what is remembered of failures, over the database: causes, and the rules of alerts. Neighbours: services/failures and
 * services/alerts use them.
 */
import { z } from "zod";
import type { AlertRuleCatalog, AlertRuleRecord, CauseCatalog, CauseRecord, CauseState } from "./catalog.ts";
import type { DatabaseClient } from "./database-client.ts";

const texts = z.array(z.string());
const counts = z.record(z.string(), z.number());

export function causeCatalog(client: DatabaseClient): CauseCatalog {
  return {
    async list() {
      return (await client.failureCause.findMany({ orderBy: { lastMs: "desc" } })).map(({ place, frames, buckets, ...row }) => ({
        ...row,
        where: place,
        raw: row.raw ?? undefined,
        state: row.state as CauseState,
        ignoredUntilMs: numberOf(row.ignoredUntilMs),
        changedMs: Number(row.changedMs),
        attempts: Number(row.attempts),
        firstMs: Number(row.firstMs),
        lastMs: Number(row.lastMs),
        firstModule: row.firstModule ?? undefined,
        firstRevision: row.firstRevision ?? undefined,
        trace: numberOf(row.trace),
        frames: texts.parse(JSON.parse(frames)),
        buckets: new Map(Object.entries(counts.parse(JSON.parse(buckets))).map(([bucket, count]) => [Number(bucket), count])),
      }));
    },
    async put(record) {
      const row = toRow(record);
      await client.failureCause.upsert({ where: { fingerprint: record.fingerprint }, create: row, update: row });
    },
    async remove(fingerprint) {
      await client.failureCause.deleteMany({ where: { fingerprint } });
    },
  };
}

function toRow({ where, frames, buckets, ...record }: CauseRecord) {
  return {
    ...record,
    place: where,
    raw: record.raw ?? null,
    ignoredUntilMs: bigOf(record.ignoredUntilMs),
    changedMs: BigInt(record.changedMs),
    attempts: BigInt(record.attempts),
    firstMs: BigInt(record.firstMs),
    lastMs: BigInt(record.lastMs),
    firstModule: record.firstModule ?? null,
    firstRevision: record.firstRevision ?? null,
    trace: bigOf(record.trace),
    frames: JSON.stringify(frames),
    buckets: JSON.stringify(Object.fromEntries(buckets)),
  };
}

export function alertRuleCatalog(client: DatabaseClient): AlertRuleCatalog {
  return {
    async list() {
      return (await client.alertRule.findMany({ orderBy: [{ createdMs: "asc" }, { id: "asc" }] })).map((row) => ({
        ...row,
        kind: row.kind as AlertRuleRecord["kind"],
        threshold: row.threshold ?? undefined,
        header: row.header ?? undefined,
        createdMs: Number(row.createdMs),
      }));
    },
    async put(record) {
      const { threshold = null, header = null } = record;
      const row = { ...record, threshold, header, createdMs: BigInt(record.createdMs) };
      await client.alertRule.upsert({ where: { id: record.id }, create: row, update: row });
    },
    async remove(id) {
      return (await client.alertRule.deleteMany({ where: { id } })).count > 0;
    },
  };
}

function numberOf(value: bigint | null): number | undefined {
  return value === null ? undefined : Number(value);
}

function bigOf(value: number | undefined): bigint | null {
  return value === undefined ? null : BigInt(value);
}
