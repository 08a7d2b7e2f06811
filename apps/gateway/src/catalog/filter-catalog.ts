/** The catalog of saved filters, over the database. Neighbour: services/filters/saved-filters-service.ts says whose they are and how many there may be. */
import type { FilterCatalog } from "./catalog.ts";
import type { DatabaseClient } from "./database-client.ts";

export function filterCatalog(client: DatabaseClient): FilterCatalog {
  return {
    async list({ owner, subject }) {
      const rows = await client.savedFilter.findMany({ where: { owner, subject }, orderBy: [{ changedMs: "desc" }, { name: "asc" }] });
      return rows.map(({ name, text, changedMs }) => ({ owner, subject, name, text, changedMs: Number(changedMs) }));
    },
    async put({ owner, subject, name, text, changedMs }) {
      const row = { owner, subject, name, text, changedMs: BigInt(changedMs) };
      await client.savedFilter.upsert({ where: { owner_subject_name: { owner, subject, name } }, create: row, update: row });
    },
    async remove({ owner, subject, name }) {
      await client.savedFilter.deleteMany({ where: { owner, subject, name } });
    },
  };
}
