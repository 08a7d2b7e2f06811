/**
 * The fast lane stays fast: a test that starts a process or simulates a world must be in the slow list of vitest.config.ts.
 */
import { globSync, readFileSync } from "node:fs";
import { join, matchesGlob } from "node:path";
import { expect, test } from "vitest";
import { slow } from "../vitest.config.ts";
import { repositoryRoot } from "./stale-step.ts";

/**
 * What such a test imports or calls. `execFileSync` is allowed, because it runs a tool that ends by itself (openssl makes certificates).
 */
const heavy =
  /import \{[^}]*\b(?:spawn|fork|exec)\b[^}]*\} from "node:child_process"|\brunWorld\(|\bdemo\.start\(|e2e\/stack\/(?!until|any-character)/;

const files = globSync(["packages/*/{test,src}/**/*.test.ts", "apps/*/test/**/*.test.ts", "tools/**/*.test.ts", "bench/**/*.test.ts"], {
  cwd: repositoryRoot,
  exclude: (path) => path.includes("node_modules"),
});

const inConsole = globSync("apps/console/**/*.test.{ts,tsx}", { cwd: repositoryRoot, exclude: (path) => path.includes("node_modules") });

test("no test of the fast lane starts a process or simulates a world", () => {
  const wrong = files.filter(
    (file) => heavy.test(readFileSync(join(repositoryRoot, file), "utf8")) && !slow.some((pattern) => matchesGlob(file, pattern)),
  );
  expect(wrong).toEqual([]);
  expect(files.length).toBeGreaterThan(50);
});

test("no test of the fast lane mocks a module: its files share what a worker has loaded", () => {
  const wrong = files.filter(
    (file) =>
      /\bvi\.(?:mock|doMock|resetModules)\(/.test(readFileSync(join(repositoryRoot, file), "utf8")) &&
      !slow.some((pattern) => matchesGlob(file, pattern)),
  );
  expect(wrong).toEqual([]);
});

test("no test waits for the one second that vi.waitFor waits by itself: expect.poll, or the waitFor of Testing Library, wait longer", () => {
  const short = [...files, ...inConsole].filter((file) =>
    readFileSync(join(repositoryRoot, file), "utf8")
      .split("\n")
      .some((line) => /\bvi\.wait(?:For|Until)\(/.test(line) && !/\d_000\b.*\)/.test(line)),
  );
  expect(short).toEqual([]);
  expect(inConsole.length).toBeGreaterThan(50);
});

test("a test with a DOM is a .tsx file, by which vitest.config.ts puts such files together", () => {
  const withDom = (file: string): boolean => readFileSync(join(repositoryRoot, file), "utf8").startsWith("// @vitest-");
  expect([...files, ...inConsole].filter((file) => withDom(file) !== file.endsWith(".test.tsx"))).toEqual([]);
});

test("every pattern of the slow lane matches a file", () => {
  const unmatched = slow.filter((pattern) => globSync(pattern, { cwd: repositoryRoot }).length === 0);
  expect(unmatched).toEqual([]);
});
