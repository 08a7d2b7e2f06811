/**
 * CatalogHold: one gateway alone works on a catalog in PostgreSQL. It has modules, pauses and acts in memory, so a second one would undo
 * what the first does without a word. Holds an advisory lock of its own by a connection that stays open, which the server frees when that
 * ends; takes it again where the connection breaks. Neighbours: open-catalog.ts holds before it migrates; sqlite-hold.ts does
 * the same for a file.
 * Guarantee: of two gateways that start, one is refused with the name of the other; one that loses its hold says so.
 */
import { hostname } from "node:os";
import pg from "pg";
import { CatalogError } from "./catalog-error.ts";
import type { DatabaseTarget } from "./database-url.ts";
import { connectTimeoutMs } from "./migration-database-postgresql.ts";

type PostgresqlTarget = Extract<DatabaseTarget, { kind: "postgresql" }>;

export interface CatalogHold {
  release(): Promise<void>;
}

export interface HoldOptions {
  readonly warn: (message: string) => void;
  /** For how long the one before may take to end. */
  readonly waitMs?: number | undefined;
  readonly againMs?: number | undefined;
}

/** The first of two numbers; the second stands for the schema. */
const lockOfCatalogs = 72_707_370;
const lockNotAvailable = "55P03";
const waitMsDefault = 10_000;
const againMsDefault = 5_000;
/** PostgreSQL cuts longer ones. */
const nameBytesMax = 63;

/** Rejects with DATABASE_IN_USE, or with what the driver says. */
export async function holdCatalog(target: PostgresqlTarget, options: HoldOptions): Promise<CatalogHold> {
  const hold = new Hold(target, options);
  await hold.take(options.waitMs ?? waitMsDefault);
  return hold;
}

class Hold implements CatalogHold {
  readonly #target: PostgresqlTarget;
  readonly #options: HoldOptions;
  #client: pg.Client | undefined;
  #again: NodeJS.Timeout | undefined;
  #released = false;
  #told = "";

  constructor(target: PostgresqlTarget, options: HoldOptions) {
    this.#target = target;
    this.#options = options;
  }

  async take(waitMs: number): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#target.connectionString,
      connectionTimeoutMillis: connectTimeoutMs,
      keepAlive: true,
      application_name: ourName(),
    });
    // A connection that breaks tells it by an error, or only by its end.
    client.on("error", () => undefined);
    try {
      await client.connect();
      await this.#lock(client, waitMs);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    if (this.#released) return void client.end().catch(() => undefined);
    this.#client = client;
    client.once("end", () => this.#lost());
  }

  async release(): Promise<void> {
    this.#released = true;
    clearTimeout(this.#again);
    await this.#client?.end();
  }

  async #lock(client: pg.Client, waitMs: number): Promise<void> {
    try {
      await client.query(`SET lock_timeout = ${Math.max(1, Math.trunc(waitMs))}`);
      await client.query("SELECT pg_advisory_lock($1, hashtext($2))", [lockOfCatalogs, this.#target.schema]);
    } catch (error) {
      if (!(error instanceof pg.DatabaseError) || error.code !== lockNotAvailable) throw error;
      throw await this.#inUse(client, error);
    }
  }

  async #inUse(client: pg.Client, cause: unknown): Promise<CatalogError> {
    const { place, schema } = this.#target;
    return new CatalogError("DATABASE_IN_USE", {
      message: `Another gateway works on the catalog ${place} (schema ${schema}): ${await this.#other(client)}.`,
      cure: "Stop that one, or give this one a database or a schema (?schema=…) of its own. A pooler between them must keep sessions.",
      cause,
    });
  }

  async #other(client: pg.Client): Promise<string> {
    const found = await client.query(
      `SELECT a.application_name AS name, host(a.client_addr) AS address, a.backend_start AS since
       FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
       WHERE l.locktype = 'advisory' AND l.granted AND l.classid = $1 AND l.objid = (hashtext($2)::bigint & 4294967295)::oid AND l.objsubid = 2
         AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())`,
      [lockOfCatalogs, this.#target.schema],
    );
    const row = found.rows[0] as { name: string | null; address: string | null; since: Date | null } | undefined;
    // It ended in between, or belongs to a role of which this one may not see more.
    if (row === undefined) return "it has just ended";
    const from = row.address === null ? "" : `, from ${row.address}`;
    const since = row.since === null ? "" : `, since ${row.since.toISOString()}`;
    return `${row.name === null || row.name === "" ? "a role of another name" : row.name}${from}${since}`;
  }

  #lost(): void {
    this.#client = undefined;
    if (this.#released) return;
    this.#again = setTimeout(() => void this.#takeAgain(), this.#options.againMs ?? againMsDefault).unref();
  }

  async #takeAgain(): Promise<void> {
    try {
      await this.take(1);
      this.#told = "";
    } catch (error) {
      // A server that does not answer is told by whoever asks the catalog for something.
      if (error instanceof CatalogError && error.detail !== this.#told) {
        this.#told = error.detail;
        this.#options.warn(`${error.detail} Both work on it until one is stopped.`);
      }
      this.#lost();
    }
  }
}

function ourName(): string {
  const end = `, process ${process.pid}`;
  // Names of hosts are ASCII.
  return `signalbox on ${hostname().slice(0, nameBytesMax - "signalbox on ".length - end.length)}${end}`;
}
