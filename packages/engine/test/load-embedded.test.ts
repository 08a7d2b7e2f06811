/** Loading an embedded source: a source that cannot be used is refused with its place and a cure, and a usable one has a revision. */
import { mkdtemp, mkdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { loadEmbedded } from "../src/adapters/embedded/load-embedded.ts";
import type { EmbeddedPlacement } from "@signalbox/runtime/model/endpoint-spec";
import { placement, source } from "./embedded-harness.ts";

describe("a source that cannot be used is refused with its place", () => {
  test.each([
    ["types that are none", "\nconst a: = 3;\n", { code: "EMBEDDED_NOT_COMPILED", line: 2, column: 10 }],
    ["what is no JavaScript", "\nlet x = 1; let x = 2;\n", { code: "EMBEDDED_NOT_COMPILED", message: expect.not.stringContaining("(in ") }],
    [
      "an import that is not there",
      'import "no-such-thing";',
      { code: "EMBEDDED_NOT_LOADED", message: "Cannot find package 'no-such-thing'", cure: expect.stringMatching(/install it/) },
    ],
    ["an enum", "\nenum A { b }", { code: "EMBEDDED_NOT_COMPILED", line: 2, cure: expect.stringMatching(/const object/) }],
    [
      "a name that a module does not export",
      '\nimport { entity, nope } from "@signalbox/functions";',
      {
        code: "EMBEDDED_NOT_LOADED",
        message: expect.stringMatching(/^it imports "nope" of "@signalbox\/functions", which has no such export; it has .*\bentity\b/),
        cure: "Import a name that is there.",
        line: 2,
      },
    ],
    [
      "a name that a module of before does not export",
      `import { nope } from "${import.meta.resolve("classic-level")}";`,
      { code: "EMBEDDED_NOT_LOADED", cure: "Import a name that is there." },
    ],
    ["an error while it loads", "\n\nthrow new Error('no luck');", { code: "EMBEDDED_NOT_LOADED", line: 3, message: "no luck" }],
    ["no exports", "const a = 1;", { code: "EMBEDDED_NO_FUNCTIONS" }],
    ["exports that are no entities", "export const a = 1;", { code: "EMBEDDED_NO_FUNCTIONS", message: expect.stringContaining("a") }],
    [
      "memory without end",
      "const a = []; for (;;) a.push(Array.from({ length: 100000 }, () => Math.random()));",
      { code: "EMBEDDED_OUT_OF_MEMORY" },
    ],
  ])("%s", async (_what, code, problem) => {
    expect(await loadEmbedded(placement(code))).toMatchObject({ kind: "refused", problem });
  });

  test("a source whose imports Node does not take says what to write instead", async () => {
    const folder = await mkdtemp(join(tmpdir(), "embedded-imports-"));
    const packed = join(folder, "node_modules", "typed");
    try {
      await mkdir(packed, { recursive: true });
      await writeFile(join(packed, "package.json"), '{ "name": "typed", "type": "module", "exports": { ".": "./index.ts" } }');
      await writeFile(join(packed, "index.ts"), source);
      await writeFile(join(folder, "cart.tsx"), "export const a = 1;");
      await writeFile(join(folder, "data.json"), "{}");
      const from = pathToFileURL(join(folder, "package.json")).href;
      const cases: readonly [EmbeddedPlacement["source"] | string, RegExp][] = [
        [
          { kind: "package", name: "typed", from, revision: "" },
          /^Node takes no TypeScript from below node_modules: let the package ship JavaScript/,
        ],
        ['import "typed/other";', /^Import what the package's `exports` name/],
        ['import "./cart";', /a file is imported with its ending \(`\.\/cart\.ts`\)/],
        ['import "./cart.tsx";', /build what is written otherwise/],
        ['import "./data.json";', /with \{ type: "json" \}/],
      ];
      for (const [at, [given, cure]] of cases.entries()) {
        const file = join(folder, `source-${at}.ts`);
        if (typeof given === "string") await writeFile(file, given);
        const from: EmbeddedPlacement["source"] =
          typeof given === "string" ? { kind: "file", url: pathToFileURL(file).href, revision: "1" } : given;
        const problem = { code: "EMBEDDED_NOT_LOADED", cure: expect.stringMatching(cure) };
        expect(await loadEmbedded(placement("", { source: from }))).toMatchObject({ kind: "refused", problem });
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("a file that does not compile is named with its line, whether it is the source or one that it imports", async () => {
    const folder = await mkdtemp(join(tmpdir(), "embedded-syntax-"));
    const load = async (main: string) => {
      await writeFile(join(folder, "main.ts"), main);
      const url = pathToFileURL(join(folder, "main.ts")).href;
      return loadEmbedded(placement("", { source: { kind: "file", url, revision: "" } }));
    };
    const refused = (problem: object) => ({ kind: "refused", problem: { code: "EMBEDDED_NOT_COMPILED", ...problem } });
    try {
      await writeFile(join(folder, "package.json"), '{ "type": "module" }');
      await writeFile(join(folder, "part.ts"), '\nexport const a: string = { b: "c };\n');
      await writeFile(join(folder, "part.js"), "\nexport const a = { b: 1 }};\n");
      expect(await load('\n\nexport const a: string = { b: "c };\n')).toMatchObject(refused({ line: 3 }));
      expect(await load("\nenum A { b }\n")).toMatchObject(refused({ line: 2, cure: expect.stringMatching(/const object/) }));
      const part = (name: string): string => join(folder, name);
      expect(await load('export { a } from "./part.ts";')).toMatchObject(
        refused({ message: expect.stringContaining(`(in ${part("part.ts")}, line 2)`), line: undefined }),
      );
      expect(await load('export { a } from "./part.js";')).toMatchObject(
        refused({ message: expect.stringContaining(`(in ${part("part.js")})`), line: undefined }),
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("a usable source has a revision, which changes with the content of any file that it loads", async () => {
    const folder = await mkdtemp(join(tmpdir(), "embedded-revision-"));
    try {
      await writeFile(join(folder, "main.ts"), `export { step } from "./part.ts";\n${source}`);
      const load = async () => {
        const loaded = await loadEmbedded(
          placement("", { source: { kind: "file", url: pathToFileURL(join(folder, "main.ts")).href, revision: "" } }),
        );
        return loaded.kind === "ok" ? loaded.revision : loaded.problem;
      };
      await writeFile(join(folder, "part.ts"), "export const step = 1;");
      const first = await load();
      expect(await load()).toBe(first);
      const part = join(folder, "part.ts");
      const { atime, mtime } = await stat(part);
      await writeFile(part, "export const step = 2;");
      // In tarballs of npm every file has the same time, as here.
      await utimes(part, atime, mtime);
      expect(await load()).not.toBe(first);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("a usable source says which types it serves", async () => {
    expect(await loadEmbedded(placement(source))).toMatchObject({ kind: "ok", types: ["test/worker"] });
  });
});
