/** The catalogs of what people keep for themselves, over the database: saved messages and descriptor sets. */
import { z } from "zod";
import type { DescriptorSetCatalog, SavedMessageCatalog } from "./catalog.ts";
import type { DatabaseClient } from "./database-client.ts";

export function savedMessageCatalog(client: DatabaseClient): SavedMessageCatalog {
  return {
    async list() {
      const rows = await client.savedMessage.findMany({ orderBy: [{ createdMs: "desc" }, { id: "desc" }] });
      return rows.map((row) => ({ ...row, createdMs: Number(row.createdMs) }));
    },
    async put(record) {
      const row = { ...record, createdMs: BigInt(record.createdMs) };
      await client.savedMessage.upsert({ where: { id: record.id }, create: row, update: row });
    },
    async remove(id) {
      return (await client.savedMessage.deleteMany({ where: { id } })).count > 0;
    },
  };
}

const typeNames = z.array(z.string());

export function descriptorSetCatalog(client: DatabaseClient): DescriptorSetCatalog {
  return {
    async list() {
      const rows = await client.descriptorSet.findMany({ orderBy: { name: "asc" } });
      return rows.map((row) => ({
        name: row.name,
        bytes: row.bytes,
        types: typeNames.parse(JSON.parse(row.types)),
        createdMs: Number(row.createdMs),
      }));
    },
    async put(record) {
      const row = {
        name: record.name,
        bytes: new Uint8Array(record.bytes),
        types: JSON.stringify(record.types),
        createdMs: BigInt(record.createdMs),
      };
      await client.descriptorSet.upsert({ where: { name: record.name }, create: row, update: row });
    },
    async remove(name) {
      return (await client.descriptorSet.deleteMany({ where: { name } })).count > 0;
    },
  };
}
