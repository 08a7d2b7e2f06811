/**
 * The packages that others install have exactly the public names that were reviewed.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { apiReports, committedReports, openApiFile, openApiText } from "./api-report.ts";
import { repositoryRoot } from "./stale-step.ts";

test("the committed API reports are those of the sources; `npm run api` writes them", () => {
  const reports = apiReports();
  expect([...reports.keys()].sort()).toEqual([...committedReports()].sort());
  for (const [file, text] of reports) expect(readFileSync(join(repositoryRoot, file), "utf8"), `${file}: run npm run api`).toBe(text);
});

test("the committed OpenAPI document is that of the contract; `npm run api` writes it", () => {
  expect(readFileSync(join(repositoryRoot, openApiFile), "utf8"), `${openApiFile}: run npm run api`).toBe(openApiText());
});

test("a report names what users import, and the types that this leads to", () => {
  const index = readFileSync(join(repositoryRoot, "packages/sdk/api/index.api.md"), "utf8");
  const [names = "", inner = ""] = index.split("## What these lead to");
  for (const name of ["entity", "Reject", "types", "Context"]) expect(names).toMatch(new RegExp(`^export .*\\b${name}\\b`, "m"));
  expect(inner).toContain("StateDeclarations");
  expect(index).not.toContain("/**");
});
