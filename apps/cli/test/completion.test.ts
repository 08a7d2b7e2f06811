/** What a real shell offers with the script of completion: commands wherever options stand, options after a dash, and no verb twice. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "./run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "signalbox-completion-"));
const isThere = (shell: string): boolean => spawnSync(shell, ["-c", "true"]).status === 0;

beforeAll(async () => {
  for (const shell of ["bash", "zsh", "fish"]) writeFileSync(join(folder, shell), (await runCli(["completion", shell])).out);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The last word is the one that is being written. */
const askedFor: Readonly<Record<string, (words: readonly string[]) => readonly string[]>> = {
  bash: (words) => [
    "-c",
    `source ${join(folder, "bash")}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _signalbox; printf '%s\\n' "\${COMPREPLY[@]}"`,
    "bash",
    ...words,
  ],
  fish: (words) => ["--no-config", "-c", `source ${join(folder, "fish")}; complete -C '${words.join(" ")}'`],
};

function offered(shell: string, words: readonly string[]): string[] {
  const { stdout, stderr } = spawnSync(shell, askedFor[shell]?.(words) ?? [], { encoding: "utf8", cwd: folder });
  expect(stderr).toBe("");
  return stdout
    .split("\n")
    .map((line) => line.split("\t")[0] ?? "")
    .filter((word) => word !== "");
}

describe.each(Object.keys(askedFor))("in %s", (shell) => {
  test.skipIf(!isThere(shell))("it offers what fits at each place", () => {
    expect(offered(shell, ["signalbox", "save"]).toSorted((a, b) => a.localeCompare(b))).toEqual(["saved-filters", "savepoints"]);
    expect(offered(shell, ["signalbox", "--url", "http://x", "savepoints", "rest"])).toEqual(["restore"]);
    expect(offered(shell, ["signalbox", "users", "inv"])).toEqual(["invite"]);
    const options = offered(shell, ["signalbox", "savepoints", "restore", "--"]);
    expect(options).toEqual(expect.arrayContaining(["--yes", "--url", "--help"]));
    expect(offered(shell, ["signalbox", "savepoints", "take", "--"])).not.toContain("--yes");
  });

  test.skipIf(!isThere(shell))("arguments and values of options are left to the shell", () => {
    expect(offered(shell, ["signalbox", "savepoints", "restore", "rest"])).toEqual([]);
    expect(offered(shell, ["signalbox", "--url", "sav"])).toEqual([]);
  });
});

test.skipIf(!isThere("zsh"))("zsh takes its script", () => {
  expect(spawnSync("zsh", ["-n", join(folder, "zsh")], { encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
});
