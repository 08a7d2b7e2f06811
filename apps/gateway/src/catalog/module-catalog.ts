/**
 * ModuleCatalog over the database: one row a name, with its newest revision, and one row a revision, which never changes.
 */
import type { CatalogOrigin, ModuleCatalog, ModuleRevision } from "./catalog.ts";
import type { Door, PrincipalKind } from "../contract/principal.ts";
import type { DatabaseClient } from "./database-client.ts";

interface RevisionRow {
  readonly name: string;
  readonly revision: number;
  readonly yaml: string;
  readonly appliedMs: bigint;
  readonly origin: string;
  readonly kind: string;
  readonly by: string;
  readonly door: string;
}

export function moduleCatalog(client: DatabaseClient): ModuleCatalog {
  const catalog: ModuleCatalog = {
    async list() {
      const inForce = await client.module.findMany({ where: { removedMs: null }, orderBy: { name: "asc" } });
      const rows = await Promise.all(inForce.map(({ name, revision }) => catalog.revision(name, revision)));
      return rows.filter((row) => row !== undefined);
    },
    async find(name) {
      const row = await client.module.findUnique({ where: { name } });
      return row === null || row.removedMs !== null ? undefined : catalog.revision(name, row.revision);
    },
    async revisions(name, { limit, below }) {
      const where = below === undefined ? { name } : { name, revision: { lt: below } };
      return (await client.moduleRevision.findMany({ where, orderBy: { revision: "desc" }, take: limit })).map(toRevision);
    },
    async revision(name, revision) {
      const row = await client.moduleRevision.findUnique({ where: { name_revision: { name, revision } } });
      return row === null ? undefined : toRevision(row);
    },
    append: ({ name, yaml, appliedMs, origin, principal }) =>
      client.$transaction(async (transaction) => {
        // This write locks the row of the name, so two appends at once get two numbers.
        const { revision } = await transaction.module.upsert({
          where: { name },
          create: { name, revision: 1 },
          update: { revision: { increment: 1 }, removedMs: null },
        });
        return toRevision(
          await transaction.moduleRevision.create({
            data: {
              name,
              revision,
              yaml,
              appliedMs: BigInt(appliedMs),
              origin,
              kind: principal.kind,
              by: principal.name,
              door: principal.door,
            },
          }),
        );
      }),
    async remove(name, removedMs) {
      const { count } = await client.module.updateMany({ where: { name, removedMs: null }, data: { removedMs: BigInt(removedMs) } });
      return count > 0;
    },
  };
  return catalog;
}

function toRevision({ name, revision, yaml, appliedMs, origin, kind, by, door }: RevisionRow): ModuleRevision {
  const principal = kind === "" ? undefined : { kind: kind as PrincipalKind, name: by, door: door as Door };
  return { name, revision, yaml, appliedMs: Number(appliedMs), origin: origin as CatalogOrigin, principal };
}
