/**
 * openDuckDb: DuckDB in memory, closed off: it reads the named files and nothing else, writes only to its own scratch folder, loads no
 * extension, reaches no network, and SQL cannot switch any of that on. Neighbours: bootstrap/ and sql/ open it, each in a process of its
 * own.
 * The package is optional, because its library has 70 MB; where it is absent, the caller is told so.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { GatewayError } from "../contract/problem.ts";

export type DuckDb = typeof import("@duckdb/node-api");

export interface DuckDbOptions {
  readonly memoryBytesMax: number;
  readonly threads: number;
  /** Where DuckDB puts what does not fit into memory. This makes the folder, and the caller removes it. */
  readonly scratchFolder: string;
  readonly scratchBytesMax: number;
  /** The files that may be read, by their absolute paths. */
  readonly files: readonly string[];
}

export async function loadDuckDb(): Promise<DuckDb> {
  try {
    const duckDb = await import("@duckdb/node-api");
    const { default: accessors } = await import("@duckdb/node-api/lib/vectors/dataAccessors.js");
    // Its own decoder takes a U+FEFF at the beginning of a text for a mark of the encoding, so an id or a value with one would become another.
    Object.assign(accessors, { textDecoder: new TextDecoder("utf-8", { ignoreBOM: true }) });
    return duckDb;
  } catch (error) {
    throw new GatewayError("SQL_NOT_INSTALLED", {
      detail: "The package @duckdb/node-api is not installed, or has no build for this machine.",
      where: "sql",
      cure: "Install it: npm install --include=optional in the folder of Signalbox.",
      cause: error,
    });
  }
}

export function quotedText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export interface OpenDuckDb {
  readonly connection: DuckDBConnection;
  /** Gives its memory back at once, instead of at the next garbage collection. */
  close(): void;
}

/** Opens it already closed off; views over the files are made afterwards. */
export async function openDuckDb({ DuckDBInstance }: DuckDb, options: DuckDbOptions): Promise<OpenDuckDb> {
  const { memoryBytesMax, threads, scratchFolder, scratchBytesMax, files } = options;
  const instance = await DuckDBInstance.create(":memory:", {
    threads: String(threads),
    memory_limit: `${Math.floor(memoryBytesMax / 1024)}KiB`,
    temp_directory: scratchFolder,
    max_temp_directory_size: `${Math.floor(scratchBytesMax / 1024)}KiB`,
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run(`SET allowed_paths = [${files.map(quotedText).join(", ")}]`);
  await connection.run("SET enable_external_access = false");
  await connection.run("SET lock_configuration = true");
  return {
    connection,
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
