/**
 * Failures with a memory: a cause by type and top frame with the revision in which it was first seen; resolved, it opens when it comes
 * back; acts on all that it holds up show their reach before and their progress after; alerts call a URL, and a test says what came of it.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, type Page } from "@playwright/test";
import { consoleAnswers, startShop, type Shop } from "./journey.ts";
import type { Gateway } from "./stack/gateway.ts";
import { test } from "./stack/test.ts";
import { until } from "./stack/until.ts";

let shop: Shop;
let gateway: Gateway;
let hook: Server;
let heard: Record<string, unknown>[];
let keys: unknown[];
test.beforeEach(async () => {
  heard = [];
  keys = [];
  hook = createServer((request, response) => {
    let body = "";
    keys.push(request.headers["x-key"]);
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      heard.push(JSON.parse(body) as Record<string, unknown>);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((listening) => hook.listen(0, "127.0.0.1", listening));
  shop = await startShop({ SIGNALBOX_ATTEMPTS_MAX: "2" });
  ({ gateway } = shop);
});
test.afterEach(async () => {
  await shop[Symbol.asyncDispose]();
  hook.close();
});

const takeNothing = (sku: string) => gateway.api.send({ type: "store/stock", id: sku }, { count: 0 }, { valueType: "store/Take" });

async function parked(count: number): Promise<void> {
  await until(async () => (await gateway.api.summary()).parked === count, { what: `${count} parked entities` });
}

async function openCause(page: Page): Promise<void> {
  await page.goto(`${gateway.url}/failures`);
  await page.getByRole("row", { name: /TypeError/ }).click();
}

test("failures at the same place are one cause, with its frames, its revision, its entities and a sample trace", async ({ page }) => {
  for (const sku of ["lamp", "sofa"]) await takeNothing(sku);
  await parked(2);
  await openCause(page);
  await expect(page.getByRole("row", { name: /TypeError/ })).toHaveCount(1);
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  await expect(inspector.getByText(/^shop-entities\.ts:\d+ in leftAfter$/)).toBeVisible();
  await expect(inspector.getByRole("link", { name: "store revision 1" })).toBeVisible();
  await expect(inspector.getByText("2 parked")).toBeVisible();
  await expect(page.getByRole("img", { name: /^4 attempts failed in 24 h/ })).toBeVisible();
  await inspector.getByRole("link", { name: /^#\d+$/ }).click();
  await expect(page.getByRole("treeitem", { name: /store\/stock/ }).first()).toBeVisible();
});

test("a resolved cause opens when it comes back, also after a restart, and a person is named", async ({ page }) => {
  await takeNothing("lamp");
  await parked(1);
  await openCause(page);
  const row = page.getByRole("row", { name: /TypeError/ });
  await page.getByRole("button", { name: "Resolve" }).click();
  await expect(row).toContainText("resolved");
  await expect(page.getByText(/Who did what/)).toBeVisible();
  // Changes that are not written yet are written when the gateway ends.
  await gateway.stop();
  await gateway.start();
  await consoleAnswers(gateway);
  await openCause(page);
  await expect(row).toContainText("resolved");
  await takeNothing("sofa");
  await expect(row).toContainText("open");
  await page.getByRole("button", { name: "Ignore for a day" }).click();
  await expect(row).toContainText("ignored");
  await takeNothing("bed");
  await parked(3);
  await expect(row).toContainText("ignored");
});

test("a dry run names the entities that a retry would reach, then it runs with progress; discarding asks for a name; editing mends one", async ({
  page,
}) => {
  for (const sku of ["de-lamp", "de-sofa", "fr-lamp"]) await takeNothing(sku);
  await parked(3);
  await openCause(page);
  await page.getByRole("button", { name: "Retry…" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("3 would be retried, 3 of them parked")).toBeVisible();
  await dialog.getByLabel("Only ids that begin with").fill("de-");
  await expect(dialog.getByText("2 would be retried, 2 of them parked")).toBeVisible();
  await dialog.getByLabel("Name of this act").fill("After the price fix");
  await dialog.getByRole("button", { name: "Retry 2" }).click();
  const acts = page.getByRole("region", { name: "Acts on causes" });
  await expect(acts.getByText("2 of 2, 2 failed again")).toBeVisible({ timeout: 40_000 });

  await seeTheAct(page);

  await openCause(page);
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  await inspector.getByText("fr-lamp").click();
  await inspector.getByRole("button", { name: "Edit and retry…" }).click();
  await dialog.getByRole("textbox").fill('{"count": 5}');
  await dialog.getByRole("button", { name: "Review the change" }).click();
  await dialog.getByRole("button", { name: "Replace it and retry" }).click();
  await parked(2);
  // An entity is no longer parked from the moment at which it is tried again, and what that try writes comes later.
  await expect.poll(() => gateway.api.state({ type: "store/stock", id: "fr-lamp" }, "left")).toBe(95);

  await page.getByRole("button", { name: "Discard…" }).click();
  const confirm = dialog.getByRole("button", { name: "Discard 2 messages for good" });
  await expect(confirm).toBeDisabled();
  await dialog.getByRole("textbox").last().fill("store/stock");
  await confirm.click();
  await parked(0);
});

/** Checks the act from its line and from the audit, also after a reload: whom it was to reach, who began it, what came of each. */
async function seeTheAct(page: Page): Promise<void> {
  await expect(page.getByRole("region", { name: "Acts on causes" }).getByText("After the price fix")).toBeVisible();
  await page.getByRole("link", { name: "Open the act retry of store/stock" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "After the price fix: Retry of store/stock" })).toBeVisible();
  const address = page.url();
  // The act is found by the name that a person gave it.
  await page.goto(`${gateway.url}/audit?q=${encodeURIComponent("price fix")}`);
  await page.getByRole("row", { name: /failures\.act/ }).click();
  await page.getByRole("link", { name: /^Open the act/ }).click();
  await expect(page).toHaveURL(address);
  await page.reload();
  await expect(page.getByRole("region", { name: "Dry run" })).toContainText("2 entities to retry, 2 of them parked");
  await expect(page.getByRole("status").filter({ hasText: "2 of them failed again" })).toBeVisible();
  const about = page.getByRole("region", { name: "About it" });
  await expect(about).toContainText("begun by");
  await expect(about).toContainText("200 a second");
  await expect(about).toContainText("de-");
  const rows = page.getByRole("grid", { name: "What came of each" }).getByRole("row", { name: /failed again.*store\/stock\/de-.*#\d+/ });
  await expect(rows).toHaveCount(2);
  await rows
    .first()
    .getByRole("link", { name: /^#\d+$/ })
    .click();
  await expect(page).toHaveURL(/\/traces\/\d+/);
}

test("an alert calls a URL when a cause opens, and its test reports the outcome", async ({ page }) => {
  await page.goto(`${gateway.url}/failures?alerts=true`);
  const dialog = page.getByRole("dialog", { name: "Alerts" });
  await dialog.getByRole("textbox", { name: "Name" }).fill("ops");
  await dialog.getByRole("textbox", { name: "URL" }).fill(`http://127.0.0.1:${(hook.address() as AddressInfo).port}/hush-4711`);
  await dialog.getByRole("textbox", { name: "Header" }).fill("X-Key: hush-4712");
  await dialog.getByRole("button", { name: "Add the alert" }).click();
  await expect(dialog.getByText(/127\.0\.0\.1:\d+\/…/)).toBeVisible();
  const row = dialog.getByRole("listitem");
  await expect(row).toContainText("with X-Key: ••••");
  await expect(row).not.toContainText("hush");
  await dialog.getByRole("button", { name: "Test" }).click();
  await expect(dialog.getByText(/^taken in /)).toBeVisible();
  expect(heard[0]).toMatchObject({ event: "test", alert: "ops" });
  expect(keys).toEqual(["hush-4712"]);
  await takeNothing("lamp");
  await expect.poll(() => heard.length).toBe(2);
  expect(heard[1]).toMatchObject({ event: "failure-opens", where: "store/stock", module: "store", revision: 1 });
});
