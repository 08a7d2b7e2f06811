/** JDBC's driver against the port for PostgreSQL's clients: what tools over it ask first, and how they ask. The driver comes from Maven Central, once. */
import { execFile, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { moduleYaml, startFunctions, startGateway, type TestGateway } from "../../apps/gateway/test/support/start-gateway.ts";
import { repositoryRoot } from "../../tools/stale-step.ts";

const driver = {
  url: "https://repo1.maven.org/maven2/org/postgresql/postgresql/42.7.8/postgresql-42.7.8.jar",
  sha256: "2a32a9dcbc42d67a50ad3a0de5efd102c8d2be46720045f2cbd6689f160ab7c7",
};
const folder = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "signalbox", "pgjdbc-42.7.8");
const jar = join(folder, "postgresql.jar");
const noJava = spawnSync("javac", ["-version"]).error === undefined ? undefined : "there is no JDK";

async function fetchDriver(): Promise<void> {
  if (existsSync(jar)) return;
  const answer = await fetch(driver.url);
  if (!answer.ok) throw new Error(`${driver.url} answered ${answer.status}`);
  const bytes = Buffer.from(await answer.arrayBuffer());
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${jar}.${process.pid}`, bytes);
  renameSync(`${jar}.${process.pid}`, jar);
}

const hashOf = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

describe.skipIf(noJava !== undefined)(`JDBC${noJava === undefined ? "" : ` (${noJava})`}`, () => {
  let box: TestGateway;
  let functions: Awaited<ReturnType<typeof startFunctions>>;
  let found: Record<string, string> = {};

  beforeAll(async () => {
    await fetchDriver();
    expect(hashOf(jar)).toBe(driver.sha256);
    functions = await startFunctions();
    box = await startGateway({ postgresPort: 0 });
    await box.fetch("/v1/modules/test", { method: "PUT", body: moduleYaml(functions.url) });
    await Promise.all(Array.from({ length: 10 }, (_, at) => box.fetch(`/v1/messages/test/visits/v${at}`, { method: "POST", body: "x" })));
    await box.gateway.core.engine.settled();
    const program = join(repositoryRoot, "e2e/postgres/JdbcProbe.java");
    const url = `jdbc:postgresql://127.0.0.1:${box.gateway.postgresPort}/box`;
    const { stdout } = await promisify(execFile)("java", ["-cp", jar, program, url]);
    found = Object.fromEntries(
      stdout
        .trim()
        .split("\n")
        .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    );
  }, 240_000);
  afterAll(async () => {
    await box[Symbol.asyncDispose]();
    await functions.close();
  });

  const tables = "[egress, entities, failures, journal, mailboxes, savepoints, state]";
  test.each([
    ["product", "PostgreSQL 14.0"],
    ["place", "box public true"],
    ["tables", tables],
    ["columns", "[type, id, name, typename, value, bytes, written_ms, expires_ms]"],
    ["types", "[text, text, text, text, text, bytea, int8, int8]"],
    ["schemas", "[information_schema, pg_catalog, public]"],
    ["catalogs", "[box]"],
    ["keys", "[][][][]"],
    ["routines", "[][]"],
    ["typeInfo", "true"],
    ["databases", "[box]"],
    ["namespaces", "[information_schema, pg_catalog, public]"],
    ["classes", tables],
    ["attributes", "[egress, sequence, trace, from_type, from_id, typename, value, bytes, at_ms]"],
    ["keywords", "true"],
    ["session", '[me]["$user", public]'],
    ["prepared", "[v0 0 1.25 2020-01-02 03:04:05.678 [1, 2] 1]"],
    ["described", "int8 int4"],
    ["pieces", "10"],
    ["mistake", "42703"],
    ["write", "25006"],
    ["cancelled", "57014"],
  ])("%s", (...[name, expected]) => expect(found[name]).toBe(expected));
});
