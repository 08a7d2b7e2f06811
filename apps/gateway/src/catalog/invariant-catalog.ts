/**
 * The catalog of invariants over the database: rules as people wrote them, and how far each was followed. Neighbour: invariants/ follows
 * them.
 */
import { invariantRule } from "../contract/entities/invariants.ts";
import type { InvariantCatalog } from "./catalog.ts";
import type { DatabaseClient } from "./database-client.ts";

export function invariantCatalog(client: DatabaseClient): InvariantCatalog {
  return {
    async list() {
      const rows = await client.invariant.findMany({ orderBy: [{ createdMs: "asc" }, { id: "asc" }] });
      return rows.map(({ rule, createdMs, standing, ...row }) => ({
        ...row,
        rule: invariantRule.parse(JSON.parse(rule)),
        createdMs: Number(createdMs),
        standing: standing ?? undefined,
      }));
    },
    async put({ rule, createdMs, standing, ...record }) {
      const row = { ...record, rule: JSON.stringify(rule), createdMs: BigInt(createdMs), standing: standing ?? null };
      await client.invariant.upsert({ where: { id: record.id }, create: row, update: row });
    },
    async remove(id) {
      await client.invariant.deleteMany({ where: { id } });
    },
  };
}
