/**
 * Code of modules is run as a check only for callers who may apply a module, and only where it may run at all.
 */
import { expect, test } from "vitest";
import { parseModule } from "../../src/modules/parse-module.ts";
import { ProcessSupervisor } from "../../src/processes/process-supervisor.ts";
import { createPlacements, type Allowed } from "../../src/services/modules/placements.ts";

function endpoints(isolation: string) {
  const yaml = `kind: io.signalbox.endpoints.v1/embedded
spec: { functions: a/*, isolation: ${isolation}, source: { type: code, code: "export {}" } }
`;
  return parseModule({ name: "a", yaml, env: {} }).document?.endpoints ?? [];
}

function placements(allowed: Partial<Allowed>) {
  const loaded: string[] = [];
  const supervisor = new ProcessSupervisor({ gatewayEnv: {}, warn: () => undefined, onTakeover: () => undefined });
  const allowedAll: Allowed = {
    processes: true,
    isolatedFunctions: true,
    loadEmbedded: async () => {
      loaded.push("thread");
      return { kind: "ok", types: ["a/b"] };
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

test.each(["thread", "isolated"])("a look at a module with code in a %s runs none of it, and says so", async (isolation) => {
  const { made, loaded } = placements({});
  expect(await made.check(endpoints(isolation), false)).toMatchObject([
    { severity: "warning", message: expect.stringContaining("was not loaded") },
  ]);
  expect(loaded).toEqual([]);
  expect(await made.check(endpoints(isolation), true)).toEqual([]);
  expect(loaded).toEqual([isolation]);
});

test("where only isolated code may run, other code is refused with the way out, and is not run", async () => {
  const { made, loaded } = placements({ processes: false });
  expect(await made.check(endpoints("thread"), true)).toMatchObject([
    { severity: "error", message: expect.stringContaining("isolation: isolated") },
  ]);
  expect(await made.check(endpoints("isolated"), true)).toEqual([]);
  expect(loaded).toEqual(["isolated"]);
});
