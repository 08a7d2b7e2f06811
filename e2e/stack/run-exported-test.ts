/**
 * runExportedTest: runs a test that the console exported as its user would: in a folder of its own, with vitest, beside the functions it
 * tests.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../tools/stale-step.ts";

/** `functions` is a file of e2e/functions that exports `entities`. Throws when the test did not run at all. */
export function runExportedTest(text: string, functions: string): "passed" | "failed" {
  mkdirSync(join(repositoryRoot, "test-results"), { recursive: true });
  const folder = mkdtempSync(join(repositoryRoot, "test-results/exported-"));
  try {
    writeFileSync(join(folder, "functions.ts"), `export { entities } from "../../e2e/functions/${functions}";\n`);
    writeFileSync(join(folder, "vitest.config.mjs"), "export default {};\n");
    writeFileSync(join(folder, "exported.test.ts"), text);
    const vitest = join(repositoryRoot, "node_modules/vitest/vitest.mjs");
    execFileSync(process.execPath, [vitest, "run", "--root", folder], { stdio: "pipe", cwd: folder });
    return "passed";
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: Buffer; stderr?: Buffer };
    const said = `${String(stdout)}${String(stderr)}`;
    if (!said.includes("AssertionError")) throw new Error(`the exported test did not run: ${said}`, { cause: error });
    return "failed";
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
