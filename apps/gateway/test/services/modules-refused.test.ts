/**
 * Modules whose change fails half-way (the catalog, the engine): what was in force stays in force, with its connectors, and a secret
 * reaches everybody who can take it.
 */
import { afterAll, expect, it } from "vitest";
import type { ModuleCatalog, ModuleRevision } from "../../src/catalog/catalog.ts";
import { createCompute } from "../../src/compute/compute.ts";
import type { DeclaredConnector } from "../../src/connectors/declared-connector.ts";
import { gatewayItself } from "../../src/contract/principal.ts";
import { MaskTable } from "../../src/masking/mask-table.ts";
import { moduleLanguage } from "../../src/services/modules/module-language.ts";
import { createModules } from "../../src/services/modules/modules-in-force.ts";

const compute = createCompute();
afterAll(() => compute.close());

const schedule = (id: string, every: string): string =>
  `kind: io.signalbox.schedule.v1/ingress\nspec:\n  id: ${id}\n  when: {type: every, every: "${every}"}\n  target: a/f\n  entityId: one\n`;
const principal = gatewayItself("test");

async function stand(texts: Readonly<Record<string, string>>) {
  const fails = { catalog: false, engine: false };
  const rows: ModuleRevision[] = [];
  const variables: Record<string, string> = { EVERY: "5min", LATE: "1min" };
  let open: readonly string[] = [];
  const idsOf = (declared: readonly DeclaredConnector[]): string[] =>
    declared.map(({ id, spec }) => `${id} ${JSON.stringify(spec).match(/"everyMs":(\d+)/)?.[1]}`).sort();
  const refused = (): never => {
    throw new Error("not in this test");
  };
  const append: ModuleCatalog["append"] = async ({ name, yaml, appliedMs, origin }) => {
    if (fails.catalog) throw new Error("the catalog is away");
    const revision = { name, yaml, appliedMs, origin, revision: rows.filter((row) => row.name === name).length + 1, principal: undefined };
    rows.push(revision);
    return revision;
  };
  const modules = createModules({
    engine: {
      applyBindings: async () => {
        if (fails.engine) throw new Error("the engine restores");
      },
    },
    catalog: {
      list: async () => [],
      find: refused,
      append,
      revision: refused,
      revisions: refused,
      remove: async () => (fails.catalog ? refused() : true),
    },
    language: moduleLanguage(".", compute),
    connectors: {
      prepare: async (declared) => void (open = open.filter((one) => idsOf(declared).includes(one))),
      begin: async (declared) => void (open = idsOf(declared)),
    },
    placements: {
      check: async (endpoints) => ({ issues: [], endpoints }),
      want: async () => undefined,
      bind: (endpoints) => [...endpoints],
      inForce: () => undefined,
    },
    masks: new MaskTable(),
    flow: { mark: () => undefined },
    variables: () => variables,
    warn: () => undefined,
  });
  for (const [name, yaml] of Object.entries(texts)) await modules.apply(name, { yaml: yaml.replaceAll(/\$([A-Z]+)/g, "${$1}") }, principal);
  const newest = (name: string): string | undefined => rows.findLast((row) => row.name === name)?.yaml;
  return { modules, fails, variables, newest, open: () => open };
}

it("an apply that the catalog refuses leaves the earlier connectors open", async () => {
  const { modules, fails, open } = await stand({ m: schedule("s/a", "5min") });
  fails.catalog = true;
  await expect(modules.apply("m", { yaml: schedule("s/a", "7min") }, principal)).rejects.toThrow("the catalog is away");
  expect(open()).toEqual(["s/a 300000"]);
});

it("an apply that the engine refuses leaves connectors, and the newest revision, as before", async () => {
  const { modules, fails, open, newest } = await stand({ m: schedule("s/a", "5min") });
  fails.engine = true;
  await expect(modules.apply("m", { yaml: schedule("s/a", "7min") }, principal)).rejects.toThrow("the engine restores");
  expect(open()).toEqual(["s/a 300000"]);
  expect(newest("m")).toBe(schedule("s/a", "5min"));
});

it("a removal that the catalog refuses leaves the connectors open", async () => {
  const { modules, fails, open } = await stand({ m: schedule("s/a", "5min") });
  fails.catalog = true;
  await expect(modules.remove("m")).rejects.toThrow();
  expect(open()).toEqual(["s/a 300000"]);
});

it("a changed variable reaches every module that uses it, also behind a module that does not", async () => {
  const { modules, variables, open } = await stand({
    a: `${schedule("s/a", "$EVERY")}  late: "$LATE"\n`,
    b: schedule("s/b", "$EVERY"),
    c: schedule("s/c", "1h"),
  });
  variables["EVERY"] = "20min";
  variables["LATE"] = "no time";
  await expect(modules.refreshVariable("EVERY")).rejects.toMatchObject({
    code: "INVALID_MODULE",
    where: expect.stringContaining("a, line"),
  });
  expect(open()).toEqual(["s/a 300000", "s/b 1200000", "s/c 3600000"]);
});
