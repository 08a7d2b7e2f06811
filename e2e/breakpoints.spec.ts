/**
 * Breakpoints in the browser: one is set by a form and holds what comes; every page says so, with who set it, how many are held and how
 * long; the held message is looked at, edited, let through alone, dropped; a release lets all go, in order; and one that nobody releases
 * ends by itself.
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
});
test.afterAll(() => shop[Symbol.asyncDispose]());

const take = (sku: string, count: number) => gateway.api.send({ type: "store/stock", id: sku }, { count }, { valueType: "store/Take" });

async function hold(page: Page, { id, minutes }: { id: string; minutes: string }): Promise<void> {
  await page.goto(`${gateway.url}/flow/breakpoints?functions=store/stock`);
  await page.getByLabel("Id, or a prefix and *").fill(id);
  await page.getByLabel("Minutes").fill(minutes);
  await page.getByRole("button", { name: "Hold messages" }).click();
  await expect(page.getByRole("region", { name: `Breakpoint store/stock / ${id}` })).toBeVisible();
}

test("a held message is seen on every page, edited, let through alone and dropped, and a release lets the rest go", async ({ page }) => {
  await hold(page, { id: "lamp", minutes: "5" });
  for (const count of [1, 2, 4, 8]) await take("lamp", count);
  const held = page.getByRole("listitem", { name: "Held lamp" });
  await expect(held).toContainText("4 messages wait");
  await expect(held).toContainText(/First message #\d+/);

  const banner = page.getByRole("region", { name: "Breakpoints", exact: true });
  for (const path of ["/", "/entities", "/traces", "/failures", "/savepoints"]) {
    await page.goto(gateway.url + path);
    await expect(banner).toContainText("store/stock / lamp");
    await expect(banner).toContainText("holds 4 messages of 1 entity");
    await expect(banner).toContainText(/set by local, released in [45]:\d\d/);
  }
  await page.goto(`${gateway.url}/entities/store/stock/lamp`);
  await expect(page.getByText(/Held at the breakpoint that local set/).first()).toBeVisible();

  await banner.getByRole("link", { name: "store/stock / lamp" }).click();
  await held.getByRole("button", { name: "Let one through" }).click();
  await expect(held).toContainText("3 messages wait");
  await held.getByRole("button", { name: "Edit head message…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill('{"count": 3}');
  await dialog.getByRole("button", { name: "Review the change" }).click();
  await dialog.getByRole("button", { name: "Replace the head message" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(held).toContainText("3 messages wait");
  await held.getByRole("button", { name: "Let one through" }).click();
  await expect(held).toContainText("2 messages wait");
  await held.getByRole("button", { name: "Discard head message…" }).click();
  await page.getByRole("button", { name: "Discard this message" }).click();
  await expect(held).toContainText("1 message waits");
  await page.getByRole("button", { name: "Release store/stock / lamp" }).first().click();
  await expect(banner).toHaveCount(0);
  await expect(page.getByRole("region", { name: "Ended lately" })).toContainText("released by local");
  // Two messages went by steps, the second as it was edited; one was dropped, and the last went with the release.
  await expect.poll(() => gateway.api.state({ type: "store/stock", id: "lamp" }, "left")).toBe(100 - 1 - 3 - 8);
  const records = await gateway.api.egressRecords("store/taken");
  expect(records.map(({ value }) => value)).toMatchObject([{ left: 99 }, { left: 96 }, { left: 88 }]);
});

test("with a condition only a message that fits is held, and a wrong condition says where", async ({ page }) => {
  await page.goto(`${gateway.url}/flow/breakpoints?functions=store/stock`);
  const form = page.getByRole("form", { name: "New breakpoint" });
  const condition = form.getByLabel("Only messages that fit");
  await condition.pressSequentially("val");
  await page
    .getByRole("option", { name: /^value\b/ })
    .first()
    .click();
  await expect(condition).toHaveValue(/^value/);
  await condition.fill("values > 3");
  await expect(form).toContainText("At character 1: There is no field values.");
  await condition.fill("value.count > 3");
  await expect(form).not.toContainText("At character");
  await page.getByRole("button", { name: "Hold messages" }).click();
  const breakpoint = page.getByRole("region", { name: "Breakpoint store/stock" });
  await expect(breakpoint).toContainText("only messages that fit value.count > 3");

  for (const count of [1, 2, 8, 4]) await take("chair", count);
  await take("stool", 3);
  const held = page.getByRole("listitem", { name: "Held chair" });
  await expect(held).toContainText("2 messages wait");
  await expect(page.getByRole("listitem", { name: "Held stool" })).toHaveCount(0);
  await expect.poll(() => gateway.api.state({ type: "store/stock", id: "chair" }, "left")).toBe(100 - 1 - 2);
  // The head message is dropped. The next one fits the condition too, and is held in its place.
  await held.getByRole("button", { name: "Discard head message…" }).click();
  await page.getByRole("button", { name: "Discard this message" }).click();
  await expect(held).toContainText("1 message waits");
  await held.getByRole("button", { name: "Let one through" }).click();
  await expect(held).toHaveCount(0);
  await expect.poll(() => gateway.api.state({ type: "store/stock", id: "chair" }, "left")).toBe(100 - 1 - 2 - 4);
  await page.getByRole("button", { name: "Release store/stock" }).first().click();
  await expect(page.getByRole("region", { name: "Ended lately" })).toContainText("store/stock where value.count > 3");
});

test("held messages queue at their node in the flow, and lead to their page", async ({ page }) => {
  await take("shelf", 1);
  await hold(page, { id: "shelf", minutes: "5" });
  for (const count of [1, 2, 3]) await take("shelf", count);
  await page.goto(`${gateway.url}/flow`);
  const stack = page.getByRole("link", { name: "3 held at store/stock: open them" });
  await expect(stack).toBeVisible();
  await stack.click();
  await expect(page.getByRole("listitem", { name: "Held shelf" })).toContainText("3 messages wait");
  await page.getByRole("button", { name: "Release store/stock / shelf" }).first().click();
  await page.goto(`${gateway.url}/flow`);
  await expect(page.locator(".react-flow__node").first()).toBeVisible();
  await expect(page.getByRole("link", { name: /held at store/ })).toHaveCount(0);
});

test("the form is filled in from a function, and for one entity from the link", async ({ page }) => {
  await take("bed", 1);
  await page.goto(`${gateway.url}/functions`);
  await page.getByRole("row", { name: /store\/stock/ }).click();
  await page.getByRole("link", { name: "Hold its messages" }).click();
  // The page before has a list of the same name, which is no field.
  await expect(page.getByRole("form").getByLabel("Functions")).toHaveValue("store/stock");
  await page.goto(`${gateway.url}/flow/breakpoints?functions=store/stock&id=bed`);
  await expect(page.getByLabel("Id, or a prefix and *")).toHaveValue("bed");
});

test("an expired breakpoint ends by itself, and says so", async ({ page }) => {
  await hold(page, { id: "sofa", minutes: "0.05" });
  await take("sofa", 1);
  await expect(page.getByRole("region", { name: "Ended lately" })).toContainText("its time was over");
  await expect(page.getByRole("region", { name: "Breakpoint store/stock / sofa" })).toHaveCount(0);
});

test("an invalid breakpoint is refused with its reason", async ({ page }) => {
  await page.goto(`${gateway.url}/flow/breakpoints`);
  await page.getByLabel("Functions").fill("nothing");
  await page.getByRole("button", { name: "Hold messages" }).click();
  await expect(page.getByRole("form", { name: "New breakpoint" })).toContainText("give namespace/name");
});
