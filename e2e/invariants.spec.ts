/**
 * Invariants in the browser: one is written with completion and a look at what it gives now, holds while messages flow, is violated by one
 * invocation that is named and leads to its trace, stands on the Overview, is looked back for in the journal, and is removed. Keys alone do
 * it; the page fits a phone.
 */
import { expect, type Page } from "@playwright/test";
import { startShop, type Shop } from "./journey.ts";
import type { Gateway } from "./stack/gateway.ts";
import { test } from "./stack/test.ts";

let shop: Shop;
let gateway: Gateway;
test.beforeAll(async () => {
  shop = await startShop();
  ({ gateway } = shop);
  await take("lamp", 1);
});
test.afterAll(() => shop[Symbol.asyncDispose]());

const take = (sku: string, count: number) => gateway.api.send({ type: "store/stock", id: sku }, { count }, { valueType: "store/Take" });
const card = (page: Page, name: string) => page.getByRole("listitem", { name });

test("an invariant is written, holds, is violated by an invocation that is named, and its first violation is searched for", async ({
  page,
}) => {
  await page.goto(`${gateway.url}/failures`);
  await page.getByRole("link", { name: "Invariants" }).click();
  await expect(page.getByText("Nothing is watched yet.")).toBeVisible();
  await page.getByRole("button", { name: "New invariant" }).click();
  await page.getByLabel("Name").fill("never sold what is not there");
  await page.getByLabel("For every entity of").fill("store/stock");
  await page.getByLabel("For every entity of").press("Escape");
  const holds = page.getByLabel("it holds that");
  await holds.click();
  await expect(async () => {
    await holds.fill("state.");
    await expect(page.getByRole("option", { name: /left/ })).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await page.getByRole("option", { name: /left/ }).click();
  await expect(holds).toHaveValue("state.left");
  await holds.fill("state.left + 1");
  await expect(page.getByText(/At character 1: This is a value and no condition/)).toBeVisible();
  await holds.fill("state.left >= 0");
  await page.getByRole("button", { name: "What is it now?" }).click();
  await expect(page.getByRole("status").filter({ hasText: "break it" })).toContainText("0 break it, of 1 entity");
  await page.getByRole("button", { name: "Watch it" }).click();
  const mine = card(page, "never sold what is not there");
  await expect(mine).toContainText("holds");

  await take("lamp", 2);
  await take("umbrella", 101);
  await expect(mine).toContainText("violated");
  await expect(mine).toContainText(
    /First broken at .* by #\d+ of trace \d+, an invocation of store\/stock \/ umbrella: holds → does not hold/,
  );

  await page.goto(gateway.url);
  await expect(page.getByRole("region", { name: "What needs you" })).toContainText(
    "The invariant “never sold what is not there” is violated",
  );
  await page.getByRole("link", { name: /never sold what is not there/ }).click();
  await mine.getByRole("button", { name: "Look back through the journal" }).click();
  await expect(mine).toContainText(/Looked back: first broken at .* store\/stock \/ umbrella/);
  await mine
    .getByRole("link", { name: /of trace \d+/ })
    .first()
    .click();
  await expect(page).toHaveURL(/\/traces\/\d+\?hop=\d+/);
  await expect(page.getByRole("main")).toContainText("umbrella");

  await page.goBack();
  await mine.getByRole("button", { name: "Remove…" }).click();
  await page.getByRole("button", { name: "Remove the invariant" }).click();
  await expect(page.getByText("Nothing is watched yet.")).toBeVisible();
});

test("a total counts messages on the way, and the page fits every width", async ({ page }) => {
  const rule = {
    kind: "total",
    terms: [
      { over: "states", type: "store/cart", value: "state.orders", where: "", minus: false },
      { over: "messages", type: "store/Take", value: "", where: "", minus: true },
    ],
    compare: { kind: "at-most", number: "1000" },
  };
  const body = JSON.stringify({ name: "orders are few", rule });
  const response = await fetch(`${gateway.url}/v1/invariants`, { method: "POST", body, headers: { "content-type": "application/json" } });
  expect(response.status).toBe(200);
  await page.goto(`${gateway.url}/failures/invariants`);
  const mine = card(page, "orders are few");
  await expect(mine).toContainText("sum(state.orders of store/cart) − count(store/Take on the way) ≤ 1000");
  for (const sku of ["a", "b", "c"])
    await gateway.api.send({ type: "store/cart", id: sku }, { sku, count: 1 }, { valueType: "store/Checkout" });
  await expect(mine).toContainText(/3now, must be ≤/);
  await expect(mine.getByRole("img", { name: /Value since/ })).toBeVisible();
  await mine.getByRole("button", { name: "Change…" }).click();
  await expect(page.getByRole("group", { name: "Term 2" })).toBeVisible();
  for (const width of [390, 768, 1280, 2560]) {
    await page.setViewportSize({ width, height: 900 });
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  }
});
