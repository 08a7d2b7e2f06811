/**
 * Every page runs under the policy that comes with it: nothing that the console itself needs is forbidden, and nothing else is allowed.
 */
import { expect } from "@playwright/test";
import { places, startStack, type Stack } from "./journey.ts";
import { endpointYaml } from "./stack/functions.ts";
import { test } from "./stack/test.ts";
import { until } from "./stack/until.ts";

let stack: Stack;
let trace = 0;

test.beforeAll(async () => {
  stack = await startStack();
  const { api } = stack.gateway;
  await api.applyModule("greeter", endpointYaml("example/*", stack.greeter.url));
  const sent = await fetch(`${stack.gateway.url}/v1/messages/example/person/ada`, { method: "POST", body: "hello" });
  trace = ((await sent.json()) as { traceId: number }).traceId;
  await until(async () => (await api.state({ type: "example/person", id: "ada" }, "visits")) === 1, { what: "a visit" });
});

test.afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
});

const rendered = [
  { name: "one module", path: () => "/modules/greeter" },
  { name: "one entity", path: () => "/entities/example/person/ada" },
  { name: "one trace", path: () => `/traces/${trace}` },
  { name: "no such page", path: () => "/none" },
];

for (const { name, path } of [...places.map((place) => ({ name: place.name, path: () => place.path })), ...rendered]) {
  test(`${name} keeps to its policy`, async ({ page }) => {
    const broken: string[] = [];
    page.on("console", (message) => {
      if (/Content Security Policy/i.test(message.text())) broken.push(message.text());
    });
    page.on("pageerror", (error) => broken.push(error.message));
    const answer = await page.goto(`${stack.gateway.url}${path()}`);
    const policy = answer?.headers()["content-security-policy"] ?? "";
    expect(/script-src ([^;]*)/.exec(policy)?.[1]).not.toContain("unsafe");
    await expect(page.getByRole("heading").first()).toBeVisible();
    await expect(page.getByRole("status", { name: /loading/i })).toHaveCount(0);
    expect(broken).toEqual([]);
    // Code that others could bring into a page does not run.
    await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "document.title = 'taken over'";
      document.body.append(script);
    });
    await expect(page).not.toHaveTitle("taken over");
    expect(broken.length).toBe(1);
  });
}

test("a path that names no page gets a page that says so, in the frame, and throws nothing", async ({ page }) => {
  for (const path of ["/functions/example/person", "/no/such/page"]) {
    await page.goto(stack.gateway.url + path);
    await expect(page.getByText("There is no such page")).toBeVisible();
    await expect(page.getByRole("navigation", { name: "Main" }).first().locator("[aria-current]")).toHaveCount(0);
  }
});
