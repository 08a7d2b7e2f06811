/**
 * Comments, as far as a machine can judge them: a file opens with one, and a comment that names a file names one that exists. When a file
 * is renamed, the comments about it would otherwise go stale unnoticed.
 */
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { repositoryRoot } from "./stale-step.ts";

const sources = globSync(["{apps,packages,tools,e2e,bench,examples}/**/*.{ts,tsx,mjs,js}"], {
  cwd: repositoryRoot,
  exclude: (path) => /node_modules|\.next|(^|\/)(gen|generated|dist)($|\/)/.test(path),
});
const documents = globSync(["*.md", "docs/**/*.md", "prisma/**", "packages/*/{proto,test}/**/*.proto", "{packages,examples}/*/*.md"], {
  cwd: repositoryRoot,
});
const known = [...sources, ...documents];
const names = new Set(known.map((path) => basename(path)));

const comment = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm;
/** Matches names such as `core/store/store-key.ts`, `merged-*.ts` and `docs/errors.md`. */
const fileName = /(?<![\w*/.-])((?:[\w@.*-]+\/)*[a-z][\w*-]*(?:\.test|\.spec)?\.(?:ts|tsx|mjs|md|proto))\b/g;
/** Files that a build makes, or that belong to somebody else. */
const made = /(^|\/)(next-env\.d\.ts|next\.config\.ts|google\/protobuf\/\w+\.proto)$/;

function isThere(path: string): boolean {
  if (made.test(path)) return true;
  if (path.includes("*")) {
    const pattern = new RegExp(`(^|/)${path.replaceAll(".", "\\.").replaceAll("*", "[^/]*")}$`);
    return known.some((file) => pattern.test(file));
  }
  return path.includes("/") ? known.some((file) => file === path || file.endsWith(`/${path}`)) : names.has(path);
}

test("every file that a comment names exists", () => {
  const missing = sources.flatMap((file) =>
    [...readFileSync(join(repositoryRoot, file), "utf8").matchAll(comment)].flatMap(([text]) =>
      [...text.matchAll(fileName)]
        .map((match) => match[1] ?? "")
        .filter((path) => !isThere(path))
        .map((path) => `${file}: ${path}`),
    ),
  );
  expect(missing).toEqual([]);
});

test("every file that a page names with its folder exists", () => {
  const pages = documents.filter((file) => file.endsWith(".md") && file !== "CHANGELOG.md");
  const span = /`([^`\s]+)`/g;
  const inFolder = /^[\w@.*-]+(?:\/[\w@.*()-]+)+\.(?:tsx?|mjs|md|proto)$/;
  const missing = pages.flatMap((file) =>
    [...readFileSync(join(repositoryRoot, file), "utf8").matchAll(span)]
      .map(([, path = ""]) => path)
      .filter((path) => inFolder.test(path) && !path.startsWith(".") && !isThere(path))
      .map((path) => `${file}: ${path}`),
  );
  expect(pages.length).toBeGreaterThan(130);
  expect(missing).toEqual([]);
});

/** All our sources except the console's pages, whose names are those of routes. */
const ownSources = sources.filter(
  (file) => /^(packages|apps\/(gateway|cli)|tools|e2e|bench)\//.test(file) && !/\.(test|spec)\.tsx?$/.test(file),
);

test("every file opens with a comment that says its role", () => {
  const opening = /^(?:#!.*\n)?(?:\/\*|\/\/)/;
  const without = ownSources.filter((file) => !opening.test(readFileSync(join(repositoryRoot, file), "utf8")));
  expect(ownSources.length).toBeGreaterThan(1_000);
  expect(without).toEqual([]);
});
