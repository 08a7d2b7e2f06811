/** docs/grafana-dashboard.json asks for what /metrics has: every family, every label and every value that it selects by. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { moduleYaml, startFunctions, startGateway, type TestGateway } from "../support/start-gateway.ts";

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
  }[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: string }[] };
}

const dashboard = JSON.parse(readFileSync(join(import.meta.dirname, "../../../../docs/grafana-dashboard.json"), "utf8")) as Dashboard;
const queries = dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr, legendFormat }) => ({ title, expr, legendFormat })));
/** Names of functions, keywords and what follows them in parentheses. */
const words = new Set(["sum", "by", "rate", "count", "or", "vector", "histogram_quantile", "le"]);

let box: TestGateway;
let functions: Awaited<ReturnType<typeof startFunctions>>;
/** The labels of each family with their values. */
const families = new Map<string, Map<string, Set<string>>>();

beforeAll(async () => {
  functions = await startFunctions();
  box = await startGateway({ limits: { attemptsMax: 1 } });
  const schedule =
    "---\nkind: io.signalbox.schedule.v1/ingress\nspec:\n  id: test/daily\n  target: test/visits\n  entityId: daily\n  value: x\n  when: {type: every, every: 24h}\n";
  const put = await box.fetch("/v1/modules/test", { method: "PUT", body: moduleYaml(functions.url) + schedule });
  expect(put.status, await put.text()).toBe(200);
  for (const body of ["x", "fail"]) await box.fetch("/v1/messages/test/visits/a", { method: "POST", body });
  await box.gateway.core.engine.settled();
  // All that happened is in one digest or the ones before it, because the failure is the last of it.
  const text = await box.metrics(/^signalbox_function_remote_invocation_failures_total\{namespace="test",name="visits"\} [1-9]/m);
  // No ingress lags here: the family is declared, and its labels are those of metrics.ts.
  expect(text).toContain("# TYPE signalbox_ingress_lag gauge");
  families.set(
    "signalbox_ingress_lag",
    new Map([
      ["id", new Set(["test/in"])],
      ["part", new Set(["0"])],
    ]),
  );
  for (const line of text.split("\n")) {
    const [, name = "", labels = ""] = /^([a-z_:][a-z0-9_:]*)(?:\{(.*)\})? /i.exec(line) ?? [];
    if (name === "") continue;
    const known = families.get(name) ?? new Map<string, Set<string>>();
    for (const [, label = "", value = ""] of labels.matchAll(/([a-z_]+)="([^"]*)"/g))
      known.set(label, (known.get(label) ?? new Set()).add(value));
    families.set(name, known);
  }
});
afterAll(async () => {
  await box[Symbol.asyncDispose]();
  await functions.close();
});

const withoutSelectors = (expr: string): string => expr.replaceAll(/\{[^}]*\}|\[[^\]]*\]|"[^"]*"/g, " ");
const namesIn = (expr: string): string[] =>
  (
    withoutSelectors(expr)
      .replaceAll(/by \([^)]*\)/g, " ")
      .match(/[a-z_][a-z0-9_]*/gi) ?? []
  ).filter((word) => !words.has(word));

test("the dashboard has panels with queries", () => {
  expect(queries.length).toBeGreaterThan(15);
  expect(new Set(dashboard.panels.map(({ title }) => title)).size).toBe(dashboard.panels.length);
});

test.each(queries)("$title: $expr", ({ expr, legendFormat }) => {
  const names = namesIn(expr);
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) expect([...families.keys()]).toContain(name);
  const labelsOf = (name: string): string[] => [...(families.get(name)?.keys() ?? [])];
  const asked = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = ""]) => list.split(",").map((label) => label.trim()));
  const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = ""]) => label);
  for (const label of asked) expect(labelsOf(names[0] ?? "")).toContain(label);
  for (const label of shown) expect(asked).toContain(label);
  for (const [, label = "", operator, value = ""] of expr.matchAll(/(\w+)(=~|!=|=)"([^"]*)"/g)) {
    expect(labelsOf(names[0] ?? "")).toContain(label);
    if (operator !== "=~") expect([...(families.get(names[0] ?? "")?.get(label) ?? [])]).toContain(value);
  }
});

test("the list of namespaces is queried from a family that has them", () => {
  const [, family = "", label = ""] =
    /label_values\((\w+), (\w+)\)/.exec(dashboard.templating.list.find(({ name }) => name === "namespace")?.query ?? "") ?? [];
  expect([...(families.get(family)?.get(label) ?? [])]).toContain("test");
});
