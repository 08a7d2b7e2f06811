/** Pages that list what the code has are compared with the code, so that they cannot drift apart in silence. */
import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { embeddedProblemCodes, engineErrorCodes, failureCodes } from "@signalbox/runtime";
import { describe, expect, test } from "vitest";
import { processProblemCodes } from "../apps/gateway/src/processes/process-problem.ts";
import { mutants } from "@signalbox/engine/testing";
import { kafkaMutants } from "../apps/gateway/test/connectors/kafka/world/kafka-mutants.ts";
import { settingsTable } from "../apps/gateway/src/env.ts";
import { gatewayProblems } from "../apps/gateway/src/contract/problem.ts";
import { accessTable } from "./access-table.ts";
import { productionBuild } from "./build-steps.ts";
import { repositoryRoot } from "./stale-step.ts";

const page = (path: string): string => readFileSync(join(repositoryRoot, path), "utf8");

function codesUnder(heading: string): string[] {
  const section = page("docs/errors.md").split(`## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  return [...section.matchAll(/^\| `([A-Z_]+)`/gm)].map((match) => match[1] ?? "");
}

describe("ARCHITECTURE.md", () => {
  test("answers each question of a stranger with at most two files, which are there", () => {
    const section = page("ARCHITECTURE.md").split("## Where is …?\n")[1]?.split("\n## ")[0] ?? "";
    const rows = [...section.matchAll(/^\| (.+\?) \| (.+) \|$/gm)].map(([, question = "", files = ""]) => ({
      question,
      files: [...files.matchAll(/`([^`]+)`/g)].map(([, file = ""]) => file),
    }));
    expect(rows.length).toBeGreaterThanOrEqual(10);
    for (const { question, files } of rows) expect([1, 2], question).toContain(files.length);
    expect(rows.flatMap(({ files }) => files).filter((file) => !existsSync(join(repositoryRoot, file)))).toEqual([]);
  });
});

describe("docs/errors.md", () => {
  test("explains every failure code, once", () => {
    expect(codesUnder("Failures of an attempt").toSorted()).toEqual([...failureCodes].toSorted());
  });

  test("explains every engine error code, once", () => {
    expect(codesUnder("Engine errors").toSorted()).toEqual([...engineErrorCodes].toSorted());
  });
});

describe("docs/errors.md of the gateway", () => {
  test("explains every code of its own with its status, once", () => {
    const section = page("docs/errors.md").split("## Refusals of the gateway itself\n")[1]?.split("\n## ")[0] ?? "";
    const told = [...section.matchAll(/^\| `([A-Z_]+)` \| (\d+)/gm)].map(([, code, status]) => `${code} ${status}`);
    const has = Object.entries(gatewayProblems).map(([code, { status }]) => `${code} ${status}`);
    expect(told.toSorted()).toEqual(has.toSorted());
  });
});

describe("docs/errors.md of functions that run here", () => {
  test.each([
    ["Co-located processes", processProblemCodes],
    ["Embedded sources", embeddedProblemCodes],
  ])("lists every code: %s", (heading, codes) => {
    const section = page("docs/errors.md").split(`## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
    expect([...section.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code)).toEqual([...codes]);
  });
});

describe("docs/guarantees.md", () => {
  const text = page("docs/guarantees.md");

  test("has a table for each of G1 to G8 and names only tests that exist", () => {
    for (let number = 1; number <= 8; number++) expect(text).toMatch(new RegExp(`^## G${number} .+\n\n\\| part \\| shown by \\|`, "m"));
    const named = [...text.matchAll(/`([\w./-]+\.(?:test|spec)\.tsx?)`/g)].map((match) => match[1] ?? "");
    const isThere = (path: string): boolean => [path, `packages/engine/test/${path}`].some((one) => existsSync(join(repositoryRoot, one)));
    expect(named.filter((path) => !isThere(path))).toEqual([]);
    expect(named.length).toBeGreaterThan(20);
  });

  test("names only planted bugs that there are", () => {
    const quoted = [...text.matchAll(/`([\w./-]+\.(?:test|spec)\.tsx?)` \(([^)]*)\)/g)].flatMap(([, file = "", remark = ""]) =>
      [...remark.matchAll(/"([^"]+)"/g)].map(([, title = ""]) => ({ file, title })),
    );
    const stands = ({ file, title }: { file: string; title: string }): boolean => {
      const path = [file, `packages/engine/test/${file}`].find((one) => existsSync(join(repositoryRoot, one)));
      return path !== undefined && title.split("…").every((part) => page(path).includes(part.trim()));
    };
    expect(quoted.filter((one) => !stands(one))).toEqual([]);
    expect(quoted.length).toBeGreaterThan(40);
  });

  test("names only planted bugs that there are", () => {
    const known = new Set([...mutants, ...kafkaMutants].map(({ name }) => name));
    const named = [...text.matchAll(/planted ((?:`[\w-]+`(?:, )?)+)/g)].flatMap((match) =>
      [...(match[1] ?? "").matchAll(/`([\w-]+)`/g)].map((one) => one[1] ?? ""),
    );
    expect(named.filter((name) => !known.has(name))).toEqual([]);
    expect([...known].filter((name) => !named.includes(name))).toEqual([]);
  });
});

describe("README.md", () => {
  test("lists every setting with its default, as the gateway parses them", () => {
    expect(page("README.md")).toContain(settingsTable().trim());
  });
});

test("docs/security.md says of every operation which role may do it, as the authorizer decides", () => {
  expect(page("docs/security.md")).toContain(accessTable().trim());
});

test("docs/decisions/README.md lists every decision once, with its title", () => {
  const files = readdirSync(join(repositoryRoot, "docs/decisions")).filter((name) => /^\d{4}-.+\.md$/.test(name));
  const listed = [...page("docs/decisions/README.md").matchAll(/^- (\d+)\. \[(.+)\]\((\d{4}-.+\.md)\)$/gm)];
  expect(new Set(listed.map(([, , , file]) => file))).toEqual(new Set(files));
  expect(listed.length).toBe(files.length);
  const titles = listed.map(([, number, title, file]) => ({
    file,
    said: `# ${number}. ${title}`,
    has: page(`docs/decisions/${file}`).split("\n")[0],
  }));
  expect(titles.filter(({ said, has }) => said !== has)).toEqual([]);
});

test("every link of these pages leads to a file that is there", () => {
  const pages = globSync(["*.md", "docs/**/*.md", "{packages,examples,bench,e2e}/**/*.md"], {
    cwd: repositoryRoot,
    exclude: (path) => /node_modules|\.venv/.test(path),
  });
  const dead = pages.flatMap((file) =>
    [
      ...page(file)
        .replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, "")
        .matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g),
    ]
      .map(([, link = ""]) => link.split("#")[0] ?? "")
      .filter((link) => link !== "" && !/^(https?|mailto):/.test(link) && !existsSync(join(repositoryRoot, dirname(file), link)))
      .map((link) => `${file}: ${link}`),
  );
  expect(pages.length).toBeGreaterThan(150);
  expect(dead).toEqual([]);
});

test("every input of a build step is there", () => {
  const inputs = productionBuild("").flatMap((step) => step.inputs);
  expect(inputs.filter((input) => !existsSync(join(repositoryRoot, input)))).toEqual([]);
});
