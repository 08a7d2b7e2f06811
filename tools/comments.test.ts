/** A comment that sends its reader to a file names one that is there: a file is renamed, and the comments beside it go stale in silence. */
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
/** `core/store/store-key.ts`, `merged-*.ts`, `docs/errors.md`. */
const fileName = /(?<![\w*/.-])((?:[\w@.*-]+\/)*[a-z][\w*-]*(?:\.test|\.spec)?\.(?:ts|tsx|mjs|md|proto))\b/g;
/** Made by a build, or a file of somebody else. */
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
