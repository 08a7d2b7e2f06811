/**
 * Pauses in the browser: a function type, and one entity, is paused with an end, its messages wait, every page says so until it resumes by
 * itself, also after a restart of the gateway; an endpoint is drained and resumed by hand.
 */
import { expect, type Page } from "@playwright/test";
import { consoleAnswers } from "./journey.ts";
import { endpointYaml, Functions } from "./stack/functions.ts";
import { Gateway } from "./stack/gateway.ts";
import { test } from "./stack/test.ts";

let functions: Functions;
let gateway: Gateway;
test.beforeAll(async () => {
  functions = await Functions.start("e2e/functions/shop.ts");
  gateway = await Gateway.start();
  await consoleAnswers(gateway);
  await gateway.api.applyModule(
    "store",
    endpointYaml("store/*", functions.url, "---\nkind: io.signalbox.v1/egress\nspec:\n  id: store/taken\n"),
  );
});
test.afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await functions[Symbol.asyncDispose]();
});

const take = (sku: string, count: number) => gateway.api.send({ type: "store/stock", id: sku }, { count }, { valueType: "store/Take" });
const left = (sku: string) => gateway.api.state({ type: "store/stock", id: sku }, "left");
const bannerOf = (page: Page) => page.getByRole("region", { name: "Paused", exact: true });

async function pause(page: Page, length: string): Promise<void> {
  await page.getByRole("button", { name: "Pause…" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("What is in flight ends, nothing new begins.");
  await dialog.getByRole("radio", { name: length }).click();
  await dialog.getByRole("button", { name: "Pause it" }).click();
  await expect(dialog).toHaveCount(0);
}

test("a type is paused with an end: its messages wait, every page says so, a restart keeps it, and it resumes by itself", async ({
  page,
}) => {
  await take("lamp", 1);
  await expect.poll(() => left("lamp")).toBe(99);
  await page.goto(`${gateway.url}/functions?type=store%2Fstock`);
  await pause(page, "10 min");
  const banner = bannerOf(page);
  await expect(banner).toContainText("store/stock");
  const named = (name: string) => page.getByRole("row", { name }).getByText("paused", { exact: true });
  await expect(named("store/stock").first()).toBeVisible();
  await expect(page.getByRole("row", { name: "store/stock" }).getByTitle(/^until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)).toBeVisible();
  await expect(page.getByRole("complementary").getByText("answering")).toHaveCount(0);
  for (const count of [2, 4]) await take("lamp", count);
  await page.goto(`${gateway.url}/flow`);
  await expect(page.getByRole("button", { name: /stock.*paused/ })).toBeVisible();
  for (const path of ["/entities", "/traces"]) {
    await page.goto(gateway.url + path);
    await expect(banner).toContainText("drained, 2 messages wait");
    await expect(banner).toContainText(/by local, resumes by itself in (10|9):\d\d/);
  }
  await page.goto(gateway.url);
  await expect(page.getByRole("region", { name: "What needs you" })).toContainText("store/stock is paused");
  await page.goto(`${gateway.url}/entities/store/stock/lamp`);
  await expect(page.getByText(/store\/stock is paused by local/).first()).toBeVisible();

  await gateway.stop();
  await gateway.start();
  await consoleAnswers(gateway);
  await page.goto(`${gateway.url}/entities`);
  await expect(banner).toContainText("drained, 2 messages wait");
  expect(await left("lamp")).toBe(99);
  // Nobody waits for ten minutes, so the pause is set again with another end.
  await gateway.api.request("PUT", `/v1/pauses/${encodeURIComponent("function:store/stock")}`, {
    body: JSON.stringify({ seconds: 2 }),
    headers: { "content-type": "application/json" },
  });
  await expect(banner).toHaveCount(0);
  await expect.poll(() => left("lamp")).toBe(99 - 2 - 4);
});

test("one entity is paused with an end: its page and every other count down, its messages wait, and it resumes by itself", async ({
  page,
}) => {
  await take("desk", 1);
  await expect.poll(() => left("desk")).toBe(99);
  await page.goto(`${gateway.url}/entities/store/stock/desk`);
  await page.getByRole("button", { name: "Pause for…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("radio", { name: "10 min" }).click();
  await dialog.getByRole("button", { name: "Pause it" }).click();
  await expect(page.getByText(/Paused by a person.*and goes on by itself in (10|9):\d\d/)).toBeVisible();
  await take("desk", 2);
  await page.goto(`${gateway.url}/traces`);
  const banner = bannerOf(page);
  await expect(banner.getByRole("link", { name: "store/stock/desk" })).toBeVisible();
  await expect(banner).toContainText(/by local, resumes by itself in (10|9):\d\d/);
  expect(await left("desk")).toBe(99);
  // Nobody waits for ten minutes, so the pause is set again with another end.
  await gateway.api.request("POST", "/v1/entities/store/stock/desk:pause", {
    body: JSON.stringify({ seconds: 2 }),
    headers: { "content-type": "application/json" },
  });
  await expect(banner).toHaveCount(0);
  await expect.poll(() => left("desk")).toBe(97);
  // A person can end it earlier from the banner.
  await gateway.api.request("POST", "/v1/entities/store/stock/desk:pause", {
    body: JSON.stringify({ seconds: 600 }),
    headers: { "content-type": "application/json" },
  });
  await banner.getByRole("button", { name: "Resume store/stock/desk" }).click();
  await expect(banner).toHaveCount(0);
});

test("an endpoint is paused until a person resumes it, from any page", async ({ page }) => {
  await page.goto(`${gateway.url}/functions?view=endpoints&endpoint=store%2F*`);
  await pause(page, "until resumed");
  await take("chair", 1);
  const banner = bannerOf(page);
  await expect(banner).toContainText("endpoint store/*");
  await expect(banner).toContainText("by local, until somebody resumes it");
  await page.goto(`${gateway.url}/savepoints`);
  await expect(banner).toContainText("1 message waits");
  await banner.getByRole("button", { name: "Resume endpoint store/*" }).click();
  await expect(banner).toHaveCount(0);
  await expect.poll(() => left("chair")).toBe(99);
});
