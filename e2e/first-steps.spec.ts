/**
 * From an empty console to a trace with its state diff, with the keyboard alone; the steps tick themselves off, and can be closed. And the
 * console's second language: chosen by the browser or by a person, with nothing that is cut off.
 */
import { expect, type Page } from "@playwright/test";
import { cutOff } from "./cut-off.ts";
import { consoleAnswers } from "./journey.ts";
import { Gateway } from "./stack/gateway.ts";
import { test } from "./stack/test.ts";

let gateway: Gateway;
test.beforeEach(async () => {
  gateway = await Gateway.start();
  await consoleAnswers(gateway);
});
test.afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
});

const bar = (page: Page) => page.getByRole("region", { name: "First steps" });

/** Presses Tab until the control has the focus, as a person would; nothing is clicked. */
async function tabTo(page: Page, role: "button" | "link", name: string): Promise<void> {
  const wanted = page.getByRole(role, { name, exact: true }).first();
  await expect(wanted).toBeVisible();
  for (let presses = 0; presses < 80; presses += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never came to ${name}`);
}

test("a newcomer gets from nothing to a trace with a state diff by keys alone", async ({ page }) => {
  await page.goto(gateway.url);
  await expect(page.getByRole("list", { name: "First steps" })).toBeVisible();
  await tabTo(page, "button", "Start the demo");
  await page.keyboard.press("Enter");
  // The demo runs and has sent something, so two steps are done, and the third has its button.
  await expect(bar(page)).toContainText("2 of 3");
  await tabTo(page, "link", "Open the newest trace");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/traces\/\d+/);
  await expect(page.getByRole("tree")).toBeVisible();
  await expect(page.getByRole("tree")).toContainText("→");
  await expect(bar(page)).toContainText("3 of 3");
  await tabTo(page, "button", "Close the first steps");
  await page.keyboard.press("Enter");
  await expect(bar(page)).toHaveCount(0);
  // The rest is done by keys: to each place, the sheet of keys, the palette, back through a page.
  await page.keyboard.press("Shift+Slash");
  const sheet = page.getByRole("dialog", { name: "Shortcuts" });
  await expect(sheet).toContainText("Go to anything");
  await expect(sheet).toContainText("Overview");
  await page.keyboard.press("Escape");
  await expect(sheet).toHaveCount(0);
  // Two keys count as one shortcut only within 0.8 s. On a busy machine they may be further apart, and a person presses them again.
  await expect(async () => {
    await page.keyboard.press("g");
    await page.keyboard.press("f");
    await expect(page).toHaveURL(/\/flow/, { timeout: 5_000 });
  }).toPass({ timeout: 60_000 });
  await expect(bar(page)).toHaveCount(0);
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog", { name: "Go to" }).getByRole("combobox")).toBeFocused();
  await page.keyboard.type("Savepoints");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/savepoints/);
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Savepoints" })).toBeVisible();
  await expect(bar(page)).toHaveCount(0);
});

test("the palette finds a section of the docs and shows its text, by keys alone", async ({ page }) => {
  await page.goto(gateway.url);
  await expect(page.getByRole("list", { name: "First steps" })).toBeVisible();
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog", { name: "Go to" });
  await expect(palette.getByRole("combobox")).toBeFocused();
  await page.keyboard.type("what is written");
  await expect(palette.getByRole("option", { name: /^What is written docs\/filters\.md/ })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  const section = palette.getByRole("region", { name: "What is written" });
  await expect(section).toContainText("Texts stand in quotes.");
  await expect(section).toContainText("docs/filters.md");
  await expect(section.getByRole("button", { name: "Back to the search" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(palette.getByRole("combobox")).toHaveValue("what is written");
  await expect(palette.getByRole("combobox")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(palette).toHaveCount(0);
});

test("a person who did not begin on an empty console is not guided", async ({ page }) => {
  const headers = { "content-type": "application/json" };
  expect((await fetch(`${gateway.url}/trpc/demo.start`, { method: "POST", headers, body: "{}" })).status).toBe(200);
  await page.goto(`${gateway.url}/flow`);
  await expect(page.locator(".react-flow__node").first()).toBeVisible();
  await expect(bar(page)).toHaveCount(0);
});

test("a browser that prefers German reads German, a person may choose, and the choice stays", async ({ browser }) => {
  const context = await browser.newContext({ locale: "de-DE" });
  const page = await context.newPage();
  await page.goto(gateway.url);
  await expect(page.getByRole("heading", { level: 1, name: "Übersicht" })).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Hauptmenü" }).getByRole("link", { name: /^Entitäten/ })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await page.getByRole("button", { name: "English" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await context.close();
});

for (const width of [1440, 390]) {
  test(`German fits the frame, the first steps and the overview, ${width} wide`, async ({ browser }) => {
    const context = await browser.newContext({ locale: "de-DE", viewport: { width, height: 900 } });
    const page = await context.newPage();
    await page.goto(gateway.url);
    await expect(page.getByRole("heading", { level: 2, name: /Von nichts zu einem Trace/ })).toBeVisible();
    expect(await cutOff(page)).toEqual([]);
    await page.getByRole("button", { name: "Demo starten" }).click();
    await expect(page.getByRole("region", { name: "Was läuft" })).toBeVisible();
    expect(await cutOff(page)).toEqual([]);
    await context.close();
  });
}
