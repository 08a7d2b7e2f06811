/** Pages that list what the code has are compared with the code, so that they cannot drift apart in silence. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { engineErrorCodes, failureCodes } from "@signalbox/engine";
import { describe, expect, test } from "vitest";
import { settingsTable } from "../apps/gateway/src/env.ts";
import { repositoryRoot } from "./stale-step.ts";

const page = (path: string): string => readFileSync(join(repositoryRoot, path), "utf8");

function codesUnder(heading: string): string[] {
  const section = page("docs/errors.md").split(`## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  return [...section.matchAll(/^\| `([A-Z_]+)`/gm)].map((match) => match[1] ?? "");
}

describe("docs/errors.md", () => {
  test("explains every failure code, once", () => {
    expect(codesUnder("Failures of an attempt").toSorted()).toEqual([...failureCodes].toSorted());
  });

  test("explains every engine error code, once", () => {
    expect(codesUnder("Engine errors").toSorted()).toEqual([...engineErrorCodes].toSorted());
  });
});

describe("docs/guarantees.md", () => {
  test("has a line for each of G1 to G8 and names only tests that exist", () => {
    const text = page("docs/guarantees.md");
    for (let number = 1; number <= 8; number++) expect(text).toContain(`**G${number}**`);
    const named = [...text.matchAll(/`([\w./-]+\.(?:test|spec)\.tsx?)`/g)].map((match) => match[1] ?? "");
    expect(named.filter((path) => !existsSync(join(repositoryRoot, path)))).toEqual([]);
    expect(named.length).toBeGreaterThan(0);
  });
});

describe("README.md", () => {
  test("lists every setting with its default, as the gateway parses them", () => {
    expect(page("README.md")).toContain(settingsTable().trim());
  });
});
