/**
 * The catalog of secrets over the database: sealed texts by name. Neighbour: secrets/secrets.ts seals and opens them.
 */
import type { SecretCatalog } from "./catalog.ts";
import type { DatabaseClient } from "./database-client.ts";

export function secretCatalog(client: DatabaseClient): SecretCatalog {
  return {
    async list() {
      return (await client.secret.findMany({ orderBy: { name: "asc" } })).map((row) => ({ ...row, changedMs: Number(row.changedMs) }));
    },
    async put(record) {
      const row = { ...record, changedMs: BigInt(record.changedMs) };
      await client.secret.upsert({ where: { name: record.name }, create: row, update: row });
    },
    async remove(name) {
      return (await client.secret.deleteMany({ where: { name } })).count > 0;
    },
  };
}
