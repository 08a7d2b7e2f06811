/**
 * The catalog of pauses over the database: what people paused. Neighbour: services/pauses/pauses.ts puts the pauses in force.
 */
import type { PauseCatalog } from "./catalog.ts";
import type { DatabaseClient } from "./database-client.ts";

export function pauseCatalog(client: DatabaseClient): PauseCatalog {
  return {
    async list() {
      return (await client.pause.findMany({ orderBy: { what: "asc" } })).map(({ what, by, sinceMs, untilMs }) => ({
        what,
        by,
        sinceMs: Number(sinceMs),
        untilMs: untilMs === null ? undefined : Number(untilMs),
      }));
    },
    async put({ what, by, sinceMs, untilMs }) {
      const row = { what, by, sinceMs: BigInt(sinceMs), untilMs: untilMs === undefined ? null : BigInt(untilMs) };
      await client.pause.upsert({ where: { what }, create: row, update: row });
    },
    async remove(what) {
      await client.pause.deleteMany({ where: { what } });
    },
  };
}
