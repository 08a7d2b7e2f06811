/**
 * Each of our npm scripts says what it takes when it is asked, and shows that text instead of a stack for what it does not take; before it
 * does anything.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { repositoryRoot } from "./stale-step.ts";
import { parsed, usageOf } from "./told-options.ts";

const told = {
  command: "npm run lift",
  about: "Lifts.",
  options: { floors: { type: "string", default: "3" }, slow: { type: "boolean" } },
  says: { floors: "how high", slow: "with care" },
} as const;

describe("a command line", () => {
  test("gives the options that were written, and else their defaults", () => {
    expect(parsed(told, ["--slow"]).values).toEqual({ floors: "3", slow: true });
    expect(() => parsed(told, ["up"])).toThrow('"up" is not taken');
    expect(parsed({ ...told, words: "[name …]" }, ["up"]).positionals).toEqual(["up"]);
  });

  test("is described with the purpose and the default of each option", () => {
    expect(usageOf(told)).toBe("npm run lift -- [options]\nLifts.\n  --floors …  how high (3 unless given)\n  --slow      with care");
    expect(usageOf({ command: "npm run lift", about: "Lifts.", options: {}, says: {} })).toBe("npm run lift\nLifts.\nIt takes no options.");
  });
});

const { scripts } = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")) as { scripts: Record<string, string> };
/** Only the last command of a script gets the words after `--`, and only our own programs are checked. */
const ours = Object.entries(scripts).flatMap(([name, script]) => {
  const parameters = script.split(" && ").at(-1)?.split(" ") ?? [];
  return parameters[0] === "node" ? [{ name, parameters: parameters.slice(1) }] : [];
});

function run(parameters: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, parameters, { cwd: repositoryRoot, encoding: "utf8" });
}

test("there are as many as package.json has", () => {
  expect(ours.length).toBeGreaterThan(15);
});

test.each(ours)("npm run $name refuses an option that it does not know, and says which it takes", ({ parameters }) => {
  const { status, stdout, stderr } = run([...parameters, "--no-such-option"]);
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toContain("--no-such-option");
  expect(stderr).toMatch(/^(npm (run \w+|start)|\s+--sql)/mu);
  expect(stderr).not.toMatch(/^\s+at /mu);
});
