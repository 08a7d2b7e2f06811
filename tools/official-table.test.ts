/** The table of the official SDKs says what the run said, and nothing more: a test that failed or did not run gets no tick. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { statements } from "../e2e/conformance/official-statements.ts";
import { embeddedTitles, officialTable, onEmbedded, type OfficialTest } from "../e2e/conformance/official-table.ts";
import { repositoryRoot } from "./stale-step.ts";

const here = "e2e/conformance/sdk.test.ts";
const there = "e2e/flink/official-sdks.test.ts";
const forgets = "forgets a state value that the function deletes, and the function reads it as empty";

function rowOf(statement: string, tests: readonly OfficialTest[]): string[] {
  const line = officialTable(tests)
    .split("\n")
    .find((one) => one.includes(statement));
  return (line ?? "")
    .split("|")
    .map((cell) => cell.trim())
    .slice(2, -1);
}

test("a tick is a test that passed, for that language and on that runtime", () => {
  const tests = [
    { file: here, title: `the official JavaScript SDK > ${forgets}`, status: "passed" },
    { file: here, title: `the official Python SDK > ${forgets}`, status: "failed" },
    { file: there, title: `official SDKs on Flink > the official JavaScript SDK > ${statements.deletion}`, status: "skipped" },
    { file: there, title: `official SDKs on Flink > the official Python SDK > ${statements.deletion}`, status: "passed" },
  ];
  expect(rowOf(statements.deletion, tests)).toEqual(["✓", "failed", "not run", "no probe", "not run JavaScript, Go; ✓ Python"]);
  expect(rowOf(statements.deletion, [])).toEqual(["not run", "not run", "not run", "no probe", "not run JavaScript, Python, Go"]);
});

test("a greeter of one job counts for every SDK that its title names", () => {
  const tests = [
    { file: there, title: `${statements.greeter}: the official JavaScript SDK, the official Java SDK`, status: "passed" },
    {
      file: "e2e/conformance/greeter.test.ts",
      title: "the greeter on the official Java SDK > counts visits in its state",
      status: "passed",
    },
  ];
  expect(rowOf(statements.greeter, tests)).toEqual(["not run", "not run", "not run", "✓", "✓ JavaScript, Java; not run Python, Go"]);
});

test("every row of the table finds a test of the embedded engine by its title", () => {
  const sources = onEmbedded.map((file) => readFileSync(join(repositoryRoot, file), "utf8")).join("\n");
  const titles = [...sources.matchAll(/\btest\(\s*["`](.+?)["`],/g)].map(([, title = ""]) =>
    title.replace("${typename}", "io.statefun.types/long"),
  );
  expect(titles.length).toBeGreaterThan(15);
  expect(embeddedTitles.filter((pattern) => !titles.some((title) => pattern.test(title)))).toEqual([]);
});
