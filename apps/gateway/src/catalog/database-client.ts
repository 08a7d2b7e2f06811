/**
 * DatabaseClient: Prisma's client for either database under one type. The two clients are generated from one schema that uses only what
 * both databases have, so code above this file is written once. Only the client that DATABASE_URL asks for is loaded.
 */
import type { DatabaseTarget } from "./database-url.ts";
import type { PrismaClient } from "./generated/sqlite/client.ts";
import { patientClient } from "./patient-client.ts";

export type DatabaseClient = PrismaClient;

const poolConnectionsMax = 5;
const transactionWaitMs = 10_000;
/**
 * SQLite waits in this thread for another process's lock, so this bounds how long the gateway stands still; patientClient asks again
 * without holding the thread.
 */
const sqliteBusyMs = 100;
const transactionOptions = { maxWait: transactionWaitMs, timeout: transactionWaitMs };

export async function connectDatabase(target: DatabaseTarget, lockedMsMax?: number): Promise<DatabaseClient> {
  switch (target.kind) {
    case "sqlite": {
      const { PrismaBetterSqlite3 } = await import("@prisma/adapter-better-sqlite3");
      const { PrismaClient } = await import("./generated/sqlite/client.ts");
      const adapter = new PrismaBetterSqlite3({ url: `file:${target.path}`, timeout: sqliteBusyMs });
      return patientClient(new PrismaClient({ adapter, transactionOptions }), lockedMsMax);
    }
    case "postgresql": {
      const { PrismaPg } = await import("@prisma/adapter-pg");
      const { connectTimeoutMs } = await import("./migration-database-postgresql.ts");
      const { PrismaClient } = await import("./generated/postgresql/client.ts");
      const adapter = new PrismaPg(
        { connectionString: target.connectionString, max: poolConnectionsMax, connectionTimeoutMillis: connectTimeoutMs },
        { schema: target.schema },
      );
      // Both clients have the same models and operations; only the identities of their generated types differ.
      return new PrismaClient({ adapter, transactionOptions }) as unknown as DatabaseClient;
    }
  }
}
