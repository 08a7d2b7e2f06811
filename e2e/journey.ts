/**
 * What the browser tests share: processes for each test file, and steps by the names that a person reads.
 */
import { expect, type Page } from "@playwright/test";
import { endpointYaml, Functions } from "./stack/functions.ts";
import { Gateway } from "./stack/gateway.ts";
import { until } from "./stack/until.ts";

export const places = [
  { name: "Overview", path: "/" },
  { name: "Flow", path: "/flow" },
  { name: "Traces", path: "/traces" },
  { name: "Entities", path: "/entities" },
  { name: "Failures", path: "/failures" },
  { name: "SQL", path: "/sql" },
  { name: "Functions", path: "/functions" },
  { name: "Modules", path: "/modules" },
  { name: "Connectors", path: "/connectors" },
  { name: "Savepoints", path: "/savepoints" },
  { name: "Send", path: "/send" },
  { name: "People", path: "/people" },
  { name: "Audit", path: "/audit" },
] as const;

export interface Stack extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly greeter: Functions;
}

export interface Shop extends AsyncDisposable {
  readonly gateway: Gateway;
}

/** The gateway with the greeter example beside it, as two processes; nothing is registered yet. */
export async function startStack(): Promise<Stack> {
  const greeter = await Functions.start("examples/greeter-javascript/functions.js");
  const gateway = await Gateway.start();
  await consoleAnswers(gateway);
  return {
    gateway,
    greeter,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await greeter[Symbol.asyncDispose]();
    },
  };
}

/** The gateway with the shop beside it, whose functions are registered. */
export async function startShop(env: Record<string, string> = {}): Promise<Shop> {
  const functions = await Functions.start("e2e/functions/shop.ts");
  const gateway = await Gateway.start(env);
  await consoleAnswers(gateway);
  const egress = "---\nkind: io.signalbox.v1/egress\nspec:\n  id: store/taken\n";
  await gateway.api.applyModule("store", endpointYaml("store/*", functions.url, egress));
  return {
    gateway,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await functions[Symbol.asyncDispose]();
    },
  };
}

/** Waits for the console, which comes up a moment after the API. */
export async function consoleAnswers(gateway: Gateway): Promise<void> {
  await until(async () => (await fetch(`${gateway.url}/entities`)).ok, { what: "the console to answer", timeoutMs: 60_000 });
}

export async function open(page: Page, place: (typeof places)[number]["name"]): Promise<void> {
  await page
    .getByRole("navigation", { name: "Main" })
    .getByRole("link", { name: new RegExp(`^${place}`) })
    .click();
  await expect(page.getByRole("heading", { level: 1, name: place })).toBeVisible();
}
