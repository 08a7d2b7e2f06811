/**
 * Schemathesis against a whole gateway: every operation of /openapi.json with inputs made of it. No answer is a 5xx, none is undocumented.
 * It comes from PyPI into a cache folder, once; without Python or PyPI the test says that it is skipped.
 */
import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { moduleYaml, startFunctions, startGateway } from "../../apps/gateway/test/support/start-gateway.ts";

const version = "4.32.5";
const folder = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "signalbox", `schemathesis-${version}`);
const program = join(folder, "bin/schemathesis");

/** Returns why it cannot run here; undefined when it can. */
function whyNot(): string | undefined {
  if (existsSync(program)) return undefined;
  if (spawnSync("python3", ["-m", "venv", folder]).status !== 0) return "there is no python3 with venv";
  const install = spawnSync(join(folder, "bin/pip"), ["install", "--quiet", "--disable-pip-version-check", `schemathesis==${version}`]);
  if (install.status === 0) return undefined;
  rmSync(folder, { recursive: true, force: true });
  return "PyPI does not answer";
}

const reason = whyNot();
const checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";
/**
 * It has no way to write a file of SQLite (e2e/fuzz has one), and takes the pairs of an answer (prefixItems) for a mistake in its schema.
 * Nothing can be rescaled on one machine: the answer is 501, documented and by design, and it takes each of those for a broken server;
 * while an erasure runs, messages get 503.
 */
const excluded = ["savepoints.take", "entities.tally", "runtime.rescale", "erasures.erase"];

describe.skipIf(reason !== undefined)(`schemathesis${reason === undefined ? "" : ` (${reason})`}`, () => {
  test("finds no failure and nothing undocumented", { timeout: 400_000 }, async () => {
    const functions = await startFunctions();
    const box = await startGateway();
    await box.fetch("/v1/modules/test", { method: "PUT", body: moduleYaml(functions.url) });
    await box.fetch("/v1/messages/test/visits/a", { method: "POST", body: "x" });
    await box.gateway.core.engine.settled();
    const words = ["run", `${box.url}/openapi.json`, "--checks", checks, "--phases", "fuzzing", "--max-examples", "3", "--seed", "1"];
    const rest = ["--max-redirects", "0", "--request-timeout", "60", "--suppress-health-check", "all", "--no-color"];
    const cwd = mkdtempSync(join(tmpdir(), "signalbox-schemathesis-"));
    const told = await promisify(execFile)(program, [...words, ...rest, ...excluded.flatMap((id) => ["--exclude-operation-id", id])], {
      cwd,
      maxBuffer: 64 * 1024 * 1024,
    }).then(
      ({ stdout }) => stdout,
      (error: unknown) => (error as { stdout?: string }).stdout ?? String(error),
    );
    const failures = told.slice(Math.max(0, told.search(/=+ (ERRORS|FAILURES) =+/))).slice(0, 6_000);
    expect(/=+ (ERRORS|FAILURES) =+/.test(told) ? failures : "none").toBe("none");
    expect(told).toMatch(/Tested: \d{3}/);
    expect(box.logged).toEqual([]);
    await box[Symbol.asyncDispose]();
    await functions.close();
    rmSync(cwd, { recursive: true, force: true });
  });
});
