/** docs/console-peers.md names tests: each file is there and has the test of that name, every row has a verdict, and the sums below the tables are right. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repositoryRoot } from "../stale-step.ts";

const page = readFileSync(join(repositoryRoot, "docs/console-peers.md"), "utf8");
const verdicts = ["yes", "partly", "no"] as const;

interface Row {
  readonly verdict: string;
  readonly shown: string;
}

function rowsUnder(heading: string): readonly Row[] {
  const section = page.split(`## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const lines = section.split("\n").filter((line) => line.startsWith("| ") && !/^\| (capability )?\|/u.test(line));
  return lines.map((line) => {
    const cells = line.split(" | ");
    return { verdict: cells.at(-2) ?? "", shown: cells.at(-1) ?? "" };
  });
}

test.each([
  ["Capabilities", 28],
  ["Requirements", 25],
] as const)("%s: each has a verdict, and a fulfilled one names a test", (heading, count) => {
  const rows = rowsUnder(heading);
  expect(rows.length).toBe(count);
  for (const { verdict, shown } of rows) {
    expect(verdicts, shown).toContain(verdict);
    if (verdict === "yes") expect(shown).toMatch(/`[^`]+\.(test\.tsx?|spec\.ts)`/u);
    expect(shown.length).toBeGreaterThan(20);
  }
});

test.each([
  ["Capabilities", "Twenty-seven are had, one in part, none not at all.", [27, 1, 0]],
  ["Requirements", "Twenty-two hold, three in part, none not at all.", [22, 3, 0]],
] as const)("%s: the sum below is that of the rows", (heading, words, sums) => {
  expect(page).toContain(words);
  expect(verdicts.map((word) => rowsUnder(heading).filter(({ verdict }) => verdict === word).length)).toEqual(sums);
});

test("each file that is named is there, and has the test of that name", () => {
  const named = [...page.matchAll(/`([^`\s]+\.(?:ts|tsx))`(?: “([^”]+)”)?/gu)].map(([, file = "", name]) => ({ file, name }));
  expect(named.length).toBeGreaterThan(40);
  const wrong = named.filter(({ file, name }) => {
    const path = join(repositoryRoot, file);
    return !existsSync(path) || (name !== undefined && !readFileSync(path, "utf8").includes(name));
  });
  expect(wrong).toEqual([]);
});
