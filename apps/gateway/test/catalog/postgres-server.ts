/**
 * A PostgreSQL server for tests: the one that SIGNALBOX_TEST_POSTGRES_URL names, else one of its own in a temporary folder,
 * reached over a unix socket only. Where neither can be had, the tests skip and say why.
 */
import { execFile } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const startTimeoutMs = 30_000;

export type PostgresServer =
  | { readonly kind: "running"; readonly url: (schema: string) => string; readonly stop: () => Promise<void> }
  | { readonly kind: "absent"; readonly reason: string };

export async function startPostgres(): Promise<PostgresServer> {
  const given = process.env["SIGNALBOX_TEST_POSTGRES_URL"];
  if (given !== undefined && given !== "") return { kind: "running", url: (schema) => withSchema(given, schema), stop: async () => {} };
  const tools = findTools();
  if (tools === undefined) {
    return {
      kind: "absent",
      reason:
        "initdb and pg_ctl were not found: install PostgreSQL (Debian: apt-get install postgresql) or set SIGNALBOX_TEST_POSTGRES_URL",
    };
  }
  try {
    return await startOwn(tools);
  } catch (error) {
    return {
      kind: "absent",
      reason: `a PostgreSQL server could not be started: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

async function startOwn(tools: string): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), "signalbox-pg-"));
  // PostgreSQL refuses to run as root.
  const nobody = { uid: 65_534, gid: 65_534 };
  const isRoot = process.getuid?.() === 0;
  const user = isRoot ? nobody : {};
  const as = { ...user, cwd: folder, env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C" }, timeout: startTimeoutMs };
  const data = join(folder, "data");
  const stop = async (): Promise<void> => {
    if (existsSync(join(data, "postmaster.pid"))) await run(join(tools, "pg_ctl"), ["-D", data, "-m", "immediate", "-w", "stop"], as);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    if (isRoot) await chown(folder, nobody.uid, nobody.gid);
    await run(join(tools, "initdb"), ["-D", data, "-U", "signalbox", "-A", "trust", "-N", "-E", "UTF8"], as);
    const settings = `-c listen_addresses='' -c unix_socket_directories='${folder}' -c fsync=off -c max_connections=40 -c shared_buffers=16MB`;
    // Without a log file the server would keep this process's pipes open, and the call would never end.
    await run(join(tools, "pg_ctl"), ["-D", data, "-w", "-l", join(folder, "log"), "-o", settings, "start"], as);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    kind: "running",
    url: (schema) => withSchema(`postgresql://signalbox@localhost/postgres?host=${encodeURIComponent(folder)}`, schema),
    stop,
  };
}

function withSchema(url: string, schema: string): string {
  const parsed = new URL(url);
  parsed.searchParams.set("schema", schema);
  return parsed.href;
}

/** The folder that holds initdb and pg_ctl. */
function findTools(): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...globSync("/usr/lib/postgresql/*/bin").toReversed()];
  return folders.find((folder) => folder !== "" && existsSync(join(folder, "initdb")) && existsSync(join(folder, "pg_ctl")));
}
