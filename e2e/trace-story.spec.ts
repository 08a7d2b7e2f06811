/**
 * A trace as a story: its parts in time, the state diff under every hop, delayed messages, failed attempts and what leaves as hops of their
 * own, why it waits with the lever, the film with a link for each frame, and the two things it becomes: a curl line and a test that runs.
 */
import { execFileSync } from "node:child_process";
import { expect, type Page } from "@playwright/test";
import { startShop, type Shop } from "./journey.ts";
import type { Gateway } from "./stack/gateway.ts";
import { runExportedTest } from "./stack/run-exported-test.ts";
import { test } from "./stack/test.ts";
import { until } from "./stack/until.ts";

const bob = { type: "store/cart", id: "bob" };
const asCheckout = { valueType: "store/Checkout" };

let shop: Shop;
let gateway: Gateway;
test.beforeEach(async () => {
  shop = await startShop({ SIGNALBOX_ATTEMPTS_MAX: "3" });
  ({ gateway } = shop);
});
test.afterEach(() => shop[Symbol.asyncDispose]());

async function checkout(sku: string, count: number): Promise<number> {
  return (await gateway.api.send(bob, { sku, count }, asCheckout)).traceId;
}

async function openTrace(page: Page, trace: number, query = ""): Promise<void> {
  await page.goto(`${gateway.url}/traces/${trace}${query}`);
  await expect(page.getByRole("tree")).toBeVisible();
}

/** Waits for the address of the frame that is shown, which follows the frame a moment later. */
async function frameLink(page: Page, beside: string): Promise<string> {
  const href = (await page.getByRole("link", { name: beside }).getAttribute("href")) ?? "";
  const hop = new URL(href, gateway.url).searchParams.get("hop");
  expect(hop).toMatch(/^r\d+/);
  await expect(page).toHaveURL(({ searchParams }) => searchParams.get("hop") === hop);
  return page.url();
}

async function complete(trace: number): Promise<void> {
  const answer = async () => await gateway.api.request<{ complete: boolean }>("GET", `/v1/traces/${trace}`);
  await until(async () => (await answer()).complete, { what: `trace ${trace} to end` });
}

test("a trace shows every hop with its changes, its delayed messages and its outputs, and where the time went", async ({ page }) => {
  await complete(await checkout("lamp", 2));
  const trace = await checkout("lamp", 3);
  await complete(trace);
  await openTrace(page, trace);
  const rows = page.getByRole("treeitem");
  await expect(rows).toHaveCount(5);
  await expect(rows.nth(0)).toContainText(/store\/cart\/bob.*Checkout.*orders 1 → 2/);
  await expect(rows.nth(1)).toContainText(/store\/stock\/lamp.*Take.*left 98 → 95/);
  await expect(rows.nth(2)).toContainText("store/taken");
  await expect(rows.nth(3)).toContainText(/delayed.*store\/cart\/bob.*Remind, in 1\.5 s/);
  await expect(rows.nth(4)).toContainText(/store\/cart\/bob.*Remind.*reminded written again, unchanged/);
  // The wait is drawn shorter, with its true length written in its place.
  await expect(rows.nth(3)).toContainText(/1\.5 s\s*1\.5 s/);
  await page.getByRole("button", { name: "Show true scale" }).click();
  await expect(page).toHaveURL(/shorten=false/);
  await expect(page.getByText(/^took [1-9]\d*(\.\d)? s/)).toBeVisible();
  await expect(page.getByText(/^committed \d/)).toBeVisible();
});

test("a waiting message says why, with its lever, and the failed attempts are there", async ({ page }) => {
  const trace = await checkout("lamp", 0);
  await openTrace(page, trace);
  const stock = page.getByRole("treeitem", { name: /store\/stock\/lamp/ });
  await expect(stock).toContainText("parked");
  await expect(stock.getByRole("button", { name: "Retry now" })).toBeEnabled();
  await stock.click();
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  await expect(inspector.getByText("Attempts that failed")).toBeVisible();
  await expect(inspector.getByRole("listitem").filter({ hasText: "ENDPOINT_ERROR" })).toHaveCount(3);
});

test("the story plays as a film over its part of the flow, by keys, and each frame has a link", async ({ page, context }) => {
  const trace = await checkout("lamp", 3);
  await complete(trace);
  await openTrace(page, trace);
  const status = page.getByRole("region", { name: "The story as a film" }).getByRole("status");
  await expect(status).toHaveText("5 hops");
  await page.keyboard.press("ArrowRight");
  await expect(status).toHaveText("1 of 5");
  await expect(page.getByRole("img", { name: "from outside to store/cart" })).toBeVisible();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(status).toHaveText("3 of 5");
  const link = await frameLink(page, "On the whole Flow");
  const other = await context.newPage();
  await other.goto(link);
  await expect(other.getByRole("region", { name: "The story as a film" }).getByRole("status")).toHaveText("3 of 5");
  await page.keyboard.press("Space");
  await expect(status).toHaveText("5 of 5", { timeout: 20_000 });
  await expect(page.getByRole("button", { name: /^Play the film/ })).toBeVisible();
});

test("the film goes over the whole Flow too, by keys, each frame with a link, and without motion for those who want none", async ({
  page,
  context,
}) => {
  const trace = await checkout("lamp", 3);
  await complete(trace);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await openTrace(page, trace);
  await page.getByRole("link", { name: "On the whole Flow" }).click();
  await expect(page).toHaveURL(new RegExp(`/flow\\?film=${trace}`));
  const bar = page.getByRole("region", { name: "The story as a film" });
  await expect(bar.getByRole("status")).toHaveText("5 hops");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(bar.getByRole("status")).toHaveText("2 of 5");
  await expect(page.locator(".react-flow__node .ring-2")).toHaveCount(1);
  await expect(page.locator("animateMotion")).toHaveCount(0);
  const link = await frameLink(page, "As a story");
  const other = await context.newPage();
  await other.goto(link);
  await expect(other.getByRole("region", { name: "The story as a film" }).getByRole("status")).toHaveText("2 of 5");
  await expect(other.locator("animateMotion")).toHaveCount(1);
  await other.close();
  await page.getByRole("button", { name: "Close the film" }).click();
  await expect(bar).toHaveCount(0);
  await expect(page.locator(".react-flow__node .ring-2")).toHaveCount(0);
});

test("a trace becomes a curl line that sends its message again", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const trace = await checkout("lamp", 3);
  await complete(trace);
  await openTrace(page, trace);
  await page.getByRole("button", { name: "Copy as curl" }).click();
  const line = await page.evaluate(() => navigator.clipboard.readText());
  const answer = JSON.parse(execFileSync("bash", ["-c", line.replace(/^curl/, "curl -s")], { encoding: "utf8" })) as { traceId: number };
  await complete(answer.traceId);
  expect(await gateway.api.state(bob, "orders")).toBe(2);
});

test("a trace becomes a test with its state before, and the test holds for these functions and fails for others", async ({ page }) => {
  await complete(await checkout("lamp", 2));
  const trace = await checkout("lamp", 3);
  await complete(trace);
  await openTrace(page, trace);
  await page.getByRole("button", { name: "Export as test" }).click();
  const dialog = page.getByRole("dialog", { name: "Export as test" });
  const text = (await dialog.locator("pre").textContent()) ?? "";
  expect(text).not.toContain("Not asserted");
  expect(runExportedTest(text, "shop-entities.ts")).toBe("passed");
  // Runs the same test against a shop that had another stock before.
  const otherStock = text.replace(/(left: )base64\("[^"]+", "[^"]+"\)/, '$1base64("io.statefun.types/int", "DQEAAAA=")');
  expect(runExportedTest(otherStock, "shop-entities.ts")).toBe("failed");
});
