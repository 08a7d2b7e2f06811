/**
 * Code of modules is run as a check only for callers who may apply a module, and only where it may run at all.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isolatedCode } from "../../src/isolation/isolated-process.ts";
import { parseModule } from "../../src/modules/parse-module.ts";
import { ProcessSupervisor } from "../../src/processes/process-supervisor.ts";
import { createPlacements, type Allowed } from "../../src/services/modules/placements.ts";

function endpoints(isolation: string, source = '{ type: code, code: "export {}" }') {
  const yaml = `kind: io.signalbox.endpoints.v1/embedded
spec: { functions: a/*, isolation: ${isolation}, source: ${source} }
`;
  return parseModule({ name: "a", yaml, env: {} }).document?.endpoints ?? [];
}

function placements(allowed: Partial<Allowed>) {
  const loaded: string[] = [];
  const supervisor = new ProcessSupervisor({
    gatewayEnv: {},
    answers: async () => true,
    warn: () => undefined,
    onTakeover: () => undefined,
  });
  const allowedAll: Allowed = {
    processes: true,
    isolatedFunctions: true,
    loadEmbedded: async () => {
      loaded.push("thread");
      return { kind: "ok", types: ["a/b"], revision: "r1" };
    },
    checkIsolated: async () => {
      loaded.push("isolated");
      return { kind: "loaded", functions: [{ type: "a/b", takes: [], states: [] }], answer: undefined, lines: [] };
    },
    ...allowed,
  };
  const sleepers = { declare: () => undefined, scaled: () => undefined };
  const made = createPlacements({ supervisor, sleepers, allowed: allowedAll });
  return { made, loaded };
}

test.each(["thread", "isolated"])("looking at a module with code in a %s runs none of it, and says so", async (isolation) => {
  const { made, loaded } = placements({});
  expect((await made.check(endpoints(isolation), false)).issues).toMatchObject([
    { severity: "warning", message: expect.stringContaining("was not loaded") },
  ]);
  expect(loaded).toEqual([]);
  expect((await made.check(endpoints(isolation), true)).issues).toEqual([]);
  expect(loaded).toEqual([isolation]);
});

test("where only isolated code may run, other code is refused with the way out, and is not run", async () => {
  const { made, loaded } = placements({ processes: false });
  expect((await made.check(endpoints("thread"), true)).issues).toMatchObject([
    { severity: "error", message: expect.stringContaining("isolation: isolated") },
  ]);
  expect((await made.check(endpoints("isolated"), true)).issues).toEqual([]);
  expect(loaded).toEqual(["isolated"]);
});

test("the checked code is the code in force: the revision of files that a thread loads, the text that an isolate gets", async () => {
  const { made } = placements({});
  const folder = await mkdtemp(join(process.cwd(), "node_modules", ".placements-"));
  const path = join(folder, "functions.ts");
  try {
    await writeFile(path, "export const first = 1;");
    const [inThread] = (await made.check(endpoints("thread", `{ type: file, file: ${path} }`), true)).endpoints;
    expect(inThread?.spec.placement).toMatchObject({ source: { kind: "file", revision: "r1" } });
    const [inPackage] = (await made.check(endpoints("thread", "{ type: package, package: functions }"), true)).endpoints;
    expect(inPackage?.spec.placement).toMatchObject({ source: { kind: "package", revision: "r1" } });
    const [isolated] = (await made.check(endpoints("isolated", `{ type: file, file: ${path} }`), true)).endpoints;
    await writeFile(path, "export const second = 2;");
    expect(isolated?.isolated && isolatedCode(isolated.isolated)).toBe("export const first = 1;");
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.each([
  "../elsewhere",
  "/etc/passwd",
  "file:../bundle",
  "./bundle.tgz",
  "node:fs",
  "data:text/javascript,1",
  "bundle/../../up",
  "https://a/b",
])("a package is named as npm names it: %s is refused, with the cure", (name) => {
  const yaml = `kind: io.signalbox.endpoints.v1/embedded
spec: { functions: a/*, source: { type: package, package: ${JSON.stringify(name)} } }
`;
  expect(parseModule({ name: "a", yaml, env: {} }).issues).toMatchObject([
    { severity: "error", message: expect.stringMatching(/npm install/) },
  ]);
});

test.each(["bundle", "@shop/bundle", "@shop/bundle/functions.js", "bundle/dist/cart"])("a package may be named %s", (name) => {
  const yaml = `kind: io.signalbox.endpoints.v1/embedded
spec: { functions: a/*, source: { type: package, package: ${JSON.stringify(name)} } }
`;
  expect(parseModule({ name: "a", yaml, env: {} }).issues).toEqual([]);
});
