/** No serious or critical axe finding on any page, in either theme, with real data on the page. */
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { places, startStack, type Stack } from "./journey.ts";
import { endpointYaml } from "./stack/functions.ts";
import { until } from "./stack/until.ts";

let stack: Stack;

const egress = "---\nkind: io.statefun.kafka.v1/egress\nspec:\n  id: io.statefun.playground/egress\n  address: 127.0.0.1:9092\n";

test.beforeAll(async () => {
  stack = await startStack();
  const { api } = stack.gateway;
  await api.applyModule("greeter", endpointYaml("example/*", stack.greeter.url, egress));
  for (let visit = 0; visit < 5; visit++) await api.send({ type: "example/person", id: "ada" }, "hello");
  await until(async () => (await api.state({ type: "example/person", id: "ada" }, "visits")) === 5, { what: "five visits" });
  await api.takeSavepoint();
});

test.afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
});

const more = [
  { name: "Register an endpoint", path: "/functions/register" },
  { name: "one entity", path: "/entities?type=example%2Fperson&id=ada" },
  { name: "one function type", path: "/functions?type=example%2Fperson" },
];

for (const scheme of ["dark", "light"] as const) {
  for (const { name, path } of [...places, ...more]) {
    test(`${name} has no serious accessibility fault in the ${scheme} theme`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.goto(`${stack.gateway.url}${path}`);
      await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
      // The first live frame and the first query have arrived: what is checked is the page with its data.
      await expect(page.getByRole("status", { name: /loading/i })).toHaveCount(0);
      const found = await new AxeBuilder({ page }).analyze();
      const serious = found.violations.filter((violation) => violation.impact === "serious" || violation.impact === "critical");
      expect(serious.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map((node) => node.target.join(" ")) }))).toEqual([]);
    });
  }
}
