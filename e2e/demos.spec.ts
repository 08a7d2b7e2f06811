/**
 * The chooser of demos offers every example: one click starts one, with traffic of its own that gives traces; what has no toolchain here
 * says what is missing and the command that installs it. In both languages, at the width of a phone too.
 */
import { chmodSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import { cutOff } from "./cut-off.ts";
import { consoleAnswers } from "./journey.ts";
import { Gateway } from "./stack/gateway.ts";
import { test } from "./stack/test.ts";

/** Starts a gateway with nothing but Node on its path. */
async function withoutToolchains(): Promise<{ gateway: Gateway; path: string }> {
  const path = mkdtempSync(join(tmpdir(), "signalbox-path-"));
  chmodSync(path, 0o755);
  symlinkSync(process.execPath, join(path, "node"));
  const gateway = await Gateway.start({ PATH: `${path}` });
  await consoleAnswers(gateway);
  return { gateway, path };
}

const chooser = (page: Page) => page.getByRole("dialog", { name: "Demos" });
const row = (page: Page, title: string) =>
  chooser(page)
    .getByRole("listitem")
    .filter({ has: page.getByRole("heading", { name: new RegExp(`^${title}\\b`) }) });

test("every example is offered; one click starts one and its traces come, another takes its place; a missing toolchain is named", async ({
  page,
}) => {
  const { gateway, path } = await withoutToolchains();
  await using _ = gateway;
  await page.goto(`${gateway.url}/`);
  await page.getByRole("button", { name: "Choose a demo" }).click();
  await expect(chooser(page).getByRole("listitem")).toHaveCount(9);
  await expect(row(page, "Greeter in Go")).toContainText("needs Go");
  await expect(row(page, "Greeter in Go")).toContainText(/apt-get install golang-go|brew install go/);
  await expect(row(page, "Greeter in Go").getByRole("button", { name: "Start" })).toHaveCount(0);
  await expect(row(page, "Greeter in Java")).toContainText("javac, mvn");
  await page.getByRole("button", { name: "Start Greeter in JavaScript" }).click();
  await expect(row(page, "Greeter in JavaScript")).toContainText("runs", { timeout: 30_000 });
  await page.getByRole("button", { name: "Start Greeter in TypeScript" }).click();
  await expect(row(page, "Greeter in TypeScript")).toContainText("runs", { timeout: 30_000 });
  await expect(page.getByRole("button", { name: "Stop Greeter in JavaScript" })).toHaveCount(0);
  await page.goto(`${gateway.url}/traces`);
  await expect(page.getByRole("row", { name: /example\/person/ }).first()).toBeVisible({ timeout: 30_000 });
  rmSync(path, { recursive: true });
});

test("the chooser that was opened over an empty page stays open when the page gets content", async ({ page }) => {
  const { gateway, path } = await withoutToolchains();
  await using _ = gateway;
  await page.goto(`${gateway.url}/traces`);
  await page.getByRole("button", { name: "Choose a demo" }).click();
  await page.getByRole("button", { name: "Start Greeter in JavaScript" }).click();
  const traces = async () => (await gateway.api.request<{ items: unknown[] }>("GET", "/v1/traces")).items.length;
  await expect.poll(traces, { timeout: 30_000 }).toBeGreaterThan(0);
  await page.waitForResponse((response) => response.url().includes("traces.list"));
  await page.getByRole("button", { name: "Stop Greeter in JavaScript" }).click();
  await expect(page.getByRole("button", { name: "Start Greeter in JavaScript" })).toBeVisible({ timeout: 30_000 });
  await page.keyboard.press("Escape");
  await expect(page.getByRole("row", { name: /example\/person/ }).first()).toBeVisible();
  rmSync(path, { recursive: true });
});

test("the chooser in German, and on a phone: nothing is cut off", async ({ browser }) => {
  const { gateway, path } = await withoutToolchains();
  await using _ = gateway;
  for (const width of [390, 1440]) {
    const page = await browser.newPage({ locale: "de-DE", viewport: { width, height: 900 } });
    await page.goto(`${gateway.url}/traces`);
    await page.getByRole("button", { name: "Demo wählen" }).click();
    await expect(row(page, "Grüßer in Rust")).toContainText("braucht Rust");
    expect(await cutOff(page)).toEqual([]);
    await page.close();
  }
  rmSync(path, { recursive: true });
});
