/**
 * Send: a message goes to its trace at once, or its answer is waited for; templates have variables, documents have fields, a sequence has a
 * rate and a chart of its own, and the message on screen is code that a program can run.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import { repositoryRoot } from "../tools/stale-step.ts";
import { startShop, type Shop } from "./journey.ts";
import type { Gateway } from "./stack/gateway.ts";
import { test } from "./stack/test.ts";
import { until } from "./stack/until.ts";

const lamp = { type: "store/stock", id: "lamp" };

let shop: Shop;
let gateway: Gateway;
test.beforeEach(async () => {
  shop = await startShop({ SIGNALBOX_ATTEMPTS_MAX: "2" });
  ({ gateway } = shop);
});
test.afterEach(() => shop[Symbol.asyncDispose]());

async function compose(page: Page, message: { as: string; body: string }): Promise<void> {
  await page.goto(`${gateway.url}/send?${new URLSearchParams({ ...lamp, ...message }).toString()}`);
  await expect(page.getByRole("button", { name: /^Send to/ })).toBeVisible();
}

async function left(count: number): Promise<void> {
  await until(async () => (await gateway.api.state(lamp, "left")) === count, { what: `${count} left` });
}

test("a message goes to its trace at once, and a person may stay instead", async ({ page }) => {
  await compose(page, { as: "store/Take", body: '{"count":2}' });
  await page.getByRole("button", { name: /^Send to/ }).click();
  await expect(page).toHaveURL(/\/traces\/\d+$/);
  await expect(page.getByRole("treeitem", { name: /store\/stock\/lamp/ })).toBeVisible();
  await page.goBack();
  await page.getByLabel("Go to its trace at once").uncheck();
  await page.getByRole("button", { name: /^Send to/ }).click();
  await expect(page.getByRole("link", { name: /^Open trace/ })).toBeVisible();
});

test("the answer of a call is awaited and shown; where none will come the page says why", async ({ page }) => {
  await compose(page, { as: "store/Left", body: "{}" });
  await page.getByLabel("Wait for the answer").check();
  await page.getByRole("button", { name: /^Send to/ }).click();
  const answer = page.locator("section", { has: page.getByText("The answer", { exact: true }) }).last();
  await expect(answer).toContainText("io.statefun.types/int");
  await expect(answer).toContainText("100");
  await compose(page, { as: "store/Take", body: '{"count":0}' });
  await page.getByRole("button", { name: /^Send to/ }).click();
  await expect(page.getByText(/^No answer: store\/stock\/lamp is parked/)).toBeVisible({ timeout: 30_000 });
});

test("a template is saved with its variables, which are filled before it is sent", async ({ page }) => {
  await compose(page, { as: "store/Take", body: '{"count":{{count}}}' });
  await expect(page.getByRole("status").filter({ hasText: "Fill count." })).toBeVisible();
  await page.getByLabel("count", { exact: true }).fill("7");
  await page.getByLabel("Name to save this message under").fill("take some");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("button", { name: /take some/ }).first()).toBeVisible();
  await page.getByRole("button", { name: /^Send to/ }).click();
  await left(93);
  await page.goto(`${gateway.url}/send`);
  await page
    .getByRole("button", { name: /take some/ })
    .first()
    .click();
  await expect(page.getByLabel("count", { exact: true })).toBeVisible();
});

test("a document is filled in as fields", async ({ page }) => {
  await compose(page, { as: "store/Take", body: '{"count":1}' });
  await page.getByRole("radio", { name: "form" }).click();
  await page.getByLabel("count", { exact: true }).fill("4");
  await page.getByRole("button", { name: /^Send to/ }).click();
  await left(96);
});

test("a sequence sends at a rate, shows the accepted messages by the second, and is cancelled", async ({ page }) => {
  await compose(page, { as: "store/Take", body: '{"count":1}' });
  const panel = page.getByRole("region", { name: "A sequence with a rate" });
  await panel.getByLabel("Step 1: messages a second").fill("10");
  await panel.getByLabel("for seconds").fill("2");
  await panel.getByRole("button", { name: "Run 20 messages in 2 s" }).click();
  await expect(panel.getByText("20 accepted", { exact: true })).toBeVisible({ timeout: 30_000 });
  await expect(panel.getByRole("img", { name: "Accepted by the second: 10, 10" })).toBeVisible();
  await left(80);
  await panel.getByLabel("for seconds").fill("100");
  await panel.getByRole("button", { name: /^Run/ }).click();
  await panel.getByRole("button", { name: "Cancel" }).click();
  await expect(panel.getByRole("button", { name: /^Run/ })).toBeVisible();
});

test("the message on screen is code that runs: curl and our SDK", async ({ page }) => {
  await compose(page, { as: "store/Take", body: '{"count":3}' });
  const panel = page.getByRole("region", { name: "The same from a program" });
  const curl = (await panel.locator("pre").textContent()) ?? "";
  execFileSync("bash", ["-c", curl.replace(/^curl/, "curl -s")]);
  await left(97);
  await panel.getByRole("radio", { name: "SDK" }).click();
  const code = (await panel.locator("pre").textContent()) ?? "";
  mkdirSync(join(repositoryRoot, "test-results"), { recursive: true });
  const folder = mkdtempSync(join(repositoryRoot, "test-results/code-"));
  writeFileSync(join(folder, "send.ts"), code);
  execFileSync(process.execPath, [join(folder, "send.ts")]);
  rmSync(folder, { recursive: true, force: true });
  await left(94);
  await panel.getByRole("radio", { name: "gRPC" }).click();
  await expect(panel.locator("pre")).toContainText("signalbox.v1.Ingress/Send");
});
