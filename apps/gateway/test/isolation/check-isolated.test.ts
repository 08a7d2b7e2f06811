/**
 * Code that is not trusted tries each way out: it reaches nothing, ends within its bounds, and each attempt ends in a coded problem with
 * its place.
 */
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { checkIsolated } from "../../src/isolation/check-isolated.ts";
import { isolateCommand } from "../../src/isolation/isolated-functions.ts";

const bounds = { exportName: undefined, memoryMiBMax: 32, callTimeoutMs: 300 };

describe("an unusable source is refused with its code and place", () => {
  test.each([
    ["types that are none", "\nconst a: = 3;\n", { code: "EMBEDDED_NOT_COMPILED", line: 2, column: 10 }],
    ["an enum", "\nenum A { b }", { code: "EMBEDDED_NOT_COMPILED", line: 2, cure: expect.stringMatching(/const object/) }],
    [
      "a name that a module does not export",
      'import { entity, nope } from "@signalbox/functions";',
      {
        code: "EMBEDDED_NOT_LOADED",
        message: expect.stringMatching(/^it imports "nope" of "@signalbox\/functions", which has no such export; it has .*\bentity\b/),
        cure: "Import a name that is there.",
      },
    ],
    ["what is no JavaScript", "\nlet x = 1; let x = 2;\n", { code: "EMBEDDED_NOT_COMPILED", line: 2 }],
    ["an error while it loads", "\n\nthrow new Error('no luck');", { code: "EMBEDDED_NOT_LOADED", line: 3, message: "no luck" }],
    [
      "an await that never ends while it loads",
      "await new Promise(() => {});\nexport const a = 1;",
      { code: "EMBEDDED_NOT_LOADED", message: expect.stringContaining("top-level await") },
    ],
    ["no exports", "const a = 1;", { code: "EMBEDDED_NO_FUNCTIONS" }],
    ["exports that are no entities", "export const a = 1;", { code: "EMBEDDED_NO_FUNCTIONS", message: expect.stringContaining("a") }],
    ["a loop for ever", "for (;;);", { code: "EMBEDDED_LOAD_TIMEOUT" }],
    [
      "memory without end",
      "const a = []; for (;;) a.push(Array.from({ length: 100000 }, () => Math.random()));",
      { code: "EMBEDDED_OUT_OF_MEMORY" },
    ],
    ["buffers without end", "const a = []; for (;;) a.push(new Uint8Array(1e7).fill(1));", { code: "EMBEDDED_NOT_LOADED" }],
    [
      "node:fs",
      'import "node:fs";',
      { code: "EMBEDDED_NOT_LOADED", message: expect.stringContaining('"node:fs"'), cure: expect.stringMatching(/^Import those/) },
    ],
    ["another package", 'import "pg";', { code: "EMBEDDED_NOT_LOADED", message: expect.stringContaining('"pg"') }],
    ["a file beside it", 'import "./isolate-main.ts";', { code: "EMBEDDED_NOT_LOADED" }],
    ["a file by its path", 'import "/etc/passwd";', { code: "EMBEDDED_NOT_LOADED" }],
    ["the SDK's neighbours", 'import "@signalbox/functions/../../package.json";', { code: "EMBEDDED_NOT_LOADED" }],
    [
      "the end of the process",
      "process.exit(0);",
      {
        code: "EMBEDDED_NOT_LOADED",
        line: 1,
        message: expect.stringMatching(/^it uses process while it is loaded, and isolated functions have no environment/),
        cure: expect.stringMatching(/co-located .* or remote/),
      },
    ],
    [
      "a timer while it loads",
      "\nconst wait = new Promise((go) => setTimeout(go, 1));",
      {
        code: "EMBEDDED_NOT_LOADED",
        line: 2,
        message: expect.stringMatching(/uses setTimeout/),
        cure: expect.stringMatching(/ctx\.sendAfter/),
      },
    ],
    [
      "an import() while it loads",
      'await import("node:fs");',
      {
        code: "EMBEDDED_NOT_LOADED",
        message: expect.stringMatching(/^it uses import\(\) while it is loaded, and isolated functions are one file/),
      },
    ],
    ["a name that nobody has", "misspelt();", { code: "EMBEDDED_NOT_LOADED", message: "misspelt is not defined", cure: undefined }],
    ["code out of texts that wants the process", 'Function("return process")();', { code: "EMBEDDED_NOT_LOADED" }],
  ])("%s", async (_what, code, problem) => {
    expect(await checkIsolated(code, bounds)).toMatchObject({ kind: "refused", problem });
  });
});

const entity = (source: string): string => `
import { entity, types } from "@signalbox/functions";
${source}
export const e = entity("test/e", { messages: { go: types.string }, on: { go() {} } });`;

test("the globals inside are the language and functions of their arguments alone, nothing of Node", async () => {
  const code = entity(`
const beside = new Set(["TextEncoder", "TextDecoder", "console", "queueMicrotask", "URL", "URLSearchParams", "structuredClone", "atob", "btoa", "DOMException"]);
const language = /^(Object|Function|Array|Number|parseFloat|parseInt|Infinity|NaN|undefined|Boolean|String|Symbol|Date|Promise|RegExp|.*Error|globalThis|JSON|Math|Intl|ArrayBuffer|SharedArrayBuffer|Atomics|.*Array|DataView|Map|BigInt|Set|Iterator|WeakMap|WeakSet|WeakRef|Proxy|Reflect|FinalizationRegistry|(de|en)codeURI(Component)?|(un)?escape|eval|isFinite|isNaN|(Async)?DisposableStack)$/;
console.log(JSON.stringify(Object.getOwnPropertyNames(globalThis).filter((name) => !beside.has(name) && !language.test(name))));`);
  expect(await checkIsolated(code, bounds)).toMatchObject({ kind: "loaded", lines: ["[]"] });
});

test("functions of their arguments alone are there: URL, structuredClone, base64, UTF-8", async () => {
  const code = entity(`
const url = new URL("../b?x=1", "https://shop.example/a/");
url.searchParams.append("y", "ä ö");
const copy = structuredClone({ at: new Date(0), all: new Map([["a", new Set([1])]]) });
console.log(url.href, atob(btoa("hi")), copy.all.get("a").size, new TextDecoder().decode(new TextEncoder().encode("ü")));`);
  expect(await checkIsolated(code, bounds)).toMatchObject({
    kind: "loaded",
    lines: ["https://shop.example/b?x=1&y=%C3%A4+%C3%B6 hi 1 ü"],
  });
});

test("constructors of any given object lead to no other world", async () => {
  const code = entity(`
for (const thing of [console.log, new TextEncoder().encode("x"), entity, types, globalThis, new Error("x"), new URL("http://a"), structuredClone({})])
  console.log(thing.constructor.constructor("return typeof process + typeof require + typeof fetch")());`);
  const lines = Array.from({ length: 8 }, () => "undefinedundefinedundefined");
  expect(await checkIsolated(code, bounds)).toMatchObject({ kind: "loaded", lines });
});

test("the process around the isolate has no environment, may read no other file, write none, and start nothing", () => {
  const [program, ...parameters] = isolateCommand();
  const attempts = `
    const tried = (run) => { try { run(); return "done"; } catch (error) { return error.code; } };
    const { readFileSync, writeFileSync } = require("node:fs");
    console.log(JSON.stringify({
      environment: Object.keys(process.env),
      file: tried(() => readFileSync("/etc/hostname")),
      package: tried(() => readFileSync(${JSON.stringify(fileURLToPath(new URL("../../package.json", import.meta.url)))})),
      write: tried(() => writeFileSync(${JSON.stringify(join(tmpdir(), "isolated-was-here"))}, "x")),
      child: tried(() => require("node:child_process").spawnSync("true")),
      worker: tried(() => new (require("node:worker_threads").Worker)("1", { eval: true })),
    }));`;
  const { stdout } = spawnSync(program, [...parameters.slice(0, -1), "--eval", attempts], { env: {}, encoding: "utf8" });
  const denied = "ERR_ACCESS_DENIED";
  expect(JSON.parse(stdout)).toEqual({ environment: [], file: denied, package: denied, write: denied, child: denied, worker: denied });
});

test("a dynamic import gives nothing", async () => {
  const code = entity(`import("node:fs").then(() => console.log("got it"), (error) => console.log("refused"));`);
  const checked = await checkIsolated(code, bounds);
  expect(checked).toMatchObject({ kind: "loaded" });
  expect(checked.kind === "loaded" && checked.lines).not.toContain("got it");
});

test("endless output is cut off and counted", async () => {
  const code = entity('for (let i = 0; i < 100000; i++) console.log("x".repeat(10000));');
  const checked = await checkIsolated(code, bounds);
  expect(checked.kind === "loaded" && checked.lines.length).toBe(200);
  expect(checked.kind === "loaded" && checked.lines[0]?.length).toBe(4_096);
});

test("the SDK and zod can be imported", async () => {
  const code = `
import { entity, json, types } from "@signalbox/functions";
import { z } from "zod";
export const e = entity("test/e", { state: { item: z.object({ sku: z.string() }) }, messages: { go: types.string }, on: { go() {} } });`;
  expect(await checkIsolated(code, bounds)).toMatchObject({
    kind: "loaded",
    functions: [{ type: "test/e", states: [{ name: "item", typename: "test/e.item" }] }],
  });
});
