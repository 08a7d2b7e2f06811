/** For Prisma's own tools (`npx prisma studio`, `migrate deploy`). The gateway reads DATABASE_URL itself and needs none of this. */
import { defineConfig } from "prisma/config";

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations/sqlite" },
  datasource: { url: process.env["DATABASE_URL"] ?? "file:.signalbox/catalog.db" },
});
